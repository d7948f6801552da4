import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildPlan } from '../../../src/plan/build';
import { decodeExplain } from '../../../src/plan/decode';
import { bigPlan } from '../../bench/bigPlan';
import { fixtureJson, readFixtures } from '../../fixtures/plans/fixture';
import { fixturePlan, nodeNamed, planOf } from './planOf';

function sentenceOf(json: string): string | undefined {
  const decoded = decodeExplain(json);
  return decoded.ok ? undefined : decoded.sentence;
}

describe('plan: decode', () => {
  it('keeps a query identifier exactly, which has more digits than a number of JavaScript', () => {
    const json =
      '[{"Plan": {"Node Type": "Result", "Alias": "\\"Query Identifier\\": 1234567890123456789"}, "Query Identifier": -7277975270329296370}]';
    const plan = planOf(json);
    assert.equal(plan.queries[0]?.properties['Query Identifier'], '-7277975270329296370');
    assert.equal(plan.nodes[0]?.properties['Alias'], '"Query Identifier": 1234567890123456789');
  });

  it('says in a sentence what is no plan', () => {
    const notJson = 'What the server returned for EXPLAIN is not valid JSON.';
    const noList = 'What the server returned for EXPLAIN is not a list of plans.';
    const noPlan = 'What the server returned for EXPLAIN has no plan in it.';
    assert.equal(sentenceOf(''), notJson);
    assert.equal(sentenceOf('Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)'), notJson);
    assert.equal(sentenceOf('["a\0b"]'), notJson);
    assert.equal(sentenceOf('{"Plan": {}}'), noList);
    assert.equal(sentenceOf('null'), noList);
    assert.equal(sentenceOf('[null]'), noPlan);
    assert.equal(sentenceOf('[{"Plan": []}]'), noPlan);
    assert.match(sentenceOf(fixtureJson('utility', 13)) ?? '', /^PostgreSQL would execute nothing here/);
    assert.equal(
      sentenceOf(fixtureJson('rule-makes-nothing', 18)),
      'There is no plan: a rule of the table makes the statement do nothing.',
    );
  });

  it('leaves out the utility statement that a rule adds', () => {
    const plan = fixturePlan('rule-with-notify', 18);
    assert.equal(plan.queries.length, 1);
    assert.deepEqual(plan.problems, []);
  });

  it('takes any text without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), json => {
        const decoded = decodeExplain(`[{"Plan": {"Node Type": ${json}, "Plans": ${json}, "Workers": ${json}}}]`);
        if (decoded.ok) {
          buildPlan(decoded.value);
        }
      }),
    );
  });
});

