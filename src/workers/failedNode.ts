import { treeNode, type TreeNode } from '../treeNode';

/** Says why something could not be asked; a click asks again. */
export function failedNode(id: string, sentence: string): TreeNode {
  return treeNode({
    id,
    label: sentence,
    tooltip: `${sentence}\nClick to try again.`,
    icon: { name: 'error', color: 'error' },
    click: 'planpool.workers.refresh',
  });
}
