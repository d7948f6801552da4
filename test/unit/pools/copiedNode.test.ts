import assert from 'node:assert/strict';
import { copiedOf } from '../../../src/pools/copiedNode';
import type { InstanceLook } from '../../../src/pools/instance';
import { nodeTarget } from '../../../src/pools/nodeIds';
import { noTrends } from '../../../src/pools/trends';
import { connection, pool, snapshot } from './snapshots';

const look: InstanceLook = {
  snapshot: snapshot({
    pools: [pool(), pool({ user: 'batch', shown: { database: 'shop', user: 'batch' } })],
  }),
  rates: [],
  trends: noTrends,
  clients: [
    connection({ pointer: '0x1', id: 7, shown: { ptr: '0x1' } }),
    connection({ pointer: '0x2', id: 8, database: 'other', shown: { ptr: '0x2' } }),
  ],
  servers: null,
};

const rowsOf = (id: string) => copiedOf(nodeTarget(id), [{ instance: 'east', look }])?.rows.map(row => row.join(' '));

describe('pools: what is copied from a node', () => {
  it('is what it stands for: pools, one pool, the clients of a pool, one client', () => {
    assert.deepEqual(rowsOf('instance:east'), ['shop app', 'shop batch']);
    assert.deepEqual(rowsOf('pool:east:shop:batch'), ['shop batch']);
    assert.deepEqual(rowsOf('pool:east:shop:app:clients'), ['0x1']);
    assert.deepEqual(rowsOf('pool:east:shop:app:clients:7'), ['0x1']);
  });

  it('is nothing for what was not asked for, and for a node that only tells something', () => {
    assert.equal(rowsOf('pool:east:shop:app:servers'), undefined);
    assert.equal(rowsOf('nonsense'), undefined);
    assert.equal(copiedOf(nodeTarget('instance:east'), []), null);
  });

  it('names the instance where a label stands for several', () => {
    const table = copiedOf(nodeTarget('label:production'), [
      { instance: 'east', look },
      { instance: 'west', look },
    ]);
    assert.deepEqual(table?.columns, ['instance', 'database', 'user']);
    assert.deepEqual(
      table?.rows.map(([instance]) => instance),
      ['east', 'east', 'west', 'west'],
    );
  });
});
