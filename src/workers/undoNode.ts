import { treeNode, type TreeNode } from '../treeNode';

/** Said of every statement that a node offers. */
export const copiesOnly = 'A click copies it; Planpool never runs it.';

/** The statement that takes another one back. */
export function undoNode(id: string, undo: string): TreeNode {
  return treeNode({
    id,
    label: undo,
    tooltip: ['What undoes it:', undo, copiesOnly].join('\n\n'),
    description: 'undo',
    icon: { name: 'discard', color: 'muted' },
    menu: 'copyable',
    click: 'planpool.workers.copyStatement',
  });
}
