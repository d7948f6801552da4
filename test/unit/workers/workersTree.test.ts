import assert from 'node:assert/strict';
import type { TreeNode } from '../../../src/treeNode';
import { workersTree, type WorkersState } from '../../../src/workers/workersTree';
import { factsOf } from '../guc/factsOf';
import { activityOf, backend, childrenOf } from './backends';

const takenAtMs = new Date(2026, 0, 2, 14, 3, 12).getTime();
const activity = activityOf(backend());

const good: WorkersState = {
  name: 'lab',
  look: { activity, maintenance: [], takenAtMs },
  failure: null,
  baseline: undefined,
  filter: '',
  statements: { state: 'notAsked' },
  settings: { state: 'good', value: factsOf() },
  size: { cores: null, memoryBytes: null },
};

function treeOf(changes: Partial<WorkersState> = {}) {
  const { description, roots } = workersTree({ ...good, ...changes }, 'en-GB');
  return { description, roots, ids: roots.map(({ id }) => id) };
}

function all(nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes.flatMap(node => [node, ...all(childrenOf(node))]);
}

describe('workers: the tree', () => {
  it('says whom it asks until the first answer, and why there is none', () => {
    const { description, roots } = treeOf({ look: null });
    assert.deepEqual([description, roots.map(({ label }) => label)], ['', ['Asking lab …']]);
    const [failed, ...rest] = treeOf({ look: null, failure: 'Nothing answers.' }).roots;
    assert.equal(failed?.label, 'Nothing answers.');
    assert.equal(failed.click, 'planpool.workers.refresh');
    assert.deepEqual(rest, []);
  });

  it('shows all parts, with the slots behind the title', () => {
    const { description, ids } = treeOf();
    assert.equal(description, '0 of 8 parallel workers · 1 of 16 worker processes');
    assert.deepEqual(ids, ['now', 'maintenance', 'statements', 'settings']);
  });

  it('keeps old figures grey, and says also behind the title when they were taken', () => {
    const { description, roots } = treeOf({ failure: 'Nothing answers.' });
    assert.match(description, /^at 14:03:12: 0 of 8/);
    assert.equal(roots[0]?.label, 'Nothing answers. The figures are those of 14:03:12.');
    const [, now, maintenance, , settings] = roots;
    assert.ok(all([now!, maintenance!]).every(({ icon }) => icon?.color === 'muted'));
    assert.deepEqual(settings, treeOf().roots.at(-1), 'what is not polled is not old');
  });

  it('tells of workers that did not start since the baseline', () => {
    const look = { ...good.look!, activity: { ...activity, notLaunched: { asked: 10, launched: 7 } } };
    const baseline = { activity: { ...activity, notLaunched: { asked: 4, launched: 4 } }, atMs: takenAtMs };
    const { ids, roots } = treeOf({ look, baseline });
    assert.deepEqual(ids, ['now', 'shortage', 'maintenance', 'statements', 'settings']);
    assert.equal(roots[1]?.description, 'since 14:03');
    assert.ok(!treeOf({ look }).ids.includes('shortage'));
  });
});
