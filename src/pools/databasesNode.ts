import { formatCount } from '../plan/figures';
import { treeNode, type NodeIcon, type TreeNode } from '../treeNode';
import type { PooledDatabase } from './model';
import type { NodeContext } from './nodeContext';
import { childId, itemId, partId } from './nodeIds';
import { countOf, shortName } from './words';

/** *Databases* of an instance: what is paused or disabled first, then by name. */
export function databasesNode({ instance, state, menuOf, locale }: NodeContext): TreeNode {
  const { databases } = state.snapshot;
  const id = partId(instance.name, 'databases');
  const paused = databases.filter(database => database.paused).length;
  const disabled = databases.filter(database => database.disabled).length;
  const words = [
    paused > 0 ? `${formatCount(paused, locale)} paused` : null,
    disabled > 0 ? `${formatCount(disabled, locale)} disabled` : null,
    formatCount(databases.length, locale),
  ];
  const stopped = new Map(state.judgement.stopped.map(one => [one.database, one.words]));
  const made = (): readonly TreeNode[] =>
    databases.toSorted(stoppedFirst).map(database => {
      const words = [stopped.get(database.name) ?? null, ...databaseWords(database, locale)];
      return databaseNode(database, words, instance, menuOf(database.name));
    });
  return treeNode({
    id,
    label: 'Databases',
    description: words.filter(word => word !== null).join(' · '),
    icon: { name: 'database', color: null },
    menu: 'databases',
    children: instance.expanded.has(id) ? made() : 'onExpand',
  });
}

function databaseWords(database: PooledDatabase, locale: string): readonly (string | null)[] {
  const { poolSize, reservePoolSize, host, port, forceUser } = database;
  const reserve = reservePoolSize > 0 ? ` + ${formatCount(reservePoolSize, locale)}` : '';
  return [
    connectionWords(database, locale),
    `pool_size ${formatCount(poolSize, locale)}${reserve}`,
    database.poolMode,
    `${shortName(host ?? 'unix socket')}:${String(port)}/${shortName(database.database)}`,
    forceUser === null ? null : `as ${shortName(forceUser)}`,
  ];
}

function databaseNode(
  database: PooledDatabase,
  words: readonly (string | null)[],
  { name, expanded }: NodeContext['instance'],
  menu: string,
): TreeNode {
  const id = itemId(name, 'databases', database.name);
  const columns = Object.entries(database.shown).map(([column, value]) => ({ column, value: String(value ?? 'null') }));
  return treeNode({
    id,
    label: shortName(database.name),
    description: words.filter(word => word !== null).join(' · '),
    tooltip: columns.map(({ column, value }) => `${column}: ${value}`).join('\n'),
    icon: iconOf(database),
    menu: ['database', menu].filter(Boolean).join(' '),
    children: expanded.has(id)
      ? columns.map(({ column, value }) =>
          treeNode({ id: childId(id, column), label: column, description: value, menu: 'copyable' }),
        )
      : 'onExpand',
  });
}

function connectionWords({ currentConnections, maxConnections }: PooledDatabase, locale: string): string {
  return maxConnections > 0
    ? `${formatCount(currentConnections, locale)}/${formatCount(maxConnections, locale)} servers`
    : countOf(currentConnections, 'server', locale);
}

function iconOf({ paused, disabled, maxConnections, currentConnections }: PooledDatabase): NodeIcon {
  if (paused) {
    return { name: 'debug-pause', color: 'warning' };
  }
  if (disabled) {
    return { name: 'circle-slash', color: 'muted' };
  }
  return maxConnections > 0 && currentConnections >= maxConnections
    ? { name: 'warning', color: 'warning' }
    : { name: 'database', color: null };
}

function stoppedFirst(a: PooledDatabase, b: PooledDatabase): number {
  return (
    Number(b.paused) - Number(a.paused) ||
    Number(b.disabled) - Number(a.disabled) ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
}
