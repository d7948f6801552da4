import { isOwn } from './decodeRows';
import type { Pool, PooledConnection } from './model';
import { poolKey } from './poolKey';

/** The connections of one instance, to be found without going through thousands for each pool. */
export interface ConnectionIndex {
  serversOf(pool: Pool): readonly PooledConnection[];
  /** @param forcedUser the database forces one, so that the clients of its pool have logged in as others */
  clientsOf(pool: Pool, forcedUser: boolean): readonly PooledConnection[];
  client(pointer: string): PooledConnection | undefined;
  /** The connection that has asked for the clients; undefined when it is not among them. */
  readonly own: PooledConnection | undefined;
}

export function connectionIndex(
  servers: readonly PooledConnection[],
  clients: readonly PooledConnection[],
): ConnectionIndex {
  const serversByPool = grouped(servers, poolKey);
  const clientsByPool = grouped(clients, poolKey);
  const clientsByDatabase = grouped(clients, ({ database }) => database);
  const byPointer = new Map(clients.map(client => [client.pointer, client]));
  return {
    serversOf: pool => serversByPool.get(poolKey(pool)) ?? [],
    clientsOf: (pool, forcedUser) =>
      (forcedUser ? clientsByDatabase.get(pool.database) : clientsByPool.get(poolKey(pool))) ?? [],
    client: pointer => byPointer.get(pointer),
    own: clients
      .filter(isOwn)
      .reduce<PooledConnection | undefined>(
        (last, one) => (last === undefined || one.requestTime > last.requestTime ? one : last),
        undefined,
      ),
  };
}

/** Things by what they have in common, in their order. */
export function grouped<T>(things: readonly T[], keyOf: (thing: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group) {
      group.push(thing);
    } else {
      groups.set(key, [thing]);
    }
  }
  return groups;
}
