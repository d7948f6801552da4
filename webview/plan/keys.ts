import type { Plan } from '../../src/plan/model';
import { hasChildren, withCollapsed, withSiblingsExpanded } from './tree';
import type { TreeView } from './tree';

/** The view after a key was pressed in the tree-grid; null when the key means nothing there. */
export function viewAfterKey(
  key: string,
  plan: Plan,
  view: TreeView,
  visible: readonly number[],
  rowsPerPage: number,
): TreeView | null {
  const id = view.selected;
  const node = plan.nodes[id];
  if (node === undefined) {
    return null;
  }
  const at = visible.indexOf(id);
  const move = (index: number): TreeView => ({
    ...view,
    selected: visible[Math.max(0, Math.min(visible.length - 1, index))] ?? id,
  });
  const isOpen = hasChildren(node) && !view.collapsed.has(id);
  switch (key) {
    case 'ArrowDown':
      return move(at + 1);
    case 'ArrowUp':
      return move(at - 1);
    case 'PageDown':
      return move(at + rowsPerPage);
    case 'PageUp':
      return move(at - rowsPerPage);
    case 'Home':
      return move(0);
    case 'End':
      return move(visible.length - 1);
    case 'ArrowRight':
      return isOpen ? move(at + 1) : withCollapsed(plan, view, id, false);
    case 'ArrowLeft':
      return isOpen ? withCollapsed(plan, view, id, true) : { ...view, selected: node.parent ?? id };
    case ' ':
      return withCollapsed(plan, view, id, isOpen);
    case '*':
      return withSiblingsExpanded(plan, view, id);
    default:
      return null;
  }
}
