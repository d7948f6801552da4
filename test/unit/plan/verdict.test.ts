import assert from 'node:assert/strict';
import type { Plan } from '../../../src/plan/model';
import { verdict } from '../../../src/plan/verdict';
import { fixturePlan, planOf } from './planOf';

const thin = '\u202f';

function said(plan: Plan, options: { generic?: boolean; pruningUnknown?: boolean } = {}): string {
  return verdict({ overrideSet: 'Eager', generic: false, pruningUnknown: false, ...options }, plan)
    .replaceAll('\u00a0', ' ')
    .replace(/[0-9.]+ ms/, 'N ms');
}

describe('plan: verdict', () => {
  const measured: [string, string][] = [
    ['partial-aggregate', 'Parallel: 2 of 2 workers ran with the leader. N ms, Eager.'],
    ['leader-off', 'Parallel: 2 of 2 workers ran without the leader. N ms, Eager.'],
    ['two-planned-one-launched', 'Parallel: only 1 of 2 workers ran with the leader. N ms, Eager.'],
    [
      'two-planned-none-launched',
      'Planned parallel but run by the leader alone: 0 of 2 workers could start. N ms, Eager.',
    ],
    ['two-gathers', 'Parallel in 2 places: 4 of 4 workers ran with the leader. N ms, Eager.'],
    ['never-executed-gather', 'Not parallel: the Gather of the plan was never executed. N ms, Eager.'],
    ['recursive', 'Not parallel: no Gather in the plan. N ms, Eager.'],
    ['without-timing', 'Parallel: 2 of 2 workers ran with the leader. Executed without timing, Eager.'],
    ['single-copy', 'One worker ran the whole plan alone (Single Copy), the leader waited. N ms, Eager.'],
    [
      'rule-makes-two-queries',
      'Not parallel: no Gather in the plan. N ms, Eager. A rule made 2 queries of the statement.',
    ],
  ];
  for (const [fixture, sentence] of measured) {
    it(`measured: ${fixture}`, () => assert.equal(said(fixturePlan(fixture, 18)), sentence));
  }

  it('estimated', () => {
    assert.equal(
      said(fixturePlan('partial-aggregate-estimated', 18)),
      'Estimated: parallel with 2 workers planned, cost 232, Eager.',
    );
    assert.equal(
      said(fixturePlan('nested-loop-semi-join', 18)),
      `Estimated: not parallel, no Gather in the plan, cost 385${thin}562, Eager.`,
    );
  });

  it('estimated, one worker, two places, Single Copy, no costs', () => {
    const gather = { 'Node Type': 'Gather', 'Workers Planned': 1, 'Total Cost': 5.5 };
    const two = { 'Node Type': 'Append', 'Total Cost': 12, Plans: [gather, gather] };
    assert.equal(said(planOf([{ Plan: gather }])), 'Estimated: parallel with 1 worker planned, cost 5.50, Eager.');
    assert.equal(
      said(planOf([{ Plan: two }])),
      'Estimated: parallel in 2 places with 2 workers planned, cost 12.0, Eager.',
    );
    assert.equal(
      said(planOf([{ Plan: { ...gather, 'Single Copy': true } }])),
      'Estimated: one worker would run the whole plan alone (Single Copy), cost 5.50, Eager.',
    );
    assert.equal(
      said(planOf([{ Plan: { 'Node Type': 'Result' } }])),
      'Estimated: not parallel, no Gather in the plan, cost not shown, Eager.',
    );
  });

  it('says what a plan without values does not know', () => {
    const plan = fixturePlan('generic-plan', 18);
    const estimate = 'Estimated: parallel with 2 workers planned, cost 239, Eager.';
    assert.equal(said(plan, { generic: true }), `${estimate} Planned without parameter values.`);
    assert.equal(
      said(plan, { generic: true, pruningUnknown: true }),
      `${estimate} Planned without parameter values, so which partitions it would read is unknown.`,
    );
  });

  it('tells in how many of several places the leader worked', () => {
    const place = (loops: number) => ({
      'Node Type': 'Gather',
      'Workers Planned': 2,
      'Workers Launched': 2,
      'Actual Rows': 1,
      'Actual Loops': 1,
      Plans: [{ 'Node Type': 'Seq Scan', 'Parent Relationship': 'Outer', 'Actual Rows': 1, 'Actual Loops': loops }],
    });
    const plan = planOf([{ Plan: { 'Node Type': 'Append', Plans: [place(3), place(2)] }, 'Execution Time': 1 }]);
    assert.equal(
      said(plan),
      'Parallel in 2 places: 4 of 4 workers ran, with the leader in 1 of the 2 places. N ms, Eager.',
    );
  });

  it('adds up the queries of a rule and follows the locale', () => {
    const query = (cost: number) => ({ Plan: { 'Node Type': 'Result', 'Total Cost': cost } });
    const run = {
      overrideSet: 'Serial',
      generic: false,
      pruningUnknown: false,
    };
    assert.equal(
      verdict(run, planOf([query(1000.4), query(11_345)]), 'de-DE'),
      `Estimated: not parallel, no Gather in the plan, cost 12${thin}345, Serial. A rule made 2 queries of the statement.`,
    );
  });
});
