import { treeNode, type NodeIcon, type TreeNode } from '../treeNode';
import { formatDuration } from '../workers/duration';
import { availableActions, menuWords } from './actions';
import { isOwn } from './decodeRows';
import type { PooledConnection, ShownRow } from './model';
import type { NodeContext } from './nodeContext';
import { joinNodes } from './joinNodes';
import { childId } from './nodeIds';
import { shortName } from './words';

/** A client or a server connection; opened, it has one child for every column that the console sent. */
export function connectionNode(parent: string, connection: PooledConnection, context: NodeContext): TreeNode {
  const id = childId(parent, String(connection.id ?? connection.pointer));
  const words = [
    doing(connection, context.locale),
    connection.kind === 'client' ? connection.application : null,
    connection.kind === 'server' && connection.remotePid !== null ? `pid ${String(connection.remotePid)}` : null,
    connection.closeNeeded ? 'to be closed' : null,
    isOwn(connection) ? 'of Planpool' : null,
  ].flatMap(word => (word === null ? [] : [shortName(word)]));
  return treeNode({
    id,
    label: `${shortName(connection.user)} ${addressOf(connection)}`,
    description: words.join(' · '),
    tooltip: tooltipOf(connection, words),
    icon: iconOf(connection),
    menu: menuOf(connection, context),
    children: context.instance.expanded.has(id)
      ? [...joinNodes(id, context.instance.joins.get(id), context.locale), ...columnNodes(id, connection.shown)]
      : 'onExpand',
  });
}

/**
 * A client's `wait` is the time since its query began, whether it waits or runs; it is 0 while no query is under way. What holds a
 * server without a query is between two queries of its transaction or, in session mode, of its session.
 */
function doing({ kind, state, waitUs, link }: PooledConnection, locale: string): string {
  if (kind === 'server') {
    return state === 'active' ? 'taken' : state;
  }
  const time = formatDuration(waitUs / 1000, locale);
  switch (state) {
    case 'waiting':
      return waitUs === 0 ? 'waits, for an unknown time' : `waits ${time}`;
    case 'active':
      if (link === '') {
        return 'idle';
      }
      return waitUs === 0 ? 'holds a server, no query' : `query for ${time}`;
    default:
      return state;
  }
}

function addressOf({ address, port }: PooledConnection): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return address === 'unix' ? 'unix socket' : `${shortName(host)}:${String(port)}`;
}

function iconOf({ kind, state, link, closeNeeded }: PooledConnection): NodeIcon {
  if (kind === 'client') {
    return state === 'waiting'
      ? { name: 'watch', color: 'warning' }
      : { name: link === '' ? 'circle-outline' : 'circle-filled', color: link === '' ? 'muted' : null };
  }
  return { name: state === 'active' ? 'circle-filled' : 'circle-outline', color: closeNeeded ? 'warning' : null };
}

function menuOf(connection: PooledConnection, { state: { snapshot, role } }: NodeContext): string {
  const actions =
    connection.kind === 'client'
      ? menuWords(availableActions(snapshot.version, role, snapshot, { kind: 'client', client: connection }))
      : '';
  return [connection.kind, connection.link === '' ? '' : 'linked', actions].filter(Boolean).join(' ');
}

/** Times that go on by themselves; the description says them in steps. */
const ticking = new Set(['wait', 'wait_us']);

function tooltipOf({ shown }: PooledConnection, words: readonly string[]): string {
  const lines = Object.entries(shown)
    .filter(([column]) => !ticking.has(column))
    .map(([column, value]) => `${column}: ${valueWords(value)}`);
  return [words.join(' · '), '', ...lines].join('\n');
}

function columnNodes(id: string, shown: ShownRow): readonly TreeNode[] {
  return Object.entries(shown).map(([column, value]) =>
    treeNode({ id: childId(id, column), label: column, description: valueWords(value), menu: 'copyable' }),
  );
}

function valueWords(value: string | number | null): string {
  return value === null ? 'null' : String(value);
}
