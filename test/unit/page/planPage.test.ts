import assert from 'node:assert/strict';
import { fromPlanPage, toPlanPage } from '../../../src/page/planPage';

describe('page: plan page messages', () => {
  const { ready, runAgain, cancel } = fromPlanPage.requests;

  it('takes what the page sends', () => {
    assert.deepEqual(runAgain.sends({ runId: 'a', overrideSet: 'Eager' }), { runId: 'a', overrideSet: 'Eager' });
    assert.deepEqual(cancel.sends({ runId: 'x'.repeat(64) }), { runId: 'x'.repeat(64) });
    assert.equal(ready.sends(null), null);
  });

  for (const [what, payload] of Object.entries({
    'a long run id': { runId: 'x'.repeat(65), overrideSet: 'Eager' },
    'an empty run id': { runId: '', overrideSet: 'Eager' },
    'a long override set': { runId: 'a', overrideSet: 'x'.repeat(201) },
    'SQL beside it': { runId: 'a', overrideSet: 'Eager', sql: 'DROP TABLE x' },
    'a missing override set': { runId: 'a' },
    'a number': { runId: 1, overrideSet: 'Eager' },
    nothing: null,
    'a list': ['a', 'Eager'],
  })) {
    it(`refuses to run again with ${what}`, () => {
      assert.throws(() => runAgain.sends(payload));
    });
  }

  it('takes override sets with what they set', () => {
    const status = { chosenOverrideSet: 'Serial', running: false, failure: null };
    const set = { name: 'Serial', description: 'No parallel plan.', overrides: [{ name: 'jit', value: 'off' }] };
    assert.deepEqual(toPlanPage.events.status({ ...status, overrideSets: [{ ...set, builtIn: true }] }), {
      ...status,
      overrideSets: [set],
    });
    assert.throws(() => toPlanPage.events.status({ ...status, overrideSets: ['Serial'] }));
  });

  for (const [what, state] of Object.entries({
    nothing: null,
    'no run': { status: { overrideSets: [], chosenOverrideSet: '', running: false, failure: null } },
    'a run without a plan': { run: { id: 'a' }, status: {} },
  })) {
    it(`does not take ${what} for a state`, () => {
      assert.throws(() => toPlanPage.events.state(state));
    });
  }
});
