import assert from 'node:assert/strict';
import { backendOfNode } from '../../../src/workers/activity';
import { maintenanceNode } from '../../../src/workers/maintenanceNode';
import type { MaintenanceProgress } from '../../../src/workers/maintenanceProgress';
import { activityOf, backend, childrenOf, hidden, worker } from './backends';

const build: MaintenanceProgress = {
  pid: 10,
  command: 'CREATE INDEX',
  database: 'shop',
  relation: 'orders',
  index: null,
  phase: 'building index: scanning table',
  done: { of: 200, count: 85, unit: 'blocks' },
  partitions: null,
};

describe('workers: the node Maintenance', () => {
  it('offers for a build what can be done to its session, and finds that', () => {
    const leader = backend({ pid: 10, query: { kind: 'text', text: 'CREATE INDEX ON orders (id)', cutShort: false } });
    const activity = activityOf(backend({ pid: 1 }), leader, worker(11, 10));
    const [node] = childrenOf(maintenanceNode([build], activity, 'en'));
    assert.equal(node?.label, 'CREATE INDEX on orders');
    assert.equal(node.menu, 'maintenance cancellable terminable copyable');
    assert.equal(backendOfNode(activity, node.id), leader);
    const [ofWorker] = childrenOf(node);
    assert.equal(backendOfNode(activity, ofWorker?.id), undefined, 'it ends with its leader');
    assert.equal(ofWorker?.menu, null);
  });

  it('offers nothing where the session is hidden or gone', () => {
    for (const activity of [activityOf(hidden(10)), activityOf()]) {
      const [node] = childrenOf(maintenanceNode([build], activity, 'en'));
      assert.equal(node?.menu, 'maintenance');
    }
    assert.equal(backendOfNode(activityOf(), 'maintenance:10'), undefined);
  });
});
