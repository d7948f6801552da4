import type { TreeNode } from '../treeNode';
import { treeChanges } from './treeChanges';

export interface TreeSnapshotsOptions {
  /**
   * The view wants the children of a node where they are `onExpand`: whoever made the node asks for them and calls `update`.
   * It may be told again before that.
   */
  readonly onExpand: (id: string) => void;
  /** These nodes, and what is below them, have to be fetched anew; undefined for everything. */
  readonly onChange: (ids: string[] | undefined) => void;
  /** After so long, children that do not come are none. */
  readonly patienceMs: number;
}

/** The snapshot that a view shows, by the ids of its nodes, and what the view has to know when another takes its place. */
export class TreeSnapshots {
  readonly #options: TreeSnapshotsOptions;
  /** Nodes whose children the view waits for, and what gives them to it. */
  readonly #waiting = new Map<string, (ids: string[]) => void>();
  readonly #nodes = new Map<string, TreeNode>();
  readonly #parents = new Map<string, string>();
  #roots: readonly TreeNode[] = [];

  constructor(options: TreeSnapshotsOptions) {
    this.#options = options;
  }

  /** Shows another snapshot. Only what is different is told; when nothing is, nothing. */
  update(roots: readonly TreeNode[]): void {
    const changes = treeChanges(this.#roots, roots);
    this.#roots = roots;
    this.#nodes.clear();
    this.#parents.clear();
    this.#remember(roots);
    const answered = this.#answerWaiting(changes);
    if (changes !== 'everything' && changes.length === 0) {
      return;
    }
    const tell = (): void => this.#options.onChange(changes === 'everything' ? undefined : [...changes]);
    if (answered) {
      // VS Code registers what it has waited for first: older ones refuse an id that a refresh in between brought already.
      setImmediate(tell);
    } else {
      tell();
    }
  }

  node(id: string): TreeNode | undefined {
    return this.#nodes.get(id);
  }

  /** A promise where they are `onExpand`: of the children that a later `update` brings, or of none. */
  childrenOf(id: string | undefined): string[] | Promise<string[]> {
    if (id === undefined) {
      return this.#roots.map(root => root.id);
    }
    const node = this.#nodes.get(id);
    return node?.children === 'onExpand' ? this.#childrenLater(id) : childrenNow(node).map(child => child.id);
  }

  parentOf(id: string): string | undefined {
    return this.#parents.get(id);
  }

  /** Leaves nobody waiting. */
  dispose(): void {
    this.#waiting.forEach(answer => answer([]));
  }

  #remember(nodes: readonly TreeNode[], parent?: string): void {
    for (const node of nodes) {
      this.#nodes.set(node.id, node);
      if (parent !== undefined) {
        this.#parents.set(node.id, parent);
      }
      this.#remember(childrenNow(node), node.id);
    }
  }

  #childrenLater(id: string): Promise<string[]> {
    this.#waiting.get(id)?.([]);
    return new Promise(resolve => {
      const answer = (ids: string[]): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(ids);
      };
      const timer = setTimeout(answer, this.#options.patienceMs, []);
      this.#waiting.set(id, answer);
      this.#options.onExpand(id);
    });
  }

  /**
   * Gives the view the children that have come. Where it is about to fetch a node anew while it waits for children that have
   * not come, VS Code would wait for them first, and with every other event of the view: it gets none, and asks again.
   */
  #answerWaiting(changes: 'everything' | readonly string[]): boolean {
    const fetchedAnew = (id: string): boolean => {
      const parent = this.#parents.get(id);
      return changes === 'everything' || changes.includes(id) || (parent !== undefined && fetchedAnew(parent));
    };
    const waiting = [...this.#waiting].filter(
      ([id]) => this.#nodes.get(id)?.children !== 'onExpand' || fetchedAnew(id),
    );
    for (const [id, answer] of waiting) {
      answer(childrenNow(this.#nodes.get(id)).map(child => child.id));
    }
    return waiting.length > 0;
  }
}

function childrenNow(node: TreeNode | undefined): readonly TreeNode[] {
  return typeof node?.children === 'string' ? [] : (node?.children ?? []);
}
