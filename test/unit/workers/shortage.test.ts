import assert from 'node:assert/strict';
import type { Activity } from '../../../src/workers/activity';
import { baselineFor, shortageNode, type Baseline } from '../../../src/workers/shortage';
import { activityOf } from './backends';

function counted(asked: number, launched: number): Activity {
  return { ...activityOf(), notLaunched: { asked, launched } };
}

function labelOf(before: Activity, now: Activity): string | null {
  return shortageNode(before, now, '09:00', 'en')?.label ?? null;
}

describe('workers: the shortage since an earlier look', () => {
  it('is the difference of the counters, and null when nothing is missing or known', () => {
    assert.equal(labelOf(counted(1000, 900), counted(1100, 950)), '50 of 100 workers did not start');
    assert.equal(labelOf(counted(1000, 900), counted(1100, 1000)), null);
    assert.equal(labelOf(activityOf(), counted(10, 0)), null);
    assert.equal(labelOf(counted(10, 0), activityOf()), null);
    assert.equal(labelOf(counted(1000, 900), counted(1050, 10)), null, 'the counters were reset');
  });

  it('does not say more of the cause than is known', () => {
    const tooltip = shortageNode(counted(0, 0), counted(4, 1), '09:00', 'en')?.tooltip ?? '';
    assert.match(tooltip, /no slot was free, or max_parallel_workers of their session allowed no more\./);
  });

  it('is counted anew once a counter has fallen', () => {
    const at = (atMs: number, asked: number, launched: number): Baseline => ({
      activity: counted(asked, launched),
      atMs,
    });
    const first = at(1, 1000, 900);
    assert.equal(baselineFor(undefined, first), first);
    assert.equal(baselineFor(first, at(2, 1100, 950)), first);
    for (const reset of [at(2, 50, 10), at(2, 1100, 10), at(2, 50, 950)]) {
      assert.equal(baselineFor(first, reset), reset);
    }
    const unknown = { activity: activityOf(), atMs: 2 };
    assert.equal(baselineFor(first, unknown), first);
  });
});
