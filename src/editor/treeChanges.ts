import type { TreeNode } from '../treeNode';

/** What a view has to fetch anew: everything, or these nodes with what is below them. */
export type TreeChanges = 'everything' | readonly string[];

/** With more nodes than this to fetch anew, their parent is one event instead. */
const many = 30;

/**
 * The fewest nodes that a view that shows one snapshot has to fetch anew to show the other, none of them below another: a node
 * for its own look, a parent (or everything) for which children it has and in what order. `expanded` is the user's business
 * after the first time.
 */
export function treeChanges(before: readonly TreeNode[], after: readonly TreeNode[]): TreeChanges {
  return changesAmong(before, after) ?? 'everything';
}

/** Null when the parent has to be fetched anew. */
function changesAmong(before: readonly TreeNode[], after: readonly TreeNode[]): readonly string[] | null {
  if (before.length !== after.length || before.some((node, place) => node.id !== after[place]?.id)) {
    return null;
  }
  const changes = after.flatMap((node, place) => changesOf(before[place], node));
  return changes.length > many ? null : changes;
}

function changesOf(before: TreeNode | undefined, after: TreeNode): readonly string[] {
  const same = before !== undefined && looksTheSame(before, after);
  return (same ? changesBelow(before, after) : null) ?? [after.id];
}

function changesBelow(before: TreeNode, after: TreeNode): readonly string[] | null {
  if (typeof before.children === 'string' || typeof after.children === 'string') {
    return before.children === after.children ? [] : null;
  }
  return changesAmong(before.children ?? [], after.children ?? []);
}

function looksTheSame(one: TreeNode, other: TreeNode): boolean {
  return (
    one.label === other.label &&
    one.description === other.description &&
    one.tooltip === other.tooltip &&
    one.icon?.name === other.icon?.name &&
    one.icon?.color === other.icon?.color &&
    one.menu === other.menu &&
    one.click === other.click
  );
}
