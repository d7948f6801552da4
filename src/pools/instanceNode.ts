import { formatCount } from '../plan/figures';
import { treeNode, type NodeIcon, type TreeNode } from '../treeNode';
import { formatDuration } from '../workers/duration';
import { availableActions, menuWords } from './actions';
import { configNode } from './configNode';
import { databasesNode } from './databasesNode';
import type { PoolHistory } from './history';
import { listsNode } from './listsNode';
import type { NodeContext } from './nodeContext';
import { childId, instanceId, itemId } from './nodeIds';
import { poolNode } from './poolNode';
import type { GoodState, InstanceView } from './shownInstance';
import { severityIcon, severityRank } from './severity';
import { statsNode } from './statsNode';
import type { StoppedDatabase } from './stopped';
import { countOf, shortName, waitersWords } from './words';

/** One PgBouncer: its health, its pools worst first, then what else its console tells. */
export function instanceNode(instance: InstanceView, history: PoolHistory, locale: string): TreeNode {
  const id = instanceId(instance.name);
  const label = shortName(instance.name);
  const { state } = instance;
  switch (state.kind) {
    case 'asking':
      return treeNode({
        id,
        label,
        description: 'is being asked',
        icon: { name: 'loading~spin', color: null },
        menu: 'instance',
      });
    case 'failed':
      return treeNode({
        id,
        label,
        description: state.sentence,
        tooltip: [instance.name, state.sentence].join('\n'),
        icon: { name: 'error', color: 'error' },
        menu: 'instance failed',
      });
    case 'good':
      return goodNode(id, instance, state, history, locale);
  }
}

function goodNode(
  id: string,
  instance: InstanceView,
  state: GoodState,
  history: PoolHistory,
  locale: string,
): TreeNode {
  const { snapshot, judgement } = state;
  const age = ageWords(state, locale);
  const actions = menuWords(availableActions(snapshot.version, state.role, snapshot, { kind: 'instance' }));
  const menuOf = menusOfDatabases(state);
  const context = { instance, state, history, locale, menuOf };
  const stale = state.stale === null ? [] : [staleNode(id, state.stale)];
  return treeNode({
    id,
    label: shortName(instance.name),
    description: [
      snapshot.version.text,
      judgement.waiting > 0 ? `${formatCount(judgement.waiting, locale)} wait` : null,
      countOf(snapshot.pools.length, 'pool', locale),
      age,
      judgement.sentence,
    ]
      .filter(word => word !== null)
      .join(' · '),
    tooltip: tooltipOf(instance, state, locale),
    icon: state.stale === null ? iconOf(state) : { name: 'history', color: 'muted' },
    menu: ['instance', instance.watched ? 'watched' : 'watchable', actions].filter(Boolean).join(' '),
    children: [
      ...stale,
      ...judgement.stopped.filter(withoutPool(state)).map(one => stoppedNode(one, context)),
      ...judgement.pools.map(judged => poolNode(judged, context)),
      databasesNode(context),
      statsNode(context),
      listsNode(context),
      configNode(context),
    ],
    expanded: severityRank(judgement.severity) >= severityRank('warning'),
  });
}

/** It would be nowhere to be seen among the pools. */
function withoutPool({ snapshot: { pools } }: GoodState): (stopped: StoppedDatabase) => boolean {
  const withPool = new Set(pools.map(({ database }) => database));
  return ({ database }) => !withPool.has(database);
}

function stoppedNode({ database, cause, sentence }: StoppedDatabase, { instance, menuOf }: NodeContext): TreeNode {
  return treeNode({
    id: itemId(instance.name, 'stopped', database),
    label: shortName(database),
    description: sentence,
    icon: cause === 'paused' ? { name: 'debug-pause', color: 'warning' } : { name: 'circle-slash', color: 'muted' },
    menu: ['database', menuOf(database)].filter(Boolean).join(' '),
  });
}

function iconOf({ snapshot: { state }, judgement: { severity } }: GoodState): NodeIcon {
  const stopped = state?.paused === true || state?.suspended === true;
  return stopped && severity !== 'error' ? { name: 'debug-pause', color: 'warning' } : severityIcon(severity);
}

function staleNode(id: string, sentence: string): TreeNode {
  return treeNode({
    id: childId(id, 'stale'),
    label: sentence,
    icon: { name: 'error', color: 'error' },
    menu: 'failed',
  });
}

const shownFromMs = 5000;

/** In steps, so that the tree does not change just because time goes by. Null for data that is fresh. */
function ageWords({ ageMs, stale }: GoodState, locale: string): string | null {
  if (ageMs < shownFromMs) {
    return stale === null ? null : 'from before';
  }
  const stepMs = ageMs < 60_000 ? 5000 : 60_000;
  return `${formatDuration(Math.floor(ageMs / stepMs) * stepMs, locale)} old`;
}

function tooltipOf({ name, label }: InstanceView, { snapshot, judgement, stale }: GoodState, locale: string): string {
  const { used, max } = judgement.clients;
  const of = max === null ? '' : ` of max_client_conn = ${formatCount(max, locale)}`;
  const lines = [
    label === null ? name : `${name} (${label})`,
    `PgBouncer ${snapshot.version.text}`,
    judgement.sentence,
    stale,
    `${countOf(used, 'client', locale)}${of}; connections to the console, ours too, are counted by PgBouncer`,
    judgement.waiting > 0 ? waitersWords(judgement.waiting, locale) : null,
    snapshot.state === null ? `Whether all of it is paused, ${snapshot.version.text} does not tell.` : null,
  ];
  return lines.filter(line => line !== null).join('\n');
}

/** The same for every pool of a database. */
function menusOfDatabases({ snapshot, role }: GoodState): (database: string) => string {
  const known = new Map<string, string>();
  return database => {
    const menu =
      known.get(database) ??
      menuWords(availableActions(snapshot.version, role, snapshot, { kind: 'database', database }));
    known.set(database, menu);
    return menu;
  };
}
