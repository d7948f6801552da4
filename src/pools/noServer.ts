import { formatCount } from '../plan/figures';
import { formatDuration } from '../workers/duration';
import type { ConsoleSnapshot, Pool, PooledDatabase } from './model';
import { openServers, type PoolIndex } from './poolFigures';
import { secondsOf } from './thresholds';
import { countOf, listed, poolName, shortName } from './words';

export interface NoServerSources {
  readonly snapshot: ConsoleSnapshot;
  readonly index: PoolIndex;
  readonly database: PooledDatabase | undefined;
  /** For how long a login has been under way and none has come through; null when none is. */
  readonly loginMs: number | null;
  /** The wait has only just begun, so that nothing can be concluded from it. */
  readonly fresh: boolean;
  readonly locale: string;
}

/** `opening`: there is nothing wrong yet. */
export interface NoServer {
  readonly cause: 'opening' | 'cannotOpen';
  readonly sentence: string;
}

/**
 * Why a pool that is not full has no server for those who wait: what PgBouncer asks before it opens one (`launch_new_connection`,
 * objects.c), as far as the console tells, and else what it may be.
 */
export function whyNoServer(pool: Pool, sources: NoServerSources): NoServer {
  const { fresh, snapshot, database, locale } = sources;
  if (pool.serversLogin > 0) {
    return loginUnderWay(sources);
  }
  const limit = databaseLimitWords(pool, sources) ?? userLimitWords(pool, sources);
  if (limit !== null) {
    return { cause: 'cannotOpen', sentence: limit };
  }
  const at = serverWords(database);
  if (fresh) {
    return { cause: 'opening', sentence: 'no server is open for them yet' };
  }
  const guesses = [
    openServers(pool) === 0
      ? `${at} is down, cannot be reached or refuses the login`
      : `the last login at ${at} failed`,
    ...otherGuesses(pool, sources),
  ];
  const retry = secondsOf(snapshot.config, 'server_login_retry');
  const again = retry > 0 ? `, tried again after server_login_retry = ${seconds(retry, locale)}` : '';
  return { cause: 'cannotOpen', sentence: `no server can be opened: ${listed(guesses, 'or')} (its log tells)${again}` };
}

function loginUnderWay({ snapshot, database, loginMs, fresh, locale }: NoServerSources): NoServer {
  const timeout = secondsOf(snapshot.config, 'server_connect_timeout');
  const at = serverWords(database);
  if (loginMs === null || loginMs < 1000) {
    const sentence = `a server is being opened: the login at ${at} is under way`;
    return { cause: fresh ? 'opening' : 'cannotOpen', sentence };
  }
  const ends = timeout > 0 ? `, each ends after server_connect_timeout = ${seconds(timeout, locale)}` : '';
  return {
    cause: 'cannotOpen',
    sentence: `no server can be opened: no login at ${at} has come through for ${formatDuration(loginMs, locale)}${ends}`,
  };
}

function databaseLimitWords(pool: Pool, { index, database, locale }: NoServerSources): string | null {
  if (!database || database.maxConnections <= 0 || database.currentConnections < database.maxConnections) {
    return null;
  }
  const others = (index.poolsOfDatabase.get(pool.database) ?? []).filter(({ user }) => user !== pool.user);
  return (
    `no server can be opened: max_db_connections of ${shortName(database.name)} is reached ` +
    `(${formatCount(database.currentConnections, locale)} of ${formatCount(database.maxConnections, locale)})` +
    takenBy(others, locale)
  );
}

function userLimitWords(pool: Pool, { snapshot, index, locale }: NoServerSources): string | null {
  const limit = secondsOf(snapshot.config, 'max_user_connections');
  const pools = index.poolsOfUser.get(pool.user) ?? [];
  const open = pools.reduce((sum, one) => sum + openServers(one), 0);
  if (limit <= 0 || open < limit) {
    return null;
  }
  return (
    `no server can be opened: max_user_connections of ${shortName(pool.user)} is reached ` +
    `(${formatCount(open, locale)} of ${formatCount(limit, locale)})` +
    takenBy(
      pools.filter(({ database }) => database !== pool.database),
      locale,
    )
  );
}

function takenBy(pools: readonly Pool[], locale: string): string {
  const [most] = pools.toSorted((a, b) => openServers(b) - openServers(a));
  return most && openServers(most) > 0 ? `; ${poolName(most)} has ${countOf(openServers(most), 'server', locale)}` : '';
}

/** What the console keeps to itself. */
function otherGuesses(pool: Pool, { snapshot, index }: NoServerSources): readonly string[] {
  const { major, minor } = snapshot.version;
  const userLimit = major > 1 || minor >= 23 ? 'pool_size or max_user_connections' : 'max_user_connections';
  return [
    openServers(pool) > 0 ? `the user has reached a ${userLimit} of its own` : null,
    snapshot.state === null && !index.hasIdleServer && openServers(pool) === pool.serversActive
      ? `all of PgBouncer is paused, which ${snapshot.version.text} does not tell`
      : null,
  ].filter(guess => guess !== null);
}

function serverWords(database: PooledDatabase | undefined): string {
  return database?.host ? `PostgreSQL at ${shortName(database.host)}:${String(database.port)}` : 'PostgreSQL';
}

function seconds(count: number, locale: string): string {
  return formatDuration(count * 1000, locale);
}
