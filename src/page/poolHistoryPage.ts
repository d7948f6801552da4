import * as v from 'valibot';
import type { Wire } from './wire';

/** How far back the history of a pool goes. */
export const historySpanMs = 30 * 60_000;

/** What one look at a console said of one pool. */
export interface HistoryPoint {
  /** By the host's clock. */
  readonly atMs: number;
  readonly clientsActive: number;
  readonly clientsWaiting: number;
  readonly serversActive: number;
  readonly serversIdle: number;
  /** Server connections that the pool may have; 0 is no limit, null not known. */
  readonly poolSize: number | null;
  /** Of the client that has waited longest. */
  readonly maxWaitUs: number;
  /** Of the pool's whole database, since the look before. Null where that is not known, as after a restart. */
  readonly transactionsPerSecond: number | null;
  readonly queriesPerSecond: number | null;
}

/** A pool that can be chosen. */
export interface HistoryPool {
  /** Means this pool to this host, and nothing else. */
  readonly id: string;
  /** Name of the console's connection. */
  readonly instance: string;
  readonly database: string;
  readonly user: string;
}

/** What the pool history page shows. The host sends it whole as the answer to `ready` and when another pool is shown. */
export interface PoolHistoryState {
  readonly pool: HistoryPool;
  /** In the order of the chooser; the shown one is among them. */
  readonly pools: readonly HistoryPool[];
  /** Oldest first, at most `historySpanMs` apart. */
  readonly points: readonly HistoryPoint[];
}

/**
 * Requests of the pool history page. Each name maps to `[what it sends, what it gets]`. `choose` is answered as soon as it is
 * accepted; the pool arrives as an event.
 */
export type PoolHistoryRequests = {
  ready: [null, PoolHistoryState];
  choose: [{ readonly poolId: string }, null];
};

/** Notifications from the host to the pool history page. */
export type PoolHistoryEvents = {
  state: PoolHistoryState;
  /** What was taken after the points that the page has. */
  points: { readonly poolId: string; readonly points: readonly HistoryPoint[] };
  pools: readonly HistoryPool[];
};

/** Characters and values in all that the host reads of one message from the page. */
export const maxFromPoolHistoryPage = 200;

const poolId = v.pipe(v.string(), v.nonEmpty(), v.maxLength(64));
const nothing = decoder(v.null());
const figure = v.pipe(v.number(), v.finite());

const points = v.array(
  v.object({
    atMs: figure,
    clientsActive: figure,
    clientsWaiting: figure,
    serversActive: figure,
    serversIdle: figure,
    poolSize: v.nullable(figure),
    maxWaitUs: figure,
    transactionsPerSecond: v.nullable(figure),
    queriesPerSecond: v.nullable(figure),
  }),
);
const pool = v.object({ id: v.string(), instance: v.string(), database: v.string(), user: v.string() });
const pools = v.array(pool);
const state = decoder(v.object({ pool, pools, points }));

/** What the page sends. */
export const fromPoolHistoryPage: Wire<PoolHistoryRequests, Record<string, never>> = {
  requests: {
    ready: { sends: nothing, gets: state },
    choose: { sends: decoder(v.strictObject({ poolId })), gets: nothing },
  },
  events: {},
};

/** What the host sends. */
export const toPoolHistoryPage: Wire<Record<string, never>, PoolHistoryEvents> = {
  requests: {},
  events: { state, points: decoder(v.object({ poolId, points })), pools: decoder(pools) },
};

function decoder<T>(schema: v.GenericSchema<unknown, T>): (value: unknown) => T {
  return value => v.parse(schema, value);
}
