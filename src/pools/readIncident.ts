import type { Consoles } from '../connection/consoles';
import { Cancelled } from '../connection/errors';
import type { Profile } from '../connection/profile';
import type { Sessions } from '../connection/sessions';
import { lookFailure, lookOptions } from '../workers/look';
import { readActivity } from '../workers/readActivity';
import { readStatements } from '../workers/statementsQuery';
import { backendsBehind } from './backendsBehind';
import { judgeInstance } from './health';
import type { Incident, IncidentServer } from './incident';
import type { ConsoleSnapshot, PooledConnection } from './model';
import { readClients, readServers, readSnapshot } from './readSnapshot';
import type { Thresholds } from './thresholds';
import { noTrends, type Trends } from './trends';

export interface IncidentServices {
  readonly consoles: Pick<Consoles, 'use'>;
  readonly sessions: Pick<Sessions, 'rolledBack' | 'backendPids'>;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** The connection that the user has told to lead to the server behind a database; null when none. */
  readonly postgresOf: (database: string) => Profile | null;
  readonly thresholds: Thresholds;
  readonly locale: string;
}

/** What the ui knows from the looks before. */
export interface IncidentBackground {
  readonly trends: Trends;
  readonly pausedByKill: ReadonlySet<string>;
}

/**
 * Asks a console, and then the servers behind it at once, in read-only transactions. A server that does not answer is told with
 * its reason: in an incident that is what one wants to know. Rejects only when the console does not answer, or Cancelled.
 */
export async function readIncident(
  services: IncidentServices,
  console: Profile,
  signal: AbortSignal,
  { trends, pausedByKill }: IncidentBackground = { trends: noTrends, pausedByKill: new Set() },
): Promise<Incident> {
  const { consoles, nowMs, thresholds, locale } = services;
  const look = await consoles.use(console, signal, async session => ({
    snapshot: await readSnapshot(session, null, nowMs, signal),
    clients: await readClients(session, signal),
    servers: await readServers(session, signal),
  }));
  const { snapshot, clients, servers } = look;
  const targets = serversBehind(snapshot, services.postgresOf);
  const postgres = await Promise.all(
    [...targets].map(([profile, databases]) => ask(services, profile, databases, signal)),
  );
  const backends = provenBackends(servers, postgres);
  return {
    instance: { name: console.name, label: console.label, host: console.host, port: console.port },
    takenAtMs: snapshot.takenAtMs,
    ...look,
    judgement: judgeInstance(snapshot, { trends, servers, clients, backends, pausedByKill, thresholds, locale }),
    postgres,
  };
}

/** Each server once, with the databases that lead to it. */
function serversBehind(
  { databases }: ConsoleSnapshot,
  postgresOf: (database: string) => Profile | null,
): ReadonlyMap<Profile, readonly string[]> {
  const byName = new Map<string, { readonly profile: Profile; readonly databases: string[] }>();
  for (const { name } of databases) {
    const profile = postgresOf(name);
    if (profile !== null) {
      const known = byName.get(profile.name) ?? { profile, databases: [] };
      known.databases.push(name);
      byName.set(profile.name, known);
    }
  }
  return new Map([...byName.values()].map(({ profile, databases: names }) => [profile, names]));
}

async function ask(
  { sessions }: IncidentServices,
  profile: Profile,
  databases: readonly string[],
  signal: AbortSignal,
): Promise<IncidentServer> {
  const { name } = profile;
  try {
    const answer = await sessions.rolledBack(profile, lookOptions, signal, async tx => ({
      activity: await readActivity(tx, sessions.backendPids(profile)),
      statements: await readStatements(tx),
    }));
    return { name, databases, answer: { ok: true, ...answer } };
  } catch (error) {
    if (error instanceof Cancelled) {
      throw error;
    }
    return { name, databases, answer: { ok: false, sentence: lookFailure(error, profile) } };
  }
}

/** Null when nobody could be asked. Processes of several servers may share an id: then it tells nothing of either. */
function provenBackends(servers: readonly PooledConnection[], postgres: readonly IncidentServer[]) {
  const found = postgres.flatMap(({ databases, answer }) =>
    answer.ok
      ? [
          ...backendsBehind(
            servers.filter(({ database }) => databases.includes(database)),
            answer.activity,
          ),
        ]
      : [],
  );
  const pids = found.map(([pid]) => pid);
  const unique = found.filter(([pid]) => pids.indexOf(pid) === pids.lastIndexOf(pid));
  return postgres.some(({ answer }) => answer.ok) ? new Map(unique) : null;
}
