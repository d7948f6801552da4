import assert from 'node:assert/strict';
import type { Profile } from '../../src/connection/profile';
import { Sessions } from '../../src/connection/sessions';
import type { TreeNode } from '../../src/treeNode';
import type { Activity, Backend } from '../../src/workers/activity';
import { nowNode } from '../../src/workers/nowNode';
import { lookOptions } from '../../src/workers/look';
import { readActivity } from '../../src/workers/readActivity';
import { sendSignal, type Signal, type SignalOutcome } from '../../src/workers/signal';
import { UsualWorkersCache } from '../../src/workers/usualWorkers';
import { applicationName, never, Passwords } from './connectionFixture';

/** One window that looks at servers. */
export interface Window {
  readonly sessions: Sessions;
  look(profile: Profile, ownPids?: ReadonlySet<number>): Promise<Activity>;
  send(profile: Profile, backend: Backend, signal: Signal): Promise<SignalOutcome>;
}

export function openWindow(password: string | null = null): Window {
  const sessions = new Sessions(new Passwords(password), { applicationName });
  return {
    sessions,
    look: (profile, ownPids = new Set()) =>
      sessions.rolledBack(profile, lookOptions, never, tx =>
        readActivity(tx, ownPids, new UsualWorkersCache(Date.now)),
      ),
    send: (profile, backend, signal) =>
      sessions.rolledBack(profile, lookOptions, never, tx => sendSignal(tx, backend, signal)),
  };
}

export function backendOf(activity: Activity, pid: number): Backend {
  const found = activity.backends.find(backend => backend.pid === pid);
  assert.ok(found, `no backend ${String(pid)} in the activity`);
  return found;
}

export function workersOf(activity: Activity, leaderPid: number): readonly Backend[] {
  return activity.backends.filter(backend => backend.leaderPid === leaderPid);
}

/** The tree, without a filter. */
export function treeOf(activity: Activity): TreeNode {
  return nowNode(activity, '', 'en');
}

export function childrenOf(node: TreeNode | undefined): readonly TreeNode[] {
  const children = node?.children ?? [];
  return children === 'onExpand' ? [] : children;
}

/** The node at the end of the way, each step told by the beginning of an id: `['others', 'backend:4711:']`. */
export function nodeAt(root: TreeNode, ...way: readonly string[]): TreeNode {
  let node = root;
  for (const step of way) {
    const next = childrenOf(node).find(({ id }) => id.startsWith(step));
    assert.ok(
      next,
      `${step} is not among ${childrenOf(node)
        .map(({ id }) => id)
        .join(' ')}`,
    );
    node = next;
  }
  return node;
}

export function idOf(pid: number): string {
  return `backend:${String(pid)}:`;
}
