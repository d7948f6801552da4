import { formatCount } from '../plan/figures';
import { quoteIdentifier } from '../plan/quoteIdentifier';
import { treeNode, type TreeNode } from '../treeNode';
import { durationMs, isSession, type Activity, type Backend } from './activity';
import { backendNode, backendWords, usualWorkers, type BackendContext } from './backendNode';
import { blockingOf, type Blocking } from './blocking';
import { matcher } from './filter';
import { slotsAreFull, slotWords } from './slots';
import type { Role } from './waitWords';

/**
 * *Now*: the leaders with their workers, the other sessions that do something or are in somebody's way, and those that are
 * hidden. Longest first.
 * @param filter words of which a session must have all; a leader is also found by its workers.
 */
export function nowNode(activity: Activity, filter: string, locale: string): TreeNode {
  const snapshot = { activity, blocking: blockingOf(activity), matches: matcher(filter), locale };
  const { leaders, others, hidden } = sorted(snapshot);
  const children = [
    ...leaders.flatMap(leader => leaderNode(leader, snapshot) ?? []),
    groupNode('others', 'Other sessions', others, snapshot),
    hiddenNode(hidden, snapshot),
  ].filter(node => node !== null);
  return treeNode({
    id: 'now',
    label: activity.onStandby ? 'Now, on a standby' : 'Now',
    description: slotWords(activity.slots, locale),
    tooltip: nowTooltip(activity),
    icon: { name: 'pulse', color: null },
    children: children.length > 0 ? children : [nothingNode(filter)],
    expanded: true,
  });
}

interface Snapshot {
  readonly activity: Activity;
  readonly blocking: Blocking;
  readonly matches: (backend: Backend, words: string) => boolean;
  readonly locale: string;
}

interface Leader {
  readonly backend: Backend;
  readonly workers: readonly Backend[];
}

function sorted({ activity: { backends }, blocking }: Snapshot) {
  const workers = new Map<number, Backend[]>();
  const leaderless: Backend[] = [];
  for (const backend of backends.filter(({ kind }) => kind === 'parallelWorker')) {
    const leader = backend.leaderPid === null ? undefined : blocking.backends.get(backend.leaderPid);
    if (leader !== undefined && leader.kind !== 'parallelWorker') {
      workers.set(leader.pid, [...(workers.get(leader.pid) ?? []), backend]);
    } else {
      leaderless.push(backend);
    }
  }
  const leaders: Leader[] = [];
  const others: Backend[] = leaderless;
  const hidden: Backend[] = [];
  for (const backend of backends.filter(({ kind }) => kind !== 'parallelWorker')) {
    const led = workers.get(backend.pid) ?? [];
    if (led.length > 0 || usualWorkers(backend) > 0) {
      leaders.push({ backend, workers: led.toSorted((a, b) => a.pid - b.pid) });
    } else if (backend.query.kind === 'hidden') {
      hidden.push(backend);
    } else if (doesSomething(backend) || blocking.waiting.has(backend.pid)) {
      others.push(backend);
    }
  }
  return {
    leaders: leaders.toSorted((a, b) => longestFirst(a.backend, b.backend)),
    others: others.toSorted(longestFirst),
    hidden: hidden.filter(isSession).toSorted((a, b) => a.pid - b.pid),
  };
}

/** Idle sessions are many and do nothing; a walsender is never done with its one statement. */
function doesSomething({ state, backendType }: Backend): boolean {
  return state !== null && state !== 'idle' && backendType !== 'walsender';
}

function longestFirst(a: Backend, b: Backend): number {
  return (durationMs(b) ?? -1) - (durationMs(a) ?? -1) || a.pid - b.pid;
}

function leaderNode({ backend, workers }: Leader, snapshot: Snapshot): TreeNode | null {
  const context = contextOf(snapshot, 'leader', workers.length);
  const workerContext = contextOf(snapshot, 'worker', 0);
  const found =
    matchesWords(backend, context, snapshot) || workers.some(one => matchesWords(one, workerContext, snapshot));
  if (!found) {
    return null;
  }
  const children = workers.map(worker => backendNode(worker, workerContext));
  return { ...backendNode(backend, context), children: children.length > 0 ? children : null, expanded: true };
}

function groupNode(id: string, label: string, backends: readonly Backend[], snapshot: Snapshot): TreeNode | null {
  const context = contextOf(snapshot, 'alone', 0);
  const children = backends
    .filter(backend => matchesWords(backend, context, snapshot))
    .map(backend => backendNode(backend, context));
  return children.length === 0
    ? null
    : treeNode({ id, label, description: formatCount(children.length, snapshot.locale), children });
}

/** The statement that lets a role see what others do. */
export function grantStatement(user: string): string {
  return `GRANT pg_monitor TO ${quoteIdentifier(user)};`;
}

function hiddenNode(hidden: readonly Backend[], snapshot: Snapshot): TreeNode | null {
  const { user } = snapshot.activity;
  const count = formatCount(hidden.length, snapshot.locale);
  const grant = grantStatement(user);
  const group = groupNode('hidden', '', hidden, snapshot);
  return (
    group && {
      ...group,
      label: hidden.length === 1 ? '1 session is hidden' : `${count} sessions are hidden`,
      description: grant,
      tooltip:
        `PostgreSQL does not show ${user} what sessions of other roles do, nor which of them are workers.\n` +
        `This lets ${user} see it:\n\n${grant}`,
      icon: { name: 'eye-closed', color: 'muted' },
      menu: 'copyable',
    }
  );
}

function nothingNode(filter: string): TreeNode {
  return treeNode({
    id: 'nothing',
    label: filter.trim() === '' ? 'No session runs a query.' : 'No session matches the filter.',
  });
}

function nowTooltip({ slots, onStandby }: Activity): string {
  const lines = [
    'Slots in use: parallel workers of max_parallel_workers, and all background workers of max_worker_processes.',
    slots.backgroundAtLeast ? 'Some processes are hidden from your role, so there may be more.' : null,
    onStandby ? 'This server is a standby: it only reads.' : null,
  ];
  return lines.filter(line => line !== null).join('\n');
}

function contextOf({ activity, blocking, locale }: Snapshot, role: Role, workers: number): BackendContext {
  return { blocking, role, workers, slotsFull: slotsAreFull(activity.slots), locale };
}

function matchesWords(backend: Backend, context: BackendContext, { matches }: Snapshot): boolean {
  return matches(backend, backendWords(backend, context).join('\n'));
}
