import type { PlanNode } from './model';

/** Name and object in one, the words of the node's line in text EXPLAIN: `Parallel Seq Scan on public.orders o`. */
export function nodeTitle(node: Pick<PlanNode, 'name' | 'nodeType' | 'object'>): string {
  return node.object === null ? node.name : `${node.name} ${preposition(node.nodeType)} ${node.object}`;
}

function preposition(nodeType: string): string {
  return nodeType === 'Index Scan' || nodeType === 'Index Only Scan' ? 'using' : 'on';
}
