import { formatCount } from '../plan/figures';
import { holderFinder, type BackendBehind, type Holders } from './holders';
import { holderWords } from './holderWords';
import { whyNoServer } from './noServer';
import type { ConsoleSnapshot, Pool, PooledConnection, PooledDatabase, Severity } from './model';
import { openServers, poolIndex, type PoolIndex } from './poolFigures';
import { poolKey } from './poolKey';
import { severityRank } from './severity';
import { maxWaitErrorMs, type Thresholds } from './thresholds';
import { stoppedDatabase } from './stopped';
import type { Trends } from './trends';
import { countOf, shortName } from './words';

/** Why a pool is as it is. `unclear`: clients wait, and the console gives no reason. */
export type PoolCause =
  | 'none'
  | 'paused'
  | 'suspended'
  | 'disabled'
  | 'full'
  | 'longTransactions'
  | 'opening'
  | 'cannotOpen'
  | 'freeAgain'
  | 'unclear';

export interface PoolJudgement {
  readonly pool: Pool;
  readonly severity: Severity;
  readonly cause: PoolCause;
  /** Why clients wait, or what is off; null when nothing is. Without a full stop and without the number of waiters. */
  readonly sentence: string | null;
  /** Of the pool's database; null when it is not known, 0 for no limit (from 1.24 on). */
  readonly poolSize: number | null;
}

export interface JudgeContext {
  readonly trends: Trends;
  /** Of the whole instance, as far as somebody has asked for them. */
  readonly servers: readonly PooledConnection[] | null;
  readonly clients: readonly PooledConnection[] | null;
  /** What PostgreSQL says, by pid, of the backends of those databases that are mapped to it. */
  readonly backends: ReadonlyMap<number, BackendBehind> | null;
  /** Databases that a KILL of ours has left paused; the console does not say by what. */
  readonly pausedByKill: ReadonlySet<string>;
  readonly thresholds: Thresholds;
  readonly locale: string;
}

/** Every pool with what is wrong with it, worst first: by severity, then the longest wait, then most waiters, then by name. */
export function judgePools(snapshot: ConsoleSnapshot, context: JudgeContext): readonly PoolJudgement[] {
  const index = poolIndex(snapshot);
  const holdersOf = holderFinder(context);
  const errorMs = maxWaitErrorMs(context.thresholds, snapshot);
  return snapshot.pools
    .map(pool =>
      judgePool(pool, {
        ...context,
        snapshot,
        index,
        holdersOf,
        errorMs,
        database: index.databases.get(pool.database),
      }),
    )
    .sort(worstFirst);
}

interface PoolContext extends JudgeContext {
  readonly snapshot: ConsoleSnapshot;
  readonly index: PoolIndex;
  readonly holdersOf: (pool: Pool, forcedUser: boolean) => Holders;
  readonly errorMs: number;
  readonly database: PooledDatabase | undefined;
}

interface Verdict {
  readonly cause: PoolCause;
  readonly sentence: string | null;
}

const atRest: Verdict = { cause: 'none', sentence: null };

function judgePool(pool: Pool, context: PoolContext): PoolJudgement {
  const { cause, sentence } =
    standstill(pool, context) ?? (pool.clientsWaiting > 0 ? whyWaiting(pool, context) : atRest);
  const severity = worse(waitSeverity(pool, context), causeSeverity(cause));
  return { pool, severity, poolSize: context.database?.poolSize ?? null, cause, sentence };
}

/** What stops a pool whatever else is true of it. */
function standstill(pool: Pool, { snapshot: { state }, database, pausedByKill }: PoolContext): Verdict | null {
  if (state?.suspended) {
    return {
      cause: 'suspended',
      sentence: 'suspended: all of PgBouncer is, until RESUME or until who did it disconnects',
    };
  }
  const stopped = database && stoppedDatabase(database, pausedByKill);
  if (stopped && (stopped.cause === 'paused' || pool.clientsWaiting === 0)) {
    return stopped;
  }
  return state?.paused ? { cause: 'paused', sentence: 'paused: a PAUSE of all of PgBouncer, RESUME ends it' } : null;
}

function whyWaiting(pool: Pool, context: PoolContext): Verdict {
  const open = openServers(pool);
  if (isFull(pool, context)) {
    return whyFull(pool, context);
  }
  const free = pool.serversIdle + pool.serversUsed + pool.serversTested;
  if (free > 0) {
    return whyThoughFree(pool, context);
  }
  const { database, locale, thresholds } = context;
  const fresh =
    pool.maxWaitUs / 1000 < thresholds.maxWaitWarningMs && waitingPolls(pool, context) < thresholds.waitingPollsWarning;
  const { cause, sentence } = whyNoServer(pool, { ...context, loginMs: loginMs(pool, context), fresh });
  const size = database?.poolSize ?? 0;
  const figures = size > 0 ? ` (${formatCount(open, locale)} of ${countOf(size, 'server', locale)} open)` : '';
  return { cause, sentence: `${sentence}${figures}` };
}

