import { quoteIdentifier } from './quoteIdentifier';
import type { RawObject } from './rawObject';

/**
 * What a node works on, as text EXPLAIN writes it (`ExplainTargetRel` and `ExplainIndexScanDetails` in explain.c): relation,
 * function, CTE or alias, with the schema when the server printed one and the alias when it is another name; for an index
 * scan `orders_pkey on orders o`. Null if the node has no object.
 */
export function objectOf(node: Readonly<RawObject>): string | null {
  const target = targetOf(node);
  const index = node['Index Name'];
  if (typeof index !== 'string') {
    return target;
  }
  return target === null ? quoteIdentifier(index) : `${quoteIdentifier(index)} on ${target}`;
}

const nameKeys = ['Relation Name', 'Function Name', 'CTE Name', 'Table Function Name', 'Tuplestore Name'] as const;

function targetOf(node: Readonly<RawObject>): string | null {
  const alias = node['Alias'];
  const schema = node['Schema'];
  for (const key of nameKeys) {
    const name = node[key];
    if (typeof name === 'string') {
      const quoted = quoteIdentifier(name);
      const qualified = typeof schema === 'string' ? `${quoteIdentifier(schema)}.${quoted}` : quoted;
      return typeof alias === 'string' && alias !== name ? `${qualified} ${quoteIdentifier(alias)}` : qualified;
    }
  }
  return typeof alias === 'string' ? quoteIdentifier(alias) : null;
}
