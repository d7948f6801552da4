import assert from 'node:assert/strict';
import fc from 'fast-check';
import { settingsFindings } from '../../../src/guc/findings';
import { recommendedFor } from '../../../src/guc/recommendation';
import { numberOf, type SettingsFacts } from '../../../src/guc/settingsFacts';
import { factsOf, inWords, withValues } from './factsOf';

const gibibyte = 1024 ** 3;
const workerNames = [
  'max_worker_processes',
  'max_parallel_workers',
  'max_parallel_workers_per_gather',
  'max_parallel_maintenance_workers',
];

const whole = (max: number) => fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max })).map(String);
const setting = <T>(arbitrary: fc.Arbitrary<T>) => arbitrary.map(value => ({ setting: String(value) }));

const anyServer: fc.Arbitrary<SettingsFacts> = fc
  .record({
    settings: fc.record({
      max_worker_processes: setting(whole(2000)),
      max_parallel_workers: setting(whole(1024)),
      max_parallel_workers_per_gather: setting(whole(1024)),
      max_parallel_maintenance_workers: setting(whole(1024)),
      parallel_setup_cost: setting(fc.constantFrom(0, 10, 500, 1000, 9999, 10_000, 1e9)),
      parallel_tuple_cost: setting(fc.constantFrom(0, 0.001, 0.1, 0.2, 1, 7)),
      min_parallel_table_scan_size: setting(fc.constantFrom(0, 1, 64, 65, 1024, 16_384)),
      enable_parallel_hash: setting(fc.constantFrom('on', 'off')),
      debug_parallel_query: setting(fc.constantFrom('on', 'off', 'regress')),
      work_mem: setting(fc.integer({ min: 1024, max: 4_000_000 })),
      hash_mem_multiplier: setting(fc.constantFrom(1, 2, 4)),
      maintenance_work_mem: setting(fc.integer({ min: 1024, max: 4_000_000 })),
    }),
    connections: fc.record({
      now: fc.integer({ min: 0, max: 50 }),
      active: fc.constant(0),
      maximum: fc.integer({ min: 50, max: 1000 }),
    }),
  })
  .map(factsOf);
const anyCores = fc.integer({ min: 1, max: 512 });
const anyMemory = fc.constantFrom(null, 16 * gibibyte, 64 * gibibyte, 1024 * gibibyte);

function applied(facts: SettingsFacts, cores: number, memoryBytes: number | null): SettingsFacts {
  const { rows } = recommendedFor(facts, cores, memoryBytes, inWords);
  return withValues(facts, Object.fromEntries(rows.map(({ name, recommended }) => [name, recommended])));
}

/** What kinds of findings there are; concurrency is about who is connected, so nothing here promises it away. */
function kinds(facts: SettingsFacts, cores: number, memoryBytes: number | null): readonly string[] {
  const findings = settingsFindings(facts, { cores, memoryBytes }, inWords);
  return findings.map(({ id }) => id.split(':[')[0] ?? '').filter(id => id !== 'concurrency');
}

