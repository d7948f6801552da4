import assert from 'node:assert/strict';
import { metricOf, planRows } from '../../../webview/plan/rows';
import { planOf } from './plans';
import type { Sketch } from './plans';

const measured = (totalMs: number | null, rows: number, loops: number): Pick<Required<Sketch>, 'actual'> => ({
  actual: { startupMs: 0, totalMs, rows, loops },
});

/** Gather over a scan by three processes, with an InitPlan that only the leader runs. */
const parallel = planOf(
  {
    name: 'Aggregate',
    ...measured(100, 1, 1),
    planRows: 1,
    children: [
      {
        name: 'Gather',
        region: 0,
        ...measured(90, 6, 1),
        planRows: 2,
        workersPlanned: 2,
        workersLaunched: 2,
        children: [
          { name: 'Result', relationship: 'InitPlan', subplanName: 'InitPlan 1', ...measured(5, 1, 1), planRows: 1 },
          { name: 'Parallel Seq Scan', region: 0, ...measured(60, 1000, 3), planRows: 1250 },
          { name: 'Index Scan', region: 0, ...measured(2, 4, 30), planRows: 4 },
          { name: 'Seq Scan', region: 0, ...measured(0, 0, 0), planRows: 7 },
        ],
      },
    ],
  },
  [{ gather: 1 }],
);
const [aggregate, gather, initPlan, scan, looped, never] = planRows(parallel);

describe('webview: rows', () => {
  it('takes fewer rows below a Limit for no wrong estimate, but more rows for one', () => {
    const limited = planOf({
      name: 'Limit',
      nodeType: 'Limit',
      ...measured(9, 20, 1),
      planRows: 20,
      children: [
        {
          name: 'Sort',
          ...measured(9, 20, 1),
          planRows: 5000,
          children: [{ name: 'Seq Scan', ...measured(8, 50_000, 1), planRows: 5000 }],
        },
      ],
    });
    assert.deepEqual(
      planRows(limited).map(row => row.rowsRatio),
      [1, null, 10],
    );
  });

  it('gives the time of one process on average inside a region, of all loops outside', () => {
    assert.deepEqual(
      [aggregate, gather, initPlan, scan, looped].map(row => row?.amount),
      [100, 90, 5, 60, 20],
    );
  });

  it('multiplies loops outside of a region', () => {
    const plan = planOf({ children: [{ ...measured(2, 3, 50), planRows: 3 }], ...measured(200, 1, 1) });
    assert.deepEqual([planRows(plan)[1]?.amount, planRows(plan)[1]?.rows], [100, 150]);
  });

  it('draws bars as a part of the root', () => {
    assert.deepEqual([aggregate?.share, scan?.share], [1, 0.6]);
  });

  it('counts the rows of all loops and processes, and labels a planned figure that is for one of them', () => {
    assert.deepEqual([gather?.rows, gather?.plannedEach], [6, false]);
    assert.deepEqual([scan?.rows, scan?.plannedRows, scan?.plannedEach], [3000, 1250, true]);
  });

  it('compares rows with the plan per loop, and not inside a region', () => {
    assert.deepEqual([gather?.rowsRatio, scan?.rowsRatio, aggregate?.rowsRatio], [3, null, 1]);
    const few = planOf({ ...measured(1, 0.01, 300), planRows: 1 });
    assert.equal(planRows(few)[0]?.rowsRatio, 1, 'the planner never plans less than one row');
  });

  it('does not compare inside a region in which no worker ran', () => {
    const alone = planOf(
      { name: 'Gather', region: 0, children: [{ region: 0, ...measured(1, 170, 1), planRows: 100 }] },
      [{ processes: 1, workersLaunched: 0 }],
    );
    const row = planRows(alone)[1];
    assert.deepEqual([row?.rowsRatio, row?.plannedEach], [null, true]);
  });

  it('has no figures for what was never executed', () => {
    assert.deepEqual([never?.neverExecuted, never?.amount, never?.rows, never?.rowsRatio], [true, null, null, null]);
  });

  it('marks the region of a row, and none on an InitPlan below the Gather', () => {
    const region = { index: 0, processes: 3, workers: 2, measured: true, depth: 1 };
    assert.deepEqual(gather?.region, { ...region, isGather: true });
    assert.deepEqual(scan?.region, { ...region, isGather: false });
    assert.deepEqual([aggregate?.region, initPlan?.region], [null, null]);
  });

  it('counts the workers that ran, else those planned, and none of a Gather that was started again', () => {
    const workers = (starts: number): unknown => {
      const node = { name: 'Gather', region: 0, ...measured(1, 1, starts) };
      const region = planRows(planOf(node, [{ workersPlanned: 4, workersLaunched: starts === 0 ? 0 : 2 }]))[0]?.region;
      return [region?.workers, region?.measured];
    };
    assert.deepEqual(
      [workers(1), workers(0), workers(5)],
      [
        [2, true],
        [4, false],
        [null, true],
      ],
    );
  });

  it('numbers siblings', () => {
    assert.deepEqual(
      [gather, initPlan, never].map(row => [row?.position, row?.setSize]),
      [
        [1, 1],
        [1, 4],
        [4, 4],
      ],
    );
  });

  it('shows cost for estimates and for plans measured without timing', () => {
    const estimated = planOf({ totalCost: 40, children: [{ totalCost: 10 }] });
    assert.equal(metricOf(estimated), 'cost');
    assert.deepEqual(
      planRows(estimated).map(row => [row.amount, row.share]),
      [
        [40, 1],
        [10, 0.25],
      ],
    );
    assert.equal(metricOf(planOf({ totalCost: 40, ...measured(null, 1, 1) })), 'cost');
    assert.equal(metricOf(parallel), 'ms');
  });

  it('survives a plan without costs, times or nodes', () => {
    assert.equal(planRows(planOf({}))[0]?.share, 0);
    assert.deepEqual(planRows({ queries: [], nodes: [], regions: [], analyzed: false, problems: [] }), []);
  });
});