function loginMs(pool: Pool, { trends, snapshot }: PoolContext): number | null {
  const since = trends.loginSince.get(poolKey(pool));
  return since ? snapshot.takenAtMs - since.atMs : null;
}

/** Before 1.24 a size of 0 lets no server be opened at all; after that it is no limit. */
function isFull(pool: Pool, { database, snapshot: { version } }: PoolContext): boolean {
  if (!database) {
    return false;
  }
  const unlimited = database.poolSize === 0 && (version.major > 1 || version.minor >= 24);
  return !unlimited && openServers(pool) >= database.poolSize;
}

function whyFull(pool: Pool, context: PoolContext): Verdict {
  const { database, locale } = context;
  const open = openServers(pool);
  if (open === 0) {
    return {
      cause: 'full',
      sentence: `pool full: pool_size of ${shortName(pool.database)} is 0, so no server may be opened`,
    };
  }
  if (pool.serversIdle > 0) {
    return whyThoughFree(pool, context);
  }
  const holders = context.holdersOf(pool, database?.forceUser === pool.user);
  const words = holderWords(holders, open, locale);
  const cause = holders.counts.inTransaction * 2 >= open ? 'longTransactions' : 'full';
  return {
    cause,
    sentence: `pool full: ${words}${sessionWords(pool)}${reserveWords(open, database, context)}`,
  };
}

/** In session mode a server is taken until its client leaves. */
function sessionWords({ poolMode, serversActive }: Pool): string {
  return poolMode === 'session' && serversActive > 0
    ? '; in session mode a client keeps its server until it disconnects'
    : '';
}

function reserveWords(open: number, database: PooledDatabase | undefined, { snapshot, locale }: PoolContext): string {
  if (!database || database.reservePoolSize <= 0) {
    return '';
  }
  const { poolSize, reservePoolSize } = database;
  const taken = Math.min(Math.max(open - poolSize, 0), reservePoolSize);
  const after = Number(snapshot.config.get('reserve_pool_timeout')?.value ?? NaN);
  if (taken === reservePoolSize) {
    return `; the reserve of ${formatCount(reservePoolSize, locale)} is used up`;
  }
  return after > 0
    ? `; ${formatCount(reservePoolSize - taken, locale)} in reserve for who waits longer than ${formatCount(after, locale)} s`
    : '; the reserve is never used, because reserve_pool_timeout is 0';
}

/** The console answers between two moments: what was freed just now has found nobody yet. */
function whyThoughFree(pool: Pool, { locale, thresholds }: PoolContext): Verdict {
  const checked = pool.serversUsed + pool.serversTested;
  const words =
    pool.serversIdle > 0
      ? `${countOf(pool.serversIdle, 'server', locale)} ${pool.serversIdle === 1 ? 'is' : 'are'} free again`
      : `${countOf(checked, 'server', locale)} ${checked === 1 ? 'is' : 'are'} checked by server_check_query first`;
  return pool.maxWaitUs / 1000 >= thresholds.maxWaitWarningMs
    ? { cause: 'unclear', sentence: `${words}, yet clients wait: the console does not tell why` }
    : { cause: 'freeAgain', sentence: words };
}

/** A wait of 0 with waiters is one that PgBouncer does not measure: it is not short. */
function waitSeverity(pool: Pool, context: PoolContext): Severity {
  const { thresholds, errorMs } = context;
  if (pool.clientsWaiting === 0) {
    return 'good';
  }
  const waitMs = pool.maxWaitUs / 1000;
  if (waitMs >= errorMs) {
    return 'error';
  }
  if (waitMs >= thresholds.maxWaitWarningMs || waitingPolls(pool, context) >= thresholds.waitingPollsWarning) {
    return 'warning';
  }
  return pool.clientsWaiting >= thresholds.waitingInfo ? 'info' : 'good';
}

function waitingPolls(pool: Pool, { trends }: PoolContext): number {
  return trends.waitingPolls.get(poolKey(pool)) ?? 0;
}

/** Of a pool or a database that is stopped, whether clients wait or not. */
export function causeSeverity(cause: PoolCause): Severity {
  return cause === 'paused' || cause === 'suspended' ? 'warning' : cause === 'disabled' ? 'info' : 'good';
}

function worse(one: Severity, other: Severity): Severity {
  return severityRank(one) > severityRank(other) ? one : other;
}

function worstFirst(a: PoolJudgement, b: PoolJudgement): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    b.pool.maxWaitUs - a.pool.maxWaitUs ||
    b.pool.clientsWaiting - a.pool.clientsWaiting ||
    compareNames(a.pool.database, b.pool.database) ||
    compareNames(a.pool.user, b.pool.user)
  );
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
