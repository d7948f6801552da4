import type { ConsoleSession } from '../connection/consoleSession';
import {
  SHOW_CLIENTS,
  SHOW_CONFIG,
  SHOW_DATABASES,
  SHOW_LISTS,
  SHOW_POOLS,
  SHOW_SERVERS,
  SHOW_STATE,
  SHOW_STATS,
} from './commands';
import {
  decodeConfig,
  decodeConnections,
  decodeDatabases,
  decodeLists,
  decodePools,
  decodeState,
  decodeTotals,
} from './decodeRows';
import type { ConsoleSnapshot, PooledConnection, PoolerSetting, ShownRow } from './model';
import { isAtLeast, pgBouncerVersion } from './version';

/** For one SHOW: a console answers them between two packets of its clients. */
export const showTimeoutMs = 5000;

/** SHOW CONFIG is asked again after so long, for somebody else may have said RELOAD or SET. */
export const configAgeMs = 60_000;

/**
 * What the console says now, in a handful of SHOWs.
 * @param before the last snapshot, whose settings are taken over while they are young and the connection is the same.
 * Rejects as `ConsoleSession.ask` does.
 */
export async function readSnapshot(
  console: ConsoleSession,
  before: ConsoleSnapshot | null,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<ConsoleSnapshot> {
  const version = pgBouncerVersion(console.announcedVersion);
  const pools = decodePools(await show(console, SHOW_POOLS, signal));
  const databases = decodeDatabases(await show(console, SHOW_DATABASES, signal));
  // The counters decide what the moment of the snapshot is: rates are made of them.
  const totals = decodeTotals(await show(console, SHOW_STATS, signal));
  const takenAtMs = nowMs();
  const lists = decodeLists(await show(console, SHOW_LISTS, signal));
  const state = isAtLeast(version, 1, 19) ? decodeState(await show(console, SHOW_STATE, signal)) : null;
  const known = before?.connectionId === console.id && takenAtMs - before.configTakenAtMs < configAgeMs ? before : null;
  return {
    version,
    connectionId: console.id,
    takenAtMs,
    pools,
    databases,
    totals,
    lists,
    state,
    config: known?.config ?? (await readConfig(console, signal)),
    configTakenAtMs: known?.configTakenAtMs ?? takenAtMs,
  };
}

/** The console's own clients, ours among them (`isOwn`), are in the list. */
export async function readClients(console: ConsoleSession, signal: AbortSignal): Promise<readonly PooledConnection[]> {
  return decodeConnections(await show(console, SHOW_CLIENTS, signal), 'client');
}

export async function readServers(console: ConsoleSession, signal: AbortSignal): Promise<readonly PooledConnection[]> {
  return decodeConnections(await show(console, SHOW_SERVERS, signal), 'server');
}

async function readConfig(console: ConsoleSession, signal: AbortSignal): Promise<ReadonlyMap<string, PoolerSetting>> {
  return decodeConfig(await show(console, SHOW_CONFIG, signal));
}

async function show(console: ConsoleSession, command: string, signal: AbortSignal): Promise<readonly ShownRow[]> {
  return (await console.ask(command, { timeoutMs: showTimeoutMs, signal })).rows;
}
