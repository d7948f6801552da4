import { connectionIndex, type ConnectionIndex } from './connectionIndex';
import { sinceRequestMs } from './consoleTime';
import type { Pool, PooledConnection } from './model';
import { shortName } from './words';

/** What PostgreSQL says of the backend behind a server connection. */
export interface BackendBehind {
  /** As `pg_stat_activity` says it; null when it is hidden. */
  readonly state: string | null;
  /** For how long it has been in that state. */
  readonly stateMs: number | null;
  readonly user: string | null;
  readonly application: string | null;
}

export interface HolderSources {
  readonly servers: readonly PooledConnection[] | null;
  readonly clients: readonly PooledConnection[] | null;
  /** By pid; null when nobody has asked PostgreSQL. */
  readonly backends: ReadonlyMap<number, BackendBehind> | null;
}

/** What a client does with the server connection that it holds. */
export type Doing = 'running' | 'inTransaction' | 'idle' | 'unknown';

/** What clients do with the servers of a pool that they hold. */
export interface Holders {
  readonly counts: Readonly<Record<Doing, number>>;
  /** Of those that are idle in a transaction, the one that has been for longest; `who` in words. */
  readonly longest: { readonly ms: number | null; readonly who: string } | null;
}

interface Holder {
  readonly doing: Doing;
  readonly idleMs: number | null;
  readonly server: PooledConnection | null;
  readonly client: PooledConnection | undefined;
  readonly backend: BackendBehind | undefined;
}

/** Makes `holdersOf` for many pools: the connections are sorted by pool once, and only if anybody asks. */
export function holderFinder(sources: HolderSources): (pool: Pool, forcedUser: boolean) => Holders {
  let index: ConnectionIndex | undefined;
  return (pool, forcedUser) => {
    index ??= connectionIndex(sources.servers ?? [], sources.clients ?? []);
    return summed(pool, holdersOf(pool, forcedUser, sources, index));
  };
}

/** From the servers when they are known, else from the clients that are linked to one. */
function holdersOf(
  pool: Pool,
  forcedUser: boolean,
  { servers, backends }: HolderSources,
  index: ConnectionIndex,
): readonly Holder[] {
  if (servers === null) {
    return index.clientsOf(pool, forcedUser).flatMap(client => {
      return client.link === '' ? [] : [holder(pool, null, client, undefined, index)];
    });
  }
  return index.serversOf(pool).flatMap(server => {
    const backend = server.remotePid === null ? undefined : backends?.get(server.remotePid);
    return server.state === 'active' ? [holder(pool, server, index.client(server.link), backend, index)] : [];
  });
}

/** PostgreSQL knows best; where it was not asked, PgBouncer knows of its clients whether a query is under way. */
function holder(
  { poolMode }: Pool,
  server: PooledConnection | null,
  client: PooledConnection | undefined,
  backend: BackendBehind | undefined,
  index: ConnectionIndex,
): Holder {
  const told = doings.get(backend?.state ?? '') ?? 'unknown';
  if (told !== 'unknown') {
    return { doing: told, idleMs: backend?.stateMs ?? null, server, client, backend };
  }
  const doing = client ? doingOf(client, poolMode) : 'unknown';
  const idleMs = client && doing === 'inTransaction' ? sinceRequestMs(client, index.own) : null;
  return { doing, idleMs, server, client, backend };
}

/** Of `pg_stat_activity`; what is not in the list tells nothing (`disabled`). */
const doings: ReadonlyMap<string, Doing> = new Map([
  ['active', 'running'],
  ['fastpath function call', 'running'],
  ['idle in transaction', 'inTransaction'],
  ['idle in transaction (aborted)', 'inTransaction'],
  ['idle', 'idle'],
]);

/**
 * PgBouncer measures a query from when it comes to when it is answered (`query_start`): a client that holds a server without one
 * is, in transaction mode, between two statements of its transaction. In session mode it may be outside of one.
 */
function doingOf({ waitUs }: PooledConnection, poolMode: string | null): Doing {
  if (waitUs > 0) {
    return 'running';
  }
  return poolMode === 'transaction' ? 'inTransaction' : poolMode === 'session' ? 'idle' : 'unknown';
}

/** Those of which no row is there are held by somebody, too. */
function summed(pool: Pool, holders: readonly Holder[]): Holders {
  const counts: Record<Doing, number> = { running: 0, inTransaction: 0, idle: 0, unknown: 0 };
  let longest: Holder | null = null;
  for (const one of holders) {
    counts[one.doing] += 1;
    if (one.doing === 'inTransaction' && (longest === null || (one.idleMs ?? -1) > (longest.idleMs ?? -1))) {
      longest = one;
    }
  }
  const known = counts.running + counts.inTransaction + counts.idle;
  return {
    counts: { ...counts, unknown: Math.max(0, pool.serversActive - known) },
    longest: longest && { ms: longest.idleMs, who: whoOf(longest) },
  };
}

/** The client tells more than the backend, whose address is PgBouncer's. */
function whoOf({ server, client, backend }: Holder): string {
  const application = client?.application ?? backend?.application ?? server?.application ?? '';
  const user = client?.user ?? backend?.user ?? server?.user ?? '';
  const words = [
    application === '' ? null : shortName(application),
    `user ${shortName(user)}`,
    client ? `from ${shortName(client.address)}:${String(client.port)}` : null,
  ];
  return words.filter(word => word !== null).join(', ');
}
