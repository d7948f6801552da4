import assert from 'node:assert/strict';
import { nodeName } from '../../../src/plan/nodeName';
import { nodeTitle } from '../../../src/plan/nodeTitle';
import { objectOf } from '../../../src/plan/object';
import { quoteIdentifier } from '../../../src/plan/quoteIdentifier';

// Most names are checked against real text EXPLAIN; these are the ones that no server of the lab makes at will.
describe('plan: names that no fixture has', () => {
  const names: [Record<string, unknown>, string][] = [
    [{ 'Node Type': 'Custom Scan', 'Custom Plan Provider': 'ChunkAppend' }, 'Custom Scan (ChunkAppend)'],
    [{ 'Node Type': 'Custom Scan', 'Custom Plan Provider': 'X', 'Parallel Aware': true }, 'Parallel Custom Scan (X)'],
    [{ 'Node Type': 'Custom Scan' }, 'Custom Scan'],
    [{ 'Node Type': 'Foreign Scan', Operation: 'Insert' }, 'Foreign Insert'],
    [{ 'Node Type': 'Hash Join', 'Join Type': 'Right Semi' }, 'Hash Right Semi Join'],
    [{ 'Node Type': 'Hash Join', 'Join Type': 'Right Anti' }, 'Hash Right Anti Join'],
    [{ 'Node Type': 'Aggregate', Strategy: 'Plain', 'Partial Mode': 'Partial' }, 'Partial Aggregate'],
    [{ 'Node Type': 'Aggregate', Strategy: 'Hashed', 'Partial Mode': 'Finalize' }, 'Finalize HashAggregate'],
    [{ 'Node Type': 'Index Scan', 'Scan Direction': 'NoMovement' }, 'Index Scan'],
    [{ 'Node Type': 'SetOp', Strategy: 'Hashed', Command: 'Intersect' }, 'HashSetOp Intersect'],
    [{ 'Node Type': 'Brand New Node', 'Parallel Aware': true }, 'Parallel Brand New Node'],
    [{}, 'Unnamed node'],
  ];
  for (const [node, name] of names) {
    it(name, () => assert.equal(nodeName(node), name));
  }

  it('has the tuplestore of a trigger as object', () => {
    const node = { 'Node Type': 'Named Tuplestore Scan', 'Tuplestore Name': 'newtab', Alias: 'n' };
    const title = nodeTitle({ name: nodeName(node), nodeType: node['Node Type'], object: objectOf(node) });
    assert.equal(title, 'Named Tuplestore Scan on newtab n');
  });

  it('quotes names as the server does', () => {
    const quoted = ['', 'A', '1a', 'a b', 'select', 'ünï', '*VALUES*', 'a"b'].map(quoteIdentifier);
    assert.deepEqual(quoted, ['""', '"A"', '"1a"', '"a b"', '"select"', '"ünï"', '"*VALUES*"', '"a""b"']);
    assert.deepEqual(['a', '_1', 'name', 'a$b'].map(quoteIdentifier), ['a', '_1', 'name', '"a$b"']);
  });
});
