import type { ConsoleSnapshot, DatabaseRates, Pool } from './model';
import { poolKey } from './poolKey';

/** A pool at one poll. */
export interface HistoryPoint {
  /** By the poller's clock. */
  readonly atMs: number;
  readonly clientsActive: number;
  readonly clientsWaiting: number;
  readonly serversActive: number;
  readonly serversIdle: number;
  /** Null when it is not known. */
  readonly poolSize: number | null;
  readonly maxWaitUs: number;
  /** Of the pool's database, for the console counts no pool; null when nothing is known of that time. */
  readonly transactionsPerSecond: number | null;
  readonly queriesPerSecond: number | null;
}

/** The worst of one minute. */
export interface HistoryMinute {
  /** Minutes since the clock's zero. */
  readonly minute: number;
  readonly clientsWaiting: number;
  readonly serversActive: number;
  readonly maxWaitUs: number;
}

/** How far back it goes. */
export const historyMs = 30 * 60_000;

const minuteMs = 60_000;

/** Of one instance: about 20 MB. With more pools than that has room for, points nearer to each other become one. */
const mostPoints = 200_000;

interface Series {
  readonly points: HistoryPoint[];
  readonly minutes: HistoryMinute[];
}

/** The last 30 minutes of every pool, in memory. A pool that is gone is forgotten when its last point is too old. */
export class PoolHistory {
  readonly #instances = new Map<string, Map<string, Series>>();

  /** @param rates since the snapshot before */
  add(instance: string, snapshot: ConsoleSnapshot, rates: readonly DatabaseRates[]): void {
    const pools = this.#instances.get(instance) ?? new Map<string, Series>();
    this.#instances.set(instance, pools);
    const sizes = new Map(snapshot.databases.map(({ name, poolSize }) => [name, poolSize]));
    const ratesOf = new Map(rates.map(one => [one.database, one]));
    const nearMs = (historyMs * snapshot.pools.length) / mostPoints;
    for (const pool of snapshot.pools) {
      const series = pools.get(poolKey(pool)) ?? { points: [], minutes: [] };
      pools.set(poolKey(pool), series);
      const size = sizes.get(pool.database) ?? null;
      addPoint(series, pointOf(pool, snapshot.takenAtMs, size, ratesOf.get(pool.database)), nearMs);
    }
    for (const [key, series] of pools) {
      forgetOld(series, snapshot.takenAtMs);
      if (series.points.length === 0) {
        pools.delete(key);
      }
    }
  }

  /** Oldest first; empty when nothing is known. */
  series(instance: string, pool: { readonly database: string; readonly user: string }): readonly HistoryPoint[] {
    return this.#instances.get(instance)?.get(poolKey(pool))?.points ?? [];
  }

  /** Oldest first; minutes of which nothing is known are left out. */
  minutes(instance: string, pool: { readonly database: string; readonly user: string }): readonly HistoryMinute[] {
    return this.#instances.get(instance)?.get(poolKey(pool))?.minutes ?? [];
  }

  /** Of an instance that is no longer in the view. */
  forget(instance: string): void {
    this.#instances.delete(instance);
  }
}

function pointOf(
  { clientsActive, clientsWaiting, serversActive, serversIdle, maxWaitUs }: Pool,
  atMs: number,
  poolSize: number | null,
  rates: DatabaseRates | undefined,
): HistoryPoint {
  return {
    atMs,
    clientsActive,
    clientsWaiting,
    serversActive,
    serversIdle,
    poolSize,
    maxWaitUs,
    transactionsPerSecond: rates?.transactionsPerSecond ?? null,
    queriesPerSecond: rates?.queriesPerSecond ?? null,
  };
}

/** What is one with the point before it keeps the worse wait of both, so that no incident is lost. */
function addPoint({ points, minutes }: Series, point: HistoryPoint, nearMs: number): void {
  const before = points.at(-2);
  const last = points.at(-1);
  if (before && last && last.atMs - before.atMs < nearMs) {
    points[points.length - 1] = { ...point, ...worseOf(last, point) };
  } else {
    points.push(point);
  }
  const minute = Math.floor(point.atMs / minuteMs);
  const lastMinute = minutes.at(-1);
  if (lastMinute?.minute === minute) {
    const serversActive = Math.max(lastMinute.serversActive, point.serversActive);
    minutes[minutes.length - 1] = { minute, serversActive, ...worseOf(lastMinute, point) };
  } else {
    minutes.push({ minute, serversActive: point.serversActive, ...worseOf(point, point) });
  }
}

function worseOf(
  one: Pick<HistoryMinute, 'clientsWaiting' | 'maxWaitUs'>,
  other: Pick<HistoryMinute, 'clientsWaiting' | 'maxWaitUs'>,
): Pick<HistoryMinute, 'clientsWaiting' | 'maxWaitUs'> {
  return {
    clientsWaiting: Math.max(one.clientsWaiting, other.clientsWaiting),
    maxWaitUs: Math.max(one.maxWaitUs, other.maxWaitUs),
  };
}

function forgetOld({ points, minutes }: Series, nowMs: number): void {
  dropFirst(points, ({ atMs }) => nowMs - atMs > historyMs);
  dropFirst(minutes, ({ minute }) => nowMs - minute * minuteMs > historyMs);
}

function dropFirst<T>(things: T[], isOld: (thing: T) => boolean): void {
  const firstKept = things.findIndex(thing => !isOld(thing));
  things.splice(0, firstKept === -1 ? things.length : firstKept);
}
