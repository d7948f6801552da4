import type { ConsoleSession } from '../connection/consoleSession';
import { ServerError } from '../connection/errors';
import { SHOW_DATABASES, SHOW_POOLS, SHOW_STATE } from './commands';
import { consoleDatabase, decodeDatabases, decodePools, decodeState } from './decodeRows';
import { showTimeoutMs } from './readSnapshot';
import { actionReason } from './reasons';
import { isAtLeast, pgBouncerVersion } from './version';

/** How far a PAUSE is: of one database by its name, or of all. */
export interface PauseState {
  readonly paused: boolean;
  /** Server connections that a PAUSE waits for (`per_loop_pause` of janitor.c): at work or being tested. */
  readonly busyServers: number;
}

/** `database` null: all of the instance. Rejects as `ConsoleSession.ask` does. */
export async function readPauseState(console: ConsoleSession, database: string | null): Promise<PauseState> {
  const paused = database === null ? await isAllPaused(console) : (await pausedDatabases(console)).has(database);
  const pools = decodePools(await show(console, SHOW_POOLS));
  const busy = pools.filter(pool => database === null || pool.database === database);
  return { paused, busyServers: busy.reduce((sum, pool) => sum + pool.serversActive + pool.serversTested, 0) };
}

/** Those that were paused or killed by their name; a PAUSE of all does not show there. */
export async function pausedDatabases(console: ConsoleSession): Promise<ReadonlySet<string>> {
  const databases = decodeDatabases(await show(console, SHOW_DATABASES));
  return new Set(databases.filter(({ paused }) => paused).map(({ name }) => name));
}

async function isAllPaused(console: ConsoleSession): Promise<boolean> {
  const hasState = isAtLeast(pgBouncerVersion(console.announcedVersion), 1, 19);
  const state = hasState ? decodeState(await show(console, SHOW_STATE)) : null;
  return state === null ? isRefusedForPause(console) : !state.active;
}

/**
 * Before 1.19 no SHOW tells of a PAUSE of all. The console's own database cannot be paused, but before it says so it says that
 * all of it is paused already (`admin_cmd_pause` of admin.c).
 */
async function isRefusedForPause(console: ConsoleSession): Promise<boolean> {
  try {
    await console.ask(`PAUSE ${consoleDatabase}`, { timeoutMs: showTimeoutMs });
    return false;
  } catch (error) {
    if (error instanceof ServerError) {
      return actionReason(error)?.tag === 'alreadyPaused';
    }
    throw error;
  }
}

async function show(console: ConsoleSession, command: string) {
  return (await console.ask(command, { timeoutMs: showTimeoutMs })).rows;
}
