import type { RawObject } from './rawObject';

/**
 * The name text EXPLAIN gives a node, put together as `ExplainNode` in explain.c does: JSON has only the plain `Node Type` and
 * keeps the rest in fields of its own.
 */
export function nodeName(node: Readonly<RawObject>): string {
  const parallel = node['Parallel Aware'] === true ? 'Parallel ' : '';
  const async = node['Async Capable'] === true ? 'Async ' : '';
  return `${parallel}${async}${plainName(node)}`;
}

function plainName(node: Readonly<RawObject>): string {
  const nodeType = text(node, 'Node Type') ?? 'Unnamed node';
  switch (nodeType) {
    case 'ModifyTable':
      return text(node, 'Operation') ?? nodeType;
    case 'Foreign Scan':
      return foreignName(text(node, 'Operation'));
    case 'Custom Scan':
      return named(nodeType, text(node, 'Custom Plan Provider'));
    case 'Aggregate':
      return aggregateName(text(node, 'Strategy'), text(node, 'Partial Mode'));
    case 'SetOp':
      return joined(text(node, 'Strategy') === 'Hashed' ? 'HashSetOp' : 'SetOp', text(node, 'Command'));
    case 'Hash Join':
      return joinName('Hash', text(node, 'Join Type'), ' Join');
    case 'Merge Join':
      return joinName('Merge', text(node, 'Join Type'), ' Join');
    case 'Nested Loop':
      return joinName('Nested Loop', text(node, 'Join Type'), '');
    case 'Index Scan':
    case 'Index Only Scan':
      return node['Scan Direction'] === 'Backward' ? `${nodeType} Backward` : nodeType;
    default:
      return nodeType;
  }
}

function foreignName(operation: string | undefined): string {
  return operation === undefined || operation === 'Select' ? 'Foreign Scan' : `Foreign ${operation}`;
}

const aggregateNames: ReadonlyMap<string | undefined, string> = new Map([
  ['Sorted', 'GroupAggregate'],
  ['Hashed', 'HashAggregate'],
  ['Mixed', 'MixedAggregate'],
]);

function aggregateName(strategy: string | undefined, partialMode: string | undefined): string {
  const name = aggregateNames.get(strategy) ?? 'Aggregate';
  return partialMode === undefined || partialMode === 'Simple' ? name : `${partialMode} ${name}`;
}

/** `Hash Left Join`; an inner join is not named, and a nested loop says `Join` only after another kind. */
function joinName(method: string, joinType: string | undefined, inner: string): string {
  return joinType === undefined || joinType === 'Inner' ? `${method}${inner}` : `${method} ${joinType} Join`;
}

function named(name: string, provider: string | undefined): string {
  return provider === undefined ? name : `${name} (${provider})`;
}

function joined(name: string, rest: string | undefined): string {
  return rest === undefined ? name : `${name} ${rest}`;
}

function text(node: Readonly<RawObject>, key: string): string | undefined {
  const value = node[key];
  return typeof value === 'string' ? value : undefined;
}
