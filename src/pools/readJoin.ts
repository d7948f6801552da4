import type { Consoles } from '../connection/consoles';
import type { Profile } from '../connection/profile';
import type { Sessions } from '../connection/sessions';
import { lookOptions } from '../workers/look';
import { readActivity } from '../workers/readActivity';
import { joinClient, type Join } from './join';
import type { PooledConnection } from './model';
import { readClients, readServers } from './readSnapshot';

export interface JoinServices {
  readonly consoles: Pick<Consoles, 'use'>;
  readonly sessions: Pick<Sessions, 'rolledBack' | 'backendPids'>;
  readonly locale: string;
}

/** A client that was seen before, and where to look for what works for it. */
export interface JoinTarget {
  readonly console: Profile;
  readonly client: PooledConnection;
  /** The connection to the server behind the client's database; null when the user has not told it. */
  readonly postgres: Profile | null;
}

/**
 * Looks for what works for a client now: first at the console, then at PostgreSQL, then at the console again, for in a pool the
 * server connection may be another client's by then. Null when the client has gone. Rejects as the connections do.
 */
export async function readJoin(
  { consoles, sessions, locale }: JoinServices,
  { console, client, postgres }: JoinTarget,
  signal: AbortSignal,
): Promise<Join | null> {
  const ask = () =>
    consoles.use(console, signal, async session => ({
      clients: await readClients(session, signal),
      servers: await readServers(session, signal),
    }));
  const before = await ask();
  const found = sameClient(before.clients, client);
  if (found === undefined) {
    return null;
  }
  if (postgres === null || found.link === '') {
    return joinClient(found, before.servers, null, locale);
  }
  const activity = await sessions.rolledBack(postgres, lookOptions, signal, tx =>
    readActivity(tx, sessions.backendPids(postgres)),
  );
  const join = joinClient(found, before.servers, activity, locale);
  const after = sameClient((await ask()).clients, found);
  if (join.proof !== 'proven' || after?.link === found.link) {
    return join;
  }
  const sentence = 'The client gave its server connection back while PostgreSQL was asked. Look again.';
  return { ...join, proof: 'cannotTell', backend: null, workers: [], sentence };
}

/** By its number where there is one (1.24); an address in memory is used again. */
function sameClient(clients: readonly PooledConnection[], one: PooledConnection): PooledConnection | undefined {
  return clients.find(other =>
    one.id !== null && other.id !== null
      ? other.id === one.id
      : other.pointer === one.pointer && other.connectTime === one.connectTime && other.port === one.port,
  );
}
