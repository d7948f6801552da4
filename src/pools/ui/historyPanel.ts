import type * as vscode from 'vscode';
import type { Log } from '../../editor/log';
import { afterTimeout, openPagePanel, pageDocument, pagePort } from '../../editor/pagePanel';
import { oneLine } from '../../editor/plainText';
import { viewTypes } from '../../ids';
import { pageHtml } from '../../page/html';
import {
  fromPoolHistoryPage,
  maxFromPoolHistoryPage,
  toPoolHistoryPage,
  type HistoryPoint,
  type HistoryPool,
  type PoolHistoryEvents,
  type PoolHistoryRequests,
  type PoolHistoryState,
} from '../../page/poolHistoryPage';
import { Rpc } from '../../page/rpc';

type PoolName = Omit<HistoryPool, 'id'>;
type HistoryRpc = Rpc<Record<never, never>, PoolHistoryEvents, PoolHistoryRequests, Record<never, never>>;

/** The histories that there are. */
export interface PoolHistories {
  /** The pools of which there is a history, in the order of the page's chooser. */
  pools(): readonly PoolName[];
  /** Oldest first; empty for a pool of which nothing is known. */
  series(instance: string, database: string, user: string): readonly HistoryPoint[];
  /** Something was taken, or a pool has come or gone. */
  readonly onDidChange: (listener: () => void) => { dispose(): void };
}

const requestTimeoutMs = 30_000;
const titleLength = 40;

/** The pool history page: one panel beside the editor, which shows one pool and follows it while it is in sight. */
export class PoolHistoryPanel {
  private panel: vscode.WebviewPanel | undefined;
  private rpc: HistoryRpc | undefined;
  private shown: HistoryPool | undefined;
  /** What the page knows: the ids of the pools to choose from, and when the newest point was taken. */
  private sentPools = '';
  private sentUntilMs = Number.NEGATIVE_INFINITY;
  /** Ids that this panel has given to pools, by their names. */
  private readonly ids = new Map<string, string>();
  private readonly historyListener;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly histories: PoolHistories,
    private readonly log: Log,
  ) {
    this.historyListener = histories.onDidChange(() => this.update());
  }

  /** Shows a pool, in a new panel when none is open. The editor keeps the focus. */
  show(instance: string, database: string, user: string): void {
    const opened = this.panel;
    const panel = opened ?? this.open();
    this.showPool(panel, this.withId({ instance, database, user }));
    panel.reveal(undefined, true);
  }

  dispose(): void {
    this.historyListener.dispose();
    this.panel?.dispose();
  }

  private showPool(panel: vscode.WebviewPanel, pool: HistoryPool): void {
    this.shown = pool;
    panel.title = `Pool history · ${oneLine(`${pool.database}/${pool.user}`).slice(0, titleLength)}`;
    // A page that is not there yet asks by itself.
    this.rpc?.emit('state', this.state(pool));
  }

  private open(): vscode.WebviewPanel {
    const panel = openPagePanel(this.extensionUri, viewTypes.poolHistory, 'Pool history');
    const { webview } = panel;
    // Before the page is there, or its `ready` could be missed.
    this.rpc = this.connect(webview);
    webview.html = pageHtml(pageDocument(this.extensionUri, webview, 'poolHistory', 'Pool history'));
    panel.onDidDispose(() => this.closed());
    this.panel = panel;
    return panel;
  }

  private connect(webview: vscode.Webview): HistoryRpc {
    return new Rpc({
      port: pagePort(webview, cause => this.log.error('pool history page', cause)),
      outgoing: toPoolHistoryPage,
      incoming: fromPoolHistoryPage,
      handlers: {
        ready: () => {
          if (!this.shown) {
            throw new Error('No pool is shown.');
          }
          return this.state(this.shown);
        },
        choose: ({ poolId }) => {
          const pool = this.pools().find(({ id }) => id === poolId);
          if (!this.panel || !pool) {
            throw new Error('That pool is not there any more.');
          }
          this.showPool(this.panel, pool);
          return null;
        },
      },
      listeners: {},
      after: afterTimeout,
      timeoutMs: requestTimeoutMs,
      maxInboundSize: maxFromPoolHistoryPage,
      report: sentence => this.log.warn(`Pool history page: ${sentence}`),
    });
  }

  /** Sends what is new. A page that comes back into sight asks for everything by itself. */
  private update(): void {
    if (!this.shown || this.panel?.visible !== true) {
      return;
    }
    const pools = this.pools();
    if (idsOf(pools) !== this.sentPools) {
      this.sentPools = idsOf(pools);
      this.rpc?.emit('pools', pools);
    }
    const points = this.pointsOf(this.shown);
    const untilMs = newestMs(points);
    if (untilMs < this.sentUntilMs) {
      // The history has been begun anew.
      this.rpc?.emit('state', this.state(this.shown));
    } else if (untilMs > this.sentUntilMs) {
      const added = points.filter(({ atMs }) => atMs > this.sentUntilMs);
      this.sentUntilMs = untilMs;
      this.rpc?.emit('points', { poolId: this.shown.id, points: added });
    }
  }

  private state(pool: HistoryPool): PoolHistoryState {
    const state = { pool, pools: this.pools(), points: this.pointsOf(pool) };
    this.sentPools = idsOf(state.pools);
    this.sentUntilMs = newestMs(state.points);
    return state;
  }

  private pointsOf({ instance, database, user }: HistoryPool): readonly HistoryPoint[] {
    return this.histories.series(instance, database, user);
  }

  /** Those of which there is a history, and the shown one. */
  private pools(): readonly HistoryPool[] {
    const pools = this.histories.pools().map(pool => this.withId(pool));
    const { shown } = this;
    return shown === undefined || pools.some(({ id }) => id === shown.id) ? pools : [...pools, shown];
  }

  private withId({ instance, database, user }: PoolName): HistoryPool {
    const key = JSON.stringify([instance, database, user]);
    const id = this.ids.get(key) ?? `pool-${this.ids.size}`;
    this.ids.set(key, id);
    return { id, instance, database, user };
  }

  private closed(): void {
    this.rpc?.dispose();
    this.rpc = undefined;
    this.panel = undefined;
    this.shown = undefined;
    this.ids.clear();
  }
}

function idsOf(pools: readonly HistoryPool[]): string {
  return pools.map(({ id }) => id).join(' ');
}

function newestMs(points: readonly HistoryPoint[]): number {
  return points.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
}
