import type { Browser } from 'playwright-core';
import { fromPoolHistoryPage, maxFromPoolHistoryPage, toPoolHistoryPage } from '../../src/page/poolHistoryPage';
import type {
  HistoryPoint,
  HistoryPool,
  PoolHistoryEvents,
  PoolHistoryRequests,
  PoolHistoryState,
} from '../../src/page/poolHistoryPage';
import type { Handlers } from '../../src/page/rpc';
import { OpenPage } from './openPage';
import type { PageOptions } from './openPage';
import type { PageServer } from './pageServer';

export interface HistoryPageOptions extends PageOptions {
  readonly state: PoolHistoryState;
  readonly handlers?: Partial<Handlers<PoolHistoryRequests>>;
}

export type OpenHistoryPage = OpenPage<PoolHistoryRequests, PoolHistoryEvents>;

/** The pool history page in a browser. */
export function openHistoryPage(
  browser: Browser,
  server: PageServer,
  { state, handlers, ...options }: HistoryPageOptions,
): Promise<OpenHistoryPage> {
  return OpenPage.open(
    browser,
    server,
    {
      toPage: toPoolHistoryPage,
      fromPage: fromPoolHistoryPage,
      maxFromPage: maxFromPoolHistoryPage,
      handlers: { ready: () => state, choose: () => null, ...handlers },
    },
    options,
  );
}

export const shopPool: HistoryPool = { id: 'pool-0', instance: 'production / primary', database: 'shop', user: 'app' };
export const batchPool: HistoryPool = { ...shopPool, id: 'pool-1', user: 'batch' };

/** 12:00:00 in Vienna, where the tests' pages are. */
export const noonMs = Date.UTC(2026, 0, 14, 11);

/** A point that says its number in every figure, as far as each figure goes. */
export function pointAt(atMs: number, figures: Partial<HistoryPoint> = {}): HistoryPoint {
  return {
    atMs,
    clientsActive: 40,
    clientsWaiting: 0,
    serversActive: 8,
    serversIdle: 12,
    poolSize: 20,
    maxWaitUs: 0,
    transactionsPerSecond: 120,
    queriesPerSecond: 480,
    ...figures,
  };
}

/** Points that end at noon, with a pool that fills up and clears again. */
export function busyHistory(count: number, stepMs = 2000): readonly HistoryPoint[] {
  return Array.from({ length: count }, (_, index) => {
    const wave = Math.sin(index / 37) + Math.sin(index / 11) / 3;
    const load = Math.round(16 + 9 * wave + ((index * 7) % 4));
    const waiting = Math.max(0, load - 20) * 3;
    const active = Math.max(0, Math.min(20, load));
    const rate = 90 + active * 14 + ((index * 13) % 17);
    return pointAt(noonMs - (count - 1 - index) * stepMs, {
      clientsActive: 30 + active,
      clientsWaiting: waiting,
      serversActive: active,
      serversIdle: 20 - active,
      maxWaitUs: waiting * 180_000,
      transactionsPerSecond: rate,
      queriesPerSecond: rate * 4.2,
    });
  });
}

export function historyOf(points: readonly HistoryPoint[], changes: Partial<PoolHistoryState> = {}): PoolHistoryState {
  return { pool: shopPool, pools: [shopPool, batchPool], points, ...changes };
}
