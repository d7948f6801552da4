import type { Plan, PlanNode } from '../../src/plan/model';

/** What the reader has chosen to see of a plan: node ids of that plan. */
export interface TreeView {
  readonly selected: number;
  readonly collapsed: ReadonlySet<number>;
}

export const initialTree: TreeView = { selected: 0, collapsed: new Set() };

/** Ids of the nodes that no collapsed ancestor hides, in order. */
export function visibleNodes(plan: Plan, collapsed: ReadonlySet<number>): readonly number[] {
  const visible: number[] = [];
  let id = 0;
  while (id < plan.nodes.length) {
    visible.push(id);
    id = collapsed.has(id) ? Math.max(id + 1, plan.nodes[id]?.subtreeEnd ?? 0) : id + 1;
  }
  return visible;
}

/** The view with one node opened or closed; a selection that would be hidden moves up to the closed node. */
export function withCollapsed(plan: Plan, view: TreeView, id: number, collapse: boolean): TreeView {
  const node = plan.nodes[id];
  if (node === undefined || !hasChildren(node) || view.collapsed.has(id) === collapse) {
    return view;
  }
  const collapsed = new Set(view.collapsed);
  if (collapse) {
    collapsed.add(id);
  } else {
    collapsed.delete(id);
  }
  const hidden = collapse && view.selected > id && view.selected < node.subtreeEnd;
  return { selected: hidden ? id : view.selected, collapsed };
}

/** The view with a node and all its siblings opened. */
export function withSiblingsExpanded(plan: Plan, view: TreeView, id: number): TreeView {
  const parent = plan.nodes[id]?.parent ?? null;
  const collapsed = new Set(view.collapsed);
  for (const each of view.collapsed) {
    if ((plan.nodes[each]?.parent ?? null) === parent) {
      collapsed.delete(each);
    }
  }
  return { ...view, collapsed };
}

export function hasChildren(node: PlanNode): boolean {
  return node.subtreeEnd > node.id + 1;
}

/** Position of a node as child numbers from the top, such as `[0, 1, 0]`. */
export function pathOf(plan: Plan, id: number): readonly number[] {
  const path: number[] = [];
  for (let at: number | null = id; at !== null;) {
    const parent: number | null = plan.nodes[at]?.parent ?? null;
    path.push(childrenOf(plan, parent).indexOf(at));
    at = parent;
  }
  return path.reverse();
}

/** The node at a position; null when the plan has none there. */
export function nodeAt(plan: Plan, path: readonly number[]): number | null {
  let at: number | null = null;
  for (const index of path) {
    const child: number | undefined = childrenOf(plan, at)[index];
    if (child === undefined) {
      return null;
    }
    at = child;
  }
  return at;
}

/** The same view of another run's plan: all of it when the trees are alike, else the selection where the same step stands there. */
export function carriedOver(from: Plan, to: Plan, view: TreeView): TreeView {
  if (from.nodes.length === to.nodes.length && from.nodes.every((node, id) => isSameStep(node, to.nodes[id]))) {
    return view;
  }
  const selected = nodeAt(to, pathOf(from, view.selected));
  const before = from.nodes[view.selected];
  return selected !== null && before !== undefined && isSameStep(before, to.nodes[selected])
    ? { ...initialTree, selected }
    : initialTree;
}

function isSameStep(one: PlanNode, other: PlanNode | undefined): boolean {
  return one.depth === other?.depth && one.name === other.name && one.object === other.object;
}

function childrenOf(plan: Plan, parent: number | null): readonly number[] {
  const end = parent === null ? plan.nodes.length : (plan.nodes[parent]?.subtreeEnd ?? 0);
  const children: number[] = [];
  for (let id = parent === null ? 0 : parent + 1; id < end;) {
    children.push(id);
    id = Math.max(id + 1, plan.nodes[id]?.subtreeEnd ?? 0);
  }
  return children;
}
