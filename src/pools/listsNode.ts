import { formatCount } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import type { NodeContext } from './nodeContext';
import { itemId, partId } from './nodeIds';

/** *Lists* of an instance: how many of everything PgBouncer has. */
export function listsNode({ instance, state, locale }: NodeContext): TreeNode {
  const { snapshot, judgement } = state;
  const id = partId(instance.name, 'lists');
  const { used, max } = judgement.clients;
  const of = max === null ? '' : `/${formatCount(max, locale)}`;
  return treeNode({
    id,
    label: 'Lists',
    description: `${formatCount(used, locale)}${of} clients`,
    icon: { name: 'list-unordered', color: null },
    menu: 'lists',
    children: instance.expanded.has(id)
      ? [...snapshot.lists].map(([name, items]) =>
          treeNode({
            id: itemId(instance.name, 'lists', name),
            label: name,
            description: formatCount(items, locale),
            menu: 'copyable',
          }),
        )
      : 'onExpand',
  });
}
