import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PlanNode, WorkerFigures } from '../../../src/plan/model';
import { readPlan } from '../../../src/plan/read';
import { leaderFigures } from '../../../webview/plan/leader';
import { readFixtures } from '../../fixtures/plans/fixture';
import { planOf } from './plans';

/** What one process truly did. */
interface Truth {
  readonly loops: number;
  readonly rows: number;
  readonly ms: number;
  readonly blocks: number;
}

/** A node as PostgreSQL prints it: averages over all processes, rounded, and sums. The first process is the leader. */
function printed(processes: readonly Truth[], serverVersion: number): PlanNode {
  const rowDecimals = serverVersion >= 180_000 ? 2 : 0;
  const average = (total: number, loops: number, decimals: number): number => Number((total / loops).toFixed(decimals));
  const all = processes.reduce((sum, one) => ({
    loops: sum.loops + one.loops,
    rows: sum.rows + one.rows,
    ms: sum.ms + one.ms,
    blocks: sum.blocks + one.blocks,
  }));
  const averages = ({ loops, rows, ms }: Truth) => ({
    startupMs: 0,
    totalMs: average(ms, loops, 3),
    rows: average(rows, loops, rowDecimals),
    loops,
  });
  const workers: WorkerFigures[] = processes.slice(1).map((worker, number) => ({
    number,
    ...averages(worker),
    properties: { 'Shared Hit Blocks': worker.blocks, 'Sort Space Used': 25 },
  }));
  const properties = { 'Shared Hit Blocks': all.blocks, 'Sort Space Used': 25 };
  return planOf({ actual: averages(all), workers, properties }).nodes[0]!;
}

const truth = fc.record({
  loops: fc.integer({ min: 1, max: 5000 }),
  rows: fc.integer({ min: 0, max: 1_000_000 }),
  ms: fc.double({ min: 0, max: 100_000, noNaN: true }),
  blocks: fc.integer({ min: 0, max: 1_000_000 }),
});

describe('webview: leader', () => {
  it('is what all processes did less what the workers did, no further off than it says', () => {
    fc.assert(
      fc.property(
        fc.array(truth, { minLength: 2, maxLength: 5 }),
        fc.constantFrom(150_018, 180_004),
        (processes, version) => {
          const leader = leaderFigures(printed(processes, version), version);
          const { loops, rows, ms, blocks } = processes[0]!;
          assert.equal(leader?.loops, loops);
          assert.deepEqual(leader.properties.get('Shared Hit Blocks') ?? null, { value: blocks, error: 0 });
          for (const [figure, true_] of [
            [leader.rows, rows / loops],
            [leader.totalMs, ms / loops],
          ] as const) {
            if (figure !== null) {
              const noise = 1e-6 * (1 + true_);
              assert.ok(Math.abs(figure.value - true_) <= figure.error + noise, JSON.stringify({ figure, true_ }));
            }
          }
        },
      ),
    );
  });

  it('has exact rows where each process ran once and averages have decimals, and says how far off they are else', () => {
    const processes = [12, 12, 12].map(rows => ({ loops: 1, rows, ms: 5, blocks: 0 }));
    assert.deepEqual(leaderFigures(printed(processes, 180_004), 180_004)?.rows, { value: 12, error: 0 });
    assert.deepEqual(leaderFigures(printed(processes, 150_018), 150_018)?.rows, { value: 12, error: 1.5 });
  });

  it('says nothing where rounding leaves nothing', () => {
    const processes = [1, 1, 1].map(rows => ({ loops: 1, rows, ms: 0.0009, blocks: 3 }));
    const leader = leaderFigures(printed(processes, 150_018), 150_018);
    assert.deepEqual([leader?.rows, leader?.totalMs], [null, null]);
  });

  it('knows only sums: not what each process has of its own', () => {
    const processes = [1, 2].map(rows => ({ loops: 1, rows, ms: 1, blocks: 3 }));
    assert.deepEqual(
      [...(leaderFigures(printed(processes, 180_004), 180_004)?.properties.keys() ?? [])],
      ['Shared Hit Blocks'],
    );
  });

  it('is not known without the loops of each worker, or when they are more than all', () => {
    const node = printed(
      [1, 2].map(rows => ({ loops: 1, rows, ms: 1, blocks: 3 })),
      180_004,
    );
    assert.equal(
      leaderFigures({ ...node, workers: node.workers.map(one => ({ ...one, loops: null })) }, 180_004),
      null,
    );
    assert.equal(leaderFigures({ ...node, workers: node.workers.map(one => ({ ...one, loops: 3 })) }, 180_004), null);
    assert.equal(leaderFigures({ ...node, workers: [] }, 180_004), null);
    assert.equal(leaderFigures({ ...node, actual: null }, 180_004), null);
  });

  it('did something wherever it took part, and nothing where it did not, in what real servers printed', () => {
    const seen = { leader: 0, noLeader: 0 };
    for (const { name, servers } of readFixtures()) {
      for (const [major, { json }] of Object.entries(servers)) {
        const reading = readPlan(json.join('\n'));
        const nodes = reading.ok
          ? reading.plan.nodes.filter(({ workers, actual }) => actual && workers.length > 0)
          : [];
        for (const node of nodes) {
          const leader = leaderFigures(node, Number(major) * 10_000);
          assert.ok(leader, `${name}, PostgreSQL ${major}, ${node.name}`);
          const blocks = Object.keys(node.properties).filter(key => key.endsWith(' Blocks'));
          if (node.workers.every(({ properties }) => 'Shared Hit Blocks' in properties)) {
            assert.deepEqual(
              blocks.filter(key => !leader.properties.has(key)),
              [],
              name,
            );
          }
          seen[leader.loops > 0 ? 'leader' : 'noLeader']++;
        }
        if (name.startsWith('leader-off')) {
          assert.ok(nodes.every(node => leaderFigures(node, Number(major) * 10_000)?.loops === 0));
        }
      }
    }
    assert.ok(seen.leader > 100 && seen.noLeader > 20, JSON.stringify(seen));
  });
});
