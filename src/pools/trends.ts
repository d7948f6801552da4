import type { ConsoleSnapshot, Pool } from './model';
import { poolKey } from './poolKey';
import { openServers } from './poolFigures';

/** What only several polls together tell of the pools of one instance, by `poolKey`. */
export interface Trends {
  /** For how many polls in a row clients have waited. */
  readonly waitingPolls: ReadonlyMap<string, number>;
  /** The first of the polls in a row in which a login at the server was under way and none came through. */
  readonly loginSince: ReadonlyMap<string, { readonly atMs: number; readonly open: number }>;
}

export const noTrends: Trends = { waitingPolls: new Map(), loginSince: new Map() };

/** The trends with one more poll. */
export function nextTrends(before: Trends, { pools, takenAtMs }: ConsoleSnapshot): Trends {
  const waitingPolls = new Map<string, number>();
  const loginSince = new Map<string, { atMs: number; open: number }>();
  for (const pool of pools.filter(({ clientsWaiting, serversLogin }) => clientsWaiting > 0 || serversLogin > 0)) {
    const key = poolKey(pool);
    if (pool.clientsWaiting > 0) {
      waitingPolls.set(key, (before.waitingPolls.get(key) ?? 0) + 1);
    }
    if (pool.serversLogin > 0) {
      const open = loggedIn(pool);
      const since = before.loginSince.get(key);
      loginSince.set(key, since && open <= since.open ? { ...since, open } : { atMs: takenAtMs, open });
    }
  }
  return { waitingPolls, loginSince };
}

/** Servers that are past their login. */
function loggedIn(pool: Pool): number {
  return openServers(pool) - pool.serversLogin;
}
