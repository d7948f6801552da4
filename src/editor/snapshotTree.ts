import * as vscode from 'vscode';
import type { NodeIcon, TreeNode } from '../treeNode';
import { oneLine, plainLines } from './plainText';
import { TreeSnapshots } from './treeSnapshots';

/** How long VS Code shows progress on a node whose children do not come. */
const patienceMs = 30_000;

/** A native tree of snapshots. Its elements are the ids of the nodes; a command in a menu gets one as its argument. */
export class SnapshotTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<string[] | undefined>();
  readonly #snapshots: TreeSnapshots;

  readonly onDidChangeTreeData = this.#changes.event;

  /**
   * @param onExpand VS Code wants the children of a node where they are `onExpand`: whoever made the node asks for them and
   * calls `update`. It may be told again before that, and is when they did not come for half a minute.
   */
  constructor(onExpand: (id: string) => void) {
    this.#snapshots = new TreeSnapshots({ onExpand, onChange: ids => this.#changes.fire(ids), patienceMs });
  }

  /** Shows another snapshot. VS Code is told only of what is different; when nothing is, of nothing. */
  update(roots: readonly TreeNode[]): void {
    this.#snapshots.update(roots);
  }

  node(id: string): TreeNode | undefined {
    return this.#snapshots.node(id);
  }

  getTreeItem(id: string): vscode.TreeItem {
    const node = this.node(id);
    // Until VS Code has seen to the last event, it may ask for a node that is gone.
    return node === undefined ? new vscode.TreeItem('') : treeItem(node);
  }

  getChildren(id?: string): string[] | Promise<string[]> {
    return this.#snapshots.childrenOf(id);
  }

  getParent(id: string): string | undefined {
    return this.#snapshots.parentOf(id);
  }

  dispose(): void {
    this.#snapshots.dispose();
    this.#changes.dispose();
  }
}

/** Nothing of it is Markdown, and VS Code renders no icons in the labels of a tree. */
function treeItem(node: TreeNode): vscode.TreeItem {
  const label = oneLine(node.label);
  const description = oneLine(node.description);
  const text = [label, description].filter(part => part !== '').join(' ');
  const item = new vscode.TreeItem(label, collapsibleState(node));
  item.id = node.id;
  item.description = description;
  item.tooltip = plainLines(node.tooltip) || text;
  // Else a screen reader would be given the whole tooltip.
  item.accessibilityInformation = { label: text };
  if (node.icon !== null) {
    item.iconPath = themeIcon(node.icon);
  }
  if (node.menu !== null) {
    item.contextValue = node.menu;
  }
  if (node.click !== null) {
    item.command = { command: node.click, title: label, arguments: [node.id] };
  }
  return item;
}

function collapsibleState(node: TreeNode): vscode.TreeItemCollapsibleState {
  if (node.children === null || node.children.length === 0) {
    return vscode.TreeItemCollapsibleState.None;
  }
  return node.expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

const themeColors = {
  error: 'list.errorForeground',
  warning: 'list.warningForeground',
  good: 'testing.iconPassed',
  muted: 'disabledForeground',
} as const satisfies Record<NonNullable<NodeIcon['color']>, string>;

function themeIcon({ name, color }: NodeIcon): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name, color === null ? undefined : new vscode.ThemeColor(themeColors[color]));
}
