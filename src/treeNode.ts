import type { AllCommands } from './ids';

/** What a native tree shows of one thing: plain data, made anew whenever the thing changes. */
export interface TreeNode {
  /** The same for the same thing in every snapshot, and no other node's in its tree. */
  readonly id: string;
  /** Text from anywhere; it is shown as it is. */
  readonly label: string;
  /** Behind the label, in a weaker colour; empty for none. */
  readonly description: string;
  /** Lines of plain text; empty for the label and the description. */
  readonly tooltip: string;
  readonly icon: NodeIcon | null;
  /** What `viewItem` is in package.json's `when` clauses. */
  readonly menu: string | null;
  /** A command that a click runs, with the node's id as its argument. */
  readonly click: keyof AllCommands | null;
  /** `onExpand`: there are some, and they are asked for when the node is opened. Null for a leaf. */
  readonly children: readonly TreeNode[] | 'onExpand' | null;
  /** How it is shown the first time; later the user decides. */
  readonly expanded: boolean;
}

export interface NodeIcon {
  /** A codicon's name. */
  readonly name: string;
  readonly color: 'error' | 'warning' | 'good' | 'muted' | null;
}

/** A node of which only what differs from a plain leaf is told. */
export function treeNode(node: Pick<TreeNode, 'id' | 'label'> & Partial<TreeNode>): TreeNode {
  return {
    description: '',
    tooltip: '',
    icon: null,
    menu: null,
    click: null,
    children: null,
    expanded: false,
    ...node,
  };
}