describe('guc: recommendation', () => {
  it('leaves nothing that is more than there is, and nothing else to find', () => {
    fc.assert(
      fc.property(anyServer, anyCores, anyMemory, (facts, cores, memoryBytes) => {
        const left = kinds(applied(facts, cores, memoryBytes), cores, memoryBytes);
        // Without the memory told, work_mem is nobody's to judge.
        assert.deepEqual(memoryBytes === null ? left.filter(id => id !== 'memory') : left, []);
      }),
      { numRuns: 500 },
    );
  });

  it('never means fewer workers for more cores', () => {
    fc.assert(
      fc.property(anyServer, anyCores, anyCores, anyMemory, (facts, a, b, memoryBytes) => {
        const fewer = applied(facts, Math.min(a, b), memoryBytes);
        const more = applied(facts, Math.max(a, b), memoryBytes);
        for (const name of workerNames) {
          assert.ok(numberOf(fewer, name) <= numberOf(more, name), name);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has nothing to add once it was followed', () => {
    fc.assert(
      fc.property(anyServer, anyCores, anyMemory, (facts, cores, memoryBytes) => {
        const { rows, overrides } = recommendedFor(applied(facts, cores, memoryBytes), cores, memoryBytes, inWords);
        assert.deepEqual(
          rows.filter(({ changed }) => changed),
          [],
        );
        assert.deepEqual(overrides, []);
      }),
      { numRuns: 500 },
    );
  });

  it('never takes slots or memory of index builds away', () => {
    fc.assert(
      fc.property(anyServer, anyCores, anyMemory, (facts, cores, memoryBytes) => {
        const after = applied(facts, cores, memoryBytes);
        for (const name of ['max_worker_processes', 'maintenance_work_mem']) {
          assert.ok(numberOf(after, name) >= numberOf(facts, name), name);
        }
      }),
    );
  });

  it('offers for a session only what a session can set, and only what changes', () => {
    fc.assert(
      fc.property(anyServer, anyCores, anyMemory, (facts, cores, memoryBytes) => {
        const { rows, overrides } = recommendedFor(facts, cores, memoryBytes, inWords);
        const settable = rows.filter(({ name, changed }) => changed && facts.settings.get(name)?.context === 'user');
        assert.deepEqual(
          overrides,
          settable.map(({ name, recommended }) => ({ name, value: recommended })),
        );
        assert.ok(overrides.every(({ name }) => name !== 'max_worker_processes'));
      }),
    );
  });

  it('gives every worker of an index build that it recommends its memory, as far as that is worth it', () => {
    fc.assert(
      fc.property(anyServer, anyCores, anyMemory, (facts, cores, memoryBytes) => {
        const after = applied(facts, cores, memoryBytes);
        const fed = numberOf(after, 'maintenance_work_mem') / (32 * 1024) - 1;
        const builders = numberOf(after, 'max_parallel_maintenance_workers');
        const affordable = memoryBytes === null ? 8 : Math.max(1, memoryBytes / 16 / (32 * 1024 ** 2) - 1);
        assert.ok(fed >= Math.min(builders, 8, affordable), `${fed} of ${builders}`);
      }),
    );
    const { rows } = recommendedFor(factsOf(), 2, null, inWords);
    const row = (name: string) => rows.find(one => one.name === name);
    assert.equal(row('max_parallel_maintenance_workers')?.recommended, '2');
    assert.equal(row('maintenance_work_mem')?.recommended, '96MB');
    assert.match(row('maintenance_work_mem')?.reason ?? '', /so 96MB for the leader and 2\.$/);
  });

  it('says nothing of a next query that one core cannot serve', () => {
    const { rows } = recommendedFor(factsOf(), 1, null, inWords);
    for (const { reason } of rows) {
      assert.doesNotMatch(reason, /1 of 1|leaves some/);
    }
  });

  it('gives eight cores what they can use', () => {
    const { rows } = recommendedFor(factsOf(), 8, null, inWords);
    const changed = rows.filter(row => row.changed).map(({ name, now, recommended }) => [name, now, recommended]);
    assert.deepEqual(changed, [
      ['max_worker_processes', '8', '12'],
      ['max_parallel_workers_per_gather', '2', '4'],
      ['max_parallel_maintenance_workers', '2', '4'],
      ['maintenance_work_mem', '64MB', '160MB'],
    ]);
  });

  it('keeps costs that are not far off, and has a sentence for every row', () => {
    const settings = { parallel_setup_cost: { setting: '9000' }, parallel_tuple_cost: { setting: '1' } };
    const { rows } = recommendedFor(factsOf({ settings }), 8, 64 * gibibyte, inWords);
    const cost = (name: string) => rows.find(row => row.name === name);
    assert.equal(cost('parallel_setup_cost')?.recommended, '9000');
    assert.equal(cost('parallel_tuple_cost')?.recommended, '0.1');
    for (const { reason } of rows) {
      assert.match(reason, /^[A-Z][^\n]*\.$/);
    }
  });

  it('lets index builds take no more memory than there is to spare', () => {
    const { rows } = recommendedFor(factsOf(), 16, 2 * gibibyte, inWords);
    const row = (name: string) => rows.find(one => one.name === name)?.recommended;
    assert.equal(row('maintenance_work_mem'), '128MB');
    assert.equal(row('max_parallel_maintenance_workers'), '3');
  });

  it('changes a value where it is written down', () => {
    const settings = { max_parallel_workers_per_gather: { setting: '1', source: 'database' } };
    const { rows } = recommendedFor(factsOf({ settings }), 8, null, inWords);
    const row = rows.find(({ name }) => name === 'max_parallel_workers_per_gather');
    assert.equal(row?.remedy?.sql, "ALTER DATABASE shop SET max_parallel_workers_per_gather = '4';");
  });
});
