import assert from 'node:assert/strict';
import { fixturePlan, outline, planOf } from './planOf';

const majors = [13, 15, 16, 17, 18];

/** What a fixture's plan is on every version that has it. */
function everywhere(name: string, expected: readonly string[], versions = majors): void {
  it(name, () => {
    for (const major of versions) {
      assert.deepEqual(outline(fixturePlan(name, major)), expected, `PostgreSQL ${major}`);
    }
  });
}

describe('plan: parallel regions', () => {
  everywhere('gather', ['Gather ×3', '  Parallel Seq Scan on public.orders ×3']);
  everywhere('partial-aggregate', [
    'Finalize GroupAggregate',
    '  Gather Merge ×3',
    '    Sort ×3',
    '      Partial HashAggregate ×3',
    '        Parallel Seq Scan on public.orders ×3',
  ]);
  everywhere('hashed-subplan-inside-workers', [
    'Finalize Aggregate',
    '  Gather ×3',
    '    Partial Aggregate ×3',
    '      Parallel Seq Scan on public.orders ×3',
    '        Seq Scan on public.customers c {SubPlan 1} ×3',
  ]);
  everywhere(
    'subplan-at-the-gather',
    [
      'Gather ×3',
      '  Parallel Seq Scan on public.orders o ×3',
      // Only the leader computes what the Gather itself projects.
      '  Seq Scan on pg_temp.scratch s {SubPlan 1}',
    ],
    [15, 16, 17, 18],
  );
  everywhere(
    'two-gathers',
    [
      'Result',
      '  Gather {CTE big} ×3',
      '    Parallel Seq Scan on public.orders ×3',
      '  Gather {CTE small} ×3',
      '    Parallel Seq Scan on public.orders orders_1 ×3',
      '  Aggregate {InitPlan 3}',
      '    CTE Scan on big',
      '  Aggregate {InitPlan 4}',
      '    CTE Scan on small',
    ],
    [17, 18],
  );
  everywhere('gather-started-again', [
    'Nested Loop Left Join',
    '  Values Scan on "*VALUES*"',
    '  Finalize Aggregate',
    '    Gather ×3',
    '      Partial Aggregate ×3',
    '        Parallel Seq Scan on public.orders ×3',
  ]);
  everywhere('single-copy', ['Gather ×1', '  Index Scan using customers_pkey on public.customers c ×1'], [16, 17, 18]);

  it('counts the processes that ran, the leader only when it did', () => {
    for (const major of majors) {
      const region = (name: string) =>
        fixturePlan(name, major).regions.map(one => [one.workersLaunched, one.processes]);
      assert.deepEqual(region('partial-aggregate'), [[2, 3]]);
      assert.deepEqual(region('leader-off'), [[2, 2]]);
      assert.deepEqual(region('two-planned-one-launched'), [[1, 2]]);
      assert.deepEqual(region('two-planned-none-launched'), [[0, 1]]);
      assert.deepEqual(region('without-timing'), [[2, 3]]);
    }
  });

  it('expects the planned processes when nothing was measured', () => {
    for (const major of majors) {
      const region = (name: string) =>
        fixturePlan(name, major).regions.map(one => [one.workersLaunched, one.processes]);
      assert.deepEqual(region('partial-aggregate-estimated'), [[null, 3]]);
      assert.deepEqual(region('leader-off-estimated'), [[null, 2]]);
      // Measured, but this Gather never ran.
      assert.deepEqual(region('never-executed-gather'), [[0, 3]]);
    }
  });

  it('keeps an InitPlan inside a region out of it, with the region that it may hold itself', () => {
    const leaf = (type: string, relationship: string, plans: unknown[] = []) => ({
      'Node Type': type,
      'Parent Relationship': relationship,
      'Subplan Name': 'CTE x',
      ...(plans.length > 0 ? { Plans: plans } : {}),
    });
    const own = leaf('Gather', 'InitPlan', [leaf('Seq Scan', 'Outer')]);
    const plain = leaf('Aggregate', 'InitPlan', [leaf('Values Scan', 'Outer')]);
    const limit = leaf('Limit', 'Outer', [own, plain, leaf('Seq Scan', 'Outer')]);
    const plan = planOf([{ Plan: { 'Node Type': 'Gather', 'Workers Planned': 2, Plans: [limit] } }]);
    assert.deepEqual(
      plan.nodes.map(node => [node.nodeType, node.region]),
      [
        ['Gather', 0],
        ['Limit', 0],
        ['Gather', 1],
        ['Seq Scan', 1],
        ['Aggregate', null],
        ['Values Scan', null],
        ['Seq Scan', 0],
      ],
    );
  });

  it('expects no leader below a Single Copy Gather', () => {
    const gather = { 'Node Type': 'Gather', 'Workers Planned': 1, 'Single Copy': true };
    assert.equal(planOf([{ Plan: gather }]).regions[0]?.processes, 1);
  });

  it('never counts more processes than were launched, and the leader', () => {
    const child = { 'Node Type': 'Seq Scan', 'Parent Relationship': 'Outer', 'Actual Rows': 1, 'Actual Loops': 50 };
    const gather = {
      'Node Type': 'Gather',
      'Workers Planned': 4,
      'Workers Launched': 2,
      'Actual Rows': 1,
      'Actual Loops': 1,
      Plans: [child],
    };
    assert.equal(planOf([{ Plan: gather }]).regions[0]?.processes, 3);
  });
});