describe('plan: model', () => {
  it('reads every figure of a measured node', () => {
    const { workers, properties, actual, ...node } = nodeNamed(fixturePlan('gather', 13), 'Parallel Seq Scan');
    assert.deepEqual(node, {
      id: 1,
      parent: 0,
      depth: 1,
      subtreeEnd: 2,
      name: 'Parallel Seq Scan',
      nodeType: 'Seq Scan',
      object: 'public.orders',
      relationship: 'Outer',
      subplanName: null,
      parallelAware: true,
      region: 0,
      startupCost: 0,
      totalCost: 232.17,
      planRows: 75,
      planWidth: 4,
      workersPlanned: null,
      workersLaunched: null,
    });
    assert.deepEqual([actual?.rows, actual?.loops], [60, 3]);
    assert.ok((actual?.totalMs ?? 0) > 0);
    assert.deepEqual(
      workers.map(worker => worker.number),
      [0, 1],
    );
    assert.ok(
      workers.every(worker => worker.loops === 1 && typeof worker.properties['Shared Hit Blocks'] === 'number'),
    );
    assert.ok(workers.every(worker => !('Actual Loops' in worker.properties)));
    assert.equal(properties['Filter'], '(orders.amount > 990)');
    assert.ok(!('Plans' in properties) && !('Workers' in properties));
  });

  it('keeps what else a worker reports, and no more', () => {
    const own = { 'Worker Number': 0, 'Actual Rows': 1, 'Actual Loops': 1 };
    const workers = [own, { ...own, 'Sort Method': 'quicksort' }];
    const [node] = planOf([{ Plan: { 'Node Type': 'Sort', Workers: workers } }]).nodes;
    assert.deepEqual(
      node?.workers.map(worker => worker.properties),
      [{}, { 'Sort Method': 'quicksort' }],
    );
  });

  it('keeps fractional rows of 18 and whole ones before', () => {
    const inner = (major: number) => fixturePlan('fractional-rows', major).nodes[3]?.actual;
    assert.deepEqual([inner(17)?.rows, inner(17)?.loops], [17, 3]);
    assert.deepEqual([inner(18)?.rows, inner(18)?.loops], [16.67, 3]);
    assert.equal(nodeNamed(fixturePlan('gather', 18), 'Parallel Seq Scan').actual?.rows, 60);
  });

  it('keeps settings, times and all else of the query', () => {
    const [query] = fixturePlan('leader-off', 18).queries;
    assert.equal(query?.settings['parallel_leader_participation'], 'off');
    assert.ok((query.executionMs ?? 0) > 0 && (query.planningMs ?? 0) > 0);
    const [serialized] = fixturePlan('serialize', 18).queries;
    assert.deepEqual(Object.keys(serialized?.properties ?? {}), [
      'Query Identifier',
      'Planning',
      'Triggers',
      'Serialization',
    ]);
    assert.equal(fixturePlan('subplans-removed', 18).nodes[1]?.properties['Subplans Removed'], 2);
    assert.equal(nodeNamed(fixturePlan('disabled-node', 18), 'Seq Scan').properties['Disabled'], true);
  });

  it('says whether anything was measured', () => {
    assert.equal(fixturePlan('without-timing', 18).analyzed, true);
    assert.equal(fixturePlan('without-timing', 18).nodes[0]?.actual?.totalMs, null);
    assert.equal(fixturePlan('generic-plan', 18).analyzed, false);
  });

  it('puts the queries of a rule one after the other', () => {
    const plan = fixturePlan('rule-makes-two-queries', 18);
    assert.deepEqual(
      plan.queries.map(query => query.root),
      [0, 2],
    );
    assert.deepEqual(
      plan.nodes.map(node => [node.parent, node.depth, node.subtreeEnd]),
      [
        [null, 0, 2],
        [0, 1, 2],
        [null, 0, 4],
        [2, 1, 4],
      ],
    );
  });

  it('is in pre-order with subtrees that nest, for every fixture', () => {
    for (const { name, servers } of readFixtures()) {
      for (const { json } of Object.values(servers)) {
        const decoded = decodeExplain(json.join('\n'));
        for (const node of decoded.ok ? buildPlan(decoded.value).nodes : []) {
          assert.ok(node.parent === null || node.parent < node.id, name);
        }
      }
    }
    const plan = planOf(bigPlan(3000));
    for (const node of plan.nodes) {
      const parent = plan.nodes[node.parent ?? -1];
      assert.ok(node.id < node.subtreeEnd);
      assert.ok(parent ? parent.id < node.id && node.subtreeEnd <= parent.subtreeEnd : node.id === 0);
      assert.equal(node.depth, parent ? parent.depth + 1 : 0);
    }
  });

  it('names wrong types with their path and reads them as missing', () => {
    const plan = planOf([
      'Utility Statement',
      {
        Plan: {
          'Node Type': 'Append',
          'Total Cost': '12',
          'Actual Rows': 1,
          'Actual Loops': null,
          Plans: [
            { 'Node Type': 5, 'Parallel Aware': 'yes', Workers: [{ 'Worker Number': 0, 'Actual Rows': {} }, 7] },
            3,
          ],
        },
        Settings: { work_mem: 64 },
      },
      {},
    ]);
    assert.deepEqual(
      plan.problems.map(({ path }) => path),
      [
        '[1].Plan.Plans[1]',
        '[2]',
        '[1].Settings.work_mem',
        '[1].Plan["Total Cost"]',
        '[1].Plan["Actual Loops"]',
        '[1].Plan.Plans[0]["Node Type"]',
        '[1].Plan.Plans[0]["Parallel Aware"]',
        '[1].Plan.Plans[0].Workers[0]["Actual Rows"]',
        '[1].Plan.Plans[0].Workers[1]',
      ],
    );
    const [append, child] = plan.nodes;
    assert.deepEqual(
      [append?.totalCost, append?.actual, child?.nodeType, child?.name],
      [null, null, '', 'Unnamed node'],
    );
    assert.deepEqual([child?.parallelAware, child?.workers.length, child?.workers[0]?.rows], [false, 1, null]);
    assert.deepEqual(plan.queries[0]?.settings, {});
  });

  it('lists the first problems only', () => {
    const nodes = Array.from({ length: 1000 }, () => ({}));
    assert.equal(planOf([{ Plan: { 'Node Type': 'Append', Plans: nodes } }]).problems.length, 101);
  });

  it('keeps unknown keys, whatever their name', () => {
    const plan = planOf('[{"Plan": {"Node Type": "Result", "__proto__": 1, "New": [1]}, "__proto__": {"x": 1}}]');
    assert.deepEqual(Object.entries(plan.nodes[0]?.properties ?? {}), [
      ['Node Type', 'Result'],
      ['__proto__', 1],
      ['New', [1]],
    ]);
    assert.deepEqual(Object.keys(plan.queries[0]?.properties ?? {}), ['__proto__']);
    assert.equal(Object.getPrototypeOf(plan.queries[0]?.properties), Object.prototype);
  });

  it('builds a plan of 100,000 levels', () => {
    const levels = 100_000;
    const open = '{"Node Type": "Limit", "Parent Relationship": "Outer", "Plans": [';
    const plan = planOf(`[{"Plan": ${open.repeat(levels)}{"Node Type": "Result"}${']}'.repeat(levels)}}]`);
    assert.equal(plan.nodes.length, levels + 1);
    assert.equal(plan.nodes.at(-1)?.depth, levels);
    assert.equal(plan.nodes[0]?.subtreeEnd, levels + 1);
  });
});

describe('plan: big plan of the benches', () => {
  it('has as many nodes as asked for, without problems', () => {
    for (const nodes of [4, 5, 100, 1002, 1003, 10_000]) {
      const plan = planOf(bigPlan(nodes));
      assert.equal(plan.nodes.length, nodes);
      assert.deepEqual(plan.problems, []);
      assert.ok(plan.regions.length > 0 && plan.regions.every(region => region.processes === 3));
    }
    assert.equal(bigPlan(500), bigPlan(500));
  });
});
