import { grouped } from './connectionIndex';
import type { ConsoleSnapshot, Pool, PooledDatabase } from './model';

/** Every server connection of a pool, whatever it does: what PgBouncer compares with the pool's size (`pool_server_count`, objects.c). */
export function openServers(pool: Pool): number {
  return (
    pool.serversActive +
    pool.serversIdle +
    pool.serversUsed +
    pool.serversTested +
    pool.serversLogin +
    (pool.serversActiveCancel ?? 0) +
    (pool.serversBeingCanceled ?? 0)
  );
}

/** What is looked up for every pool of a snapshot. */
export interface PoolIndex {
  readonly databases: ReadonlyMap<string, PooledDatabase>;
  readonly poolsOfDatabase: ReadonlyMap<string, readonly Pool[]>;
  readonly poolsOfUser: ReadonlyMap<string, readonly Pool[]>;
  /** One idle server anywhere: a PAUSE of all would have closed it. */
  readonly hasIdleServer: boolean;
}

export function poolIndex({ pools, databases }: ConsoleSnapshot): PoolIndex {
  return {
    databases: new Map(databases.map(database => [database.name, database])),
    poolsOfDatabase: grouped(pools, ({ database }) => database),
    poolsOfUser: grouped(pools, ({ user }) => user),
    hasIdleServer: pools.some(({ serversIdle, serversUsed }) => serversIdle + serversUsed > 0),
  };
}
