import { formatCount } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import { maintenanceNodeId, type Activity, type Backend } from './activity';
import { backendActions } from './backendNode';
import type { MaintenanceProgress, ProgressUnit } from './maintenanceProgress';
import { waitWords } from './waitWords';

/** *Maintenance* of the Workers view: what builds indexes or vacuums now, how far its phase is, and with which workers. */
export function maintenanceNode(
  progress: readonly MaintenanceProgress[],
  activity: Activity,
  locale: string,
): TreeNode {
  const rows = progress.map(one => progressNode(one, activity, locale));
  return treeNode({
    id: 'maintenance',
    label: 'Maintenance',
    icon: { name: 'tools', color: null },
    description: rows.length === 0 ? 'no index build and no VACUUM runs' : rows.map(({ label }) => label).join(' · '),
    children: rows.length === 0 ? null : rows,
    expanded: true,
  });
}

function progressNode(one: MaintenanceProgress, activity: Activity, locale: string): TreeNode {
  const leader = activity.backends.find(({ pid }) => pid === one.pid);
  const workers = activity.backends
    .filter(({ leaderPid, kind }) => leaderPid === one.pid && kind === 'parallelWorker')
    .sort((a, b) => a.pid - b.pid);
  const what = [commandOf(one, leader), ...(objectOf(one) === '' ? [] : [objectOf(one)])].join(' ');
  const phase = one.phase === null ? 'its progress is hidden' : phaseWords(one.phase);
  const facts = [
    ...(one.done ? [percent(one.done)] : []),
    ...workerWords(workers, locale),
    phase,
    ...(one.partitions ? [partitionWords(one.partitions, locale)] : []),
  ];
  return treeNode({
    id: maintenanceNodeId(one),
    label: what,
    description: facts.join(' · '),
    tooltip: [
      `${what}, process ${String(one.pid)}${one.database === null ? '' : ` in ${one.database}`}`,
      one.done
        ? `${phase}: ${formatCount(one.done.count, locale)} of ${formatCount(one.done.of, locale)} ${unitWords[one.done.unit]}. The share is of this phase; how long the others take is not known.`
        : phase,
    ].join('\n'),
    icon: { name: 'tools', color: null },
    menu: menuOf(leader),
    children: workers.length === 0 ? null : workers.map(workerNode),
  });
}

/** As for its session, but for the plan: what builds or vacuums has none. */
function menuOf(leader: Backend | undefined): string {
  const actions = leader ? backendActions(leader, 'alone') : [];
  return ['maintenance', ...actions.filter(action => action !== 'explainable')].join(' ');
}

/** An autovacuum worker runs a VACUUM that nobody asked for. */
function commandOf({ command }: MaintenanceProgress, leader: Backend | undefined): string {
  return leader?.backendType === 'autovacuum worker' ? `${command} (autovacuum)` : command;
}

function objectOf({ relation, index, command }: MaintenanceProgress): string {
  if (index !== null) {
    return command.startsWith('CLUSTER') && relation !== null ? `${relation} USING ${index}` : index;
  }
  return relation === null ? '' : command.includes('INDEX') ? `on ${relation}` : relation;
}

function workerWords(workers: readonly Backend[], locale: string): readonly string[] {
  return workers.length === 0
    ? []
    : [workers.length === 1 ? '1 worker' : `${formatCount(workers.length, locale)} workers`];
}

function workerNode(worker: Backend): TreeNode {
  return treeNode({
    id: `maintenance:${String(worker.leaderPid)}:${String(worker.pid)}`,
    label: String(worker.pid),
    description: `worker · ${waitWords(worker, 'worker')}`,
  });
}

/** Never 100 % before it is. */
function percent({ count, of }: NonNullable<MaintenanceProgress['done']>): string {
  return `${String(Math.floor((100 * count) / of))} %`;
}

function partitionWords({ count, of }: NonNullable<MaintenanceProgress['partitions']>, locale: string): string {
  return `${formatCount(count, locale)} of ${formatCount(of, locale)} partitions`;
}

const unitWords: Readonly<Record<ProgressUnit, string>> = {
  blocks: 'blocks',
  tuples: 'rows',
  lockers: 'transactions waited for',
  indexes: 'indexes',
};

/** PostgreSQL's names are words already; those that only insiders read are said otherwise. */
function phaseWords(phase: string): string {
  return words[phase] ?? phase.replace(/^building index: /, '');
}

const words: Readonly<Partial<Record<string, string>>> = {
  initializing: 'starts',
  'building index': 'builds the index',
  'building index: scanning table': 'scans the table',
  'building index: sorting live tuples': 'sorts',
  'building index: sorting dead tuples': 'sorts dead rows',
  'building index: loading tuples in tree': 'writes the index',
  'waiting for writers before build': 'waits for writers, before it builds',
  'waiting for writers before validation': 'waits for writers, before it validates',
  'waiting for old snapshots': 'waits for old snapshots',
  'waiting for readers before marking dead': 'waits for readers, before the old index is marked dead',
  'waiting for readers before dropping': 'waits for readers, before the old index is dropped',
  'index validation: scanning index': 'validates: scans the index',
  'index validation: sorting tuples': 'validates: sorts',
  'index validation: scanning table': 'validates: scans the table',
  'scanning heap': 'scans the table',
  'vacuuming indexes': 'vacuums the indexes',
  'vacuuming heap': 'vacuums the table',
  'cleaning up indexes': 'cleans up the indexes',
  'truncating heap': 'truncates the table',
  'performing final cleanup': 'finishes',
  'seq scanning heap': 'reads the table',
  'index scanning heap': 'reads the table by the index',
  'sorting tuples': 'sorts',
  'writing new heap': 'writes the new table',
  'swapping relation files': 'swaps the files',
  'rebuilding index': 'rebuilds the indexes',
};
