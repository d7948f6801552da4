import type { TreeNode } from '../../../src/treeNode';
import type { Activity, Backend } from '../../../src/workers/activity';

/** A session that runs a statement, but for what is told. */
export function backend(fields: Partial<Backend> = {}): Backend {
  return {
    pid: 100,
    startedAt: '2026-01-02T03:04:05.000001Z',
    kind: 'client',
    backendType: 'client backend',
    leaderPid: null,
    database: 'shop',
    user: 'app',
    application: null,
    client: '10.0.0.1:5000',
    state: 'active',
    waitEventType: null,
    waitEvent: null,
    queryStartedAt: '2026-01-02T03:05:00.000000Z',
    queryMs: 4200,
    transactionMs: 4200,
    stateMs: 4200,
    query: { kind: 'text', text: 'SELECT 1', cutShort: false },
    queryId: null,
    blockedBy: [],
    own: false,
    usual: null,
    ...fields,
  };
}

export function worker(pid: number, leaderPid: number, fields: Partial<Backend> = {}): Backend {
  return backend({ pid, leaderPid, kind: 'parallelWorker', backendType: 'parallel worker', client: null, ...fields });
}

export function hidden(pid: number, fields: Partial<Backend> = {}): Backend {
  return backend({
    pid,
    startedAt: null,
    kind: 'other',
    backendType: null,
    client: null,
    state: null,
    queryStartedAt: null,
    queryMs: null,
    transactionMs: null,
    stateMs: null,
    query: { kind: 'hidden' },
    ...fields,
  });
}

export function activityOf(...backends: readonly Backend[]): Activity {
  return {
    serverVersion: 180004,
    database: 'shop',
    user: 'app',
    onStandby: false,
    backends,
    slots: {
      parallelUsed: 0,
      parallelMax: 8,
      backgroundUsed: 1,
      backgroundMax: 16,
      parallelAtLeast: false,
      backgroundAtLeast: false,
    },
    hiddenCount: backends.filter(({ query }) => query.kind === 'hidden').length,
    notLaunched: null,
  };
}

export function childrenOf({ children }: TreeNode): readonly TreeNode[] {
  return children === null || children === 'onExpand' ? [] : children;
}
