import { formatCount } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import { connectionNode } from './connectionNode';
import { connectionMatcher } from './connectionFilter';
import type { PoolJudgement } from './diagnosis';
import type { Pool, PooledConnection } from './model';
import type { NodeContext } from './nodeContext';
import { childId, poolId } from './nodeIds';
import { openServers } from './poolFigures';

/** Rows of one page. */
const pageRows = 200;

/** *Clients* or *Servers* of a pool: figures when closed, rows when it was opened. */
export function connectionsNode(judged: PoolJudgement, of: 'clients' | 'servers', context: NodeContext): TreeNode {
  const { pool } = judged;
  const { instance, locale } = context;
  const id = childId(poolId(instance.name, pool), of);
  return treeNode({
    id,
    label: of === 'clients' ? 'Clients' : 'Servers',
    description: of === 'clients' ? clientFigures(pool, locale) : serverFigures(pool, locale),
    icon: { name: of === 'clients' ? 'plug' : 'server', color: null },
    menu: of,
    children: rows(id, judged, of, context),
  });
}

function clientFigures({ clientsActive, clientsWaiting }: Pool, locale: string): string {
  return `${formatCount(clientsWaiting, locale)} waiting · ${formatCount(clientsActive, locale)} active or idle`;
}

function serverFigures(pool: Pool, locale: string): string {
  const idle = pool.serversIdle + pool.serversUsed;
  const other = openServers(pool) - pool.serversActive - idle;
  const words = [
    `${formatCount(pool.serversActive, locale)} taken`,
    `${formatCount(idle, locale)} idle`,
    other > 0 ? `${formatCount(other, locale)} others` : null,
  ];
  return words.filter(word => word !== null).join(' · ');
}

function rows(
  id: string,
  { pool }: PoolJudgement,
  of: 'clients' | 'servers',
  context: NodeContext,
): TreeNode['children'] {
  const section = context.instance.expanded.get(id);
  switch (section?.state) {
    case undefined:
    case 'notAsked':
      return 'onExpand';
    case 'loading':
      return section.before === null ? 'onExpand' : pages(id, section.before, pool, of, context);
    case 'failed':
      return [
        treeNode({
          id: childId(id, 'failed'),
          label: section.sentence,
          icon: { name: 'error', color: 'error' },
          menu: 'failed',
        }),
      ];
    case 'good':
      return pages(id, section.value, pool, of, context);
  }
}

function pages(
  id: string,
  connections: readonly PooledConnection[],
  pool: Pool,
  of: 'clients' | 'servers',
  context: NodeContext,
): readonly TreeNode[] {
  const { instance, locale } = context;
  const ofPool = connections.filter(poolMatcher(pool, of, context));
  const found = ofPool.filter(connectionMatcher(instance.filter)).sort(worstFirst);
  if (found.length === 0) {
    const what = of === 'clients' ? 'client' : 'server';
    const label = ofPool.length === 0 ? `No ${what} is connected.` : `No ${what} matches the filter.`;
    return [treeNode({ id: childId(id, 'nothing'), label })];
  }
  const shown = pageRows * Math.max(1, instance.page.get(id) ?? 1);
  const nodes = found.slice(0, shown).map(connection => connectionNode(id, connection, context));
  const rest = found.length - shown;
  return rest <= 0 ? nodes : [...nodes, moreNode(id, Math.min(pageRows, rest), found.length, locale)];
}

function moreNode(id: string, more: number, of: number, locale: string): TreeNode {
  return treeNode({
    id: childId(id, 'more'),
    label: `Show ${formatCount(more, locale)} more of ${formatCount(of, locale)}`,
    icon: { name: 'ellipsis', color: null },
    click: 'planpool.pools.showMore',
  });
}

/** A client stands in the list with the user it logged in as, its pool with the one that the database forces (`force_user`). */
function poolMatcher(
  pool: Pool,
  of: 'clients' | 'servers',
  { state: { snapshot } }: NodeContext,
): (connection: PooledConnection) => boolean {
  const database = snapshot.databases.find(({ name }) => name === pool.database);
  const anyUser = of === 'clients' && database?.forceUser === pool.user;
  return connection => connection.database === pool.database && (anyUser || connection.user === pool.user);
}

/** Waiting first and of those the longest wait, then the longest query, then what has been connected for longest. */
function worstFirst(a: PooledConnection, b: PooledConnection): number {
  return (
    stateRank(a) - stateRank(b) ||
    b.waitUs - a.waitUs ||
    compare(a.connectTime, b.connectTime) ||
    compare(a.pointer, b.pointer)
  );
}

const ranks: Readonly<Record<string, number>> = { waiting: 0, active: 1, idle: 3 };

function stateRank({ state, link }: PooledConnection): number {
  return state === 'active' && link === '' ? 3 : (ranks[state] ?? 2);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
