import assert from 'node:assert/strict';
import { settingsFindings } from '../../../src/guc/findings';
import type { SettingsFinding } from '../../../src/guc/settingsFinding';
import type { ServerSize } from '../../../src/guc/settingsFacts';
import { factsOf, inWords, type FactsChanges } from './factsOf';

const unknown: ServerSize = { cores: null, memoryBytes: null };
const mebibyte = 1024 ** 2;

function check(changes: FactsChanges, size: Partial<ServerSize> = {}): readonly SettingsFinding[] {
  return settingsFindings(factsOf(changes), { ...unknown, ...size }, inWords);
}

function ids(changes: FactsChanges, size: Partial<ServerSize> = {}): readonly string[] {
  return check(changes, size).map(({ id }) => id.split(':[')[0] ?? '');
}

function only(changes: FactsChanges, size: Partial<ServerSize> = {}): SettingsFinding {
  const findings = check(changes, size);
  assert.equal(findings.length, 1, JSON.stringify(findings.map(({ id }) => id)));
  return findings[0]!;
}

const setting = (name: string, value: string) => ({ settings: { [name]: { setting: value } } });
const role = { name: 'reports', quoted: 'reports' };
const database = { name: 'Shop "2"', quoted: '"Shop ""2"""' };

describe('guc: findings', () => {
  it('are none for a server as it was installed', () => {
    assert.deepEqual(ids({}, { cores: 8, memoryBytes: 64 * 1024 * mebibyte }), []);
    assert.deepEqual(ids({}), []);
  });

  it('begin where a limit is passed, not at it', () => {
    assert.deepEqual(ids(setting('max_parallel_workers_per_gather', '8')), []);
    assert.deepEqual(ids(setting('max_parallel_workers_per_gather', '9'), { cores: 9 }), [
      'moreThanInAll:max_parallel_workers_per_gather',
      'concurrency',
    ]);
    assert.deepEqual(ids(setting('max_parallel_maintenance_workers', '9')), [
      'moreThanInAll:max_parallel_maintenance_workers',
    ]);
    assert.deepEqual(ids(setting('max_parallel_workers', '9')), ['moreThanBackground']);
    assert.deepEqual(ids({}, { cores: 7 }), ['moreThanCores:max_parallel_workers']);
    assert.deepEqual(ids(setting('parallel_setup_cost', '9999')), []);
    assert.deepEqual(ids(setting('parallel_setup_cost', '10000')), ['far:parallel_setup_cost']);
    assert.deepEqual(ids(setting('parallel_setup_cost', '101')), []);
    assert.deepEqual(ids(setting('parallel_setup_cost', '100')), ['far:parallel_setup_cost']);
    assert.deepEqual(ids(setting('parallel_tuple_cost', '0.0101')), []);
    assert.deepEqual(ids(setting('parallel_tuple_cost', '0.01')), ['far:parallel_tuple_cost']);
    assert.deepEqual(ids(setting('parallel_tuple_cost', '0')), ['far:parallel_tuple_cost']);
  });

  it('put what hurts this session before what may be meant so', () => {
    const scoped = [{ name: 'max_parallel_workers_per_gather', value: '0', scope: { kind: 'role', role } as const }];
    const findings = check({ ...setting('parallel_setup_cost', '90000'), scoped });
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['warning', 'hint'],
    );
  });

  it('offer to raise a limit only as far as slots and cores go', () => {
    const nine = setting('max_parallel_workers_per_gather', '9');
    const settings = { ...nine.settings, max_worker_processes: { setting: '16' } };
    const statements = (changes: FactsChanges, size: Partial<ServerSize>) =>
      check(changes, size)[0]?.remedies.map(({ sql }) => sql.split('\n')[0]);
    const lower = "ALTER SYSTEM SET max_parallel_workers_per_gather = '8';";
    const raise = "ALTER SYSTEM SET max_parallel_workers = '9';";
    const connections = { now: 0, active: 0, maximum: 10 };
    assert.deepEqual(statements({ ...nine, connections }, {}), [lower]);
    assert.deepEqual(statements({ settings, connections }, {}), [lower, raise]);
    assert.deepEqual(statements({ settings, connections }, { cores: 8 }), [lower]);
    assert.deepEqual(statements({ settings, connections }, { cores: 9 }), [lower, raise]);
  });

  it('see what a database and a role are together, and change the stronger place', () => {
    const scoped = [
      { name: 'max_parallel_workers', value: '1', scope: { kind: 'database', database } },
      { name: 'max_parallel_workers_per_gather', value: '6', scope: { kind: 'roleInDatabase', role, database } },
    ] as const;
    const findings = check({ scoped });
    assert.deepEqual(
      findings.map(({ sentence, remedies }) => [sentence, remedies[0]?.sql]),
      [
        [
          'For role reports in database Shop "2", a query may plan 6 workers per Gather, but only one parallel worker may run at once.',
          `ALTER ROLE reports IN DATABASE "Shop ""2""" SET max_parallel_workers_per_gather = '1';`,
        ],
        [
          'For database Shop "2", a query may plan 2 workers per Gather, but only one parallel worker may run at once.',
          `ALTER DATABASE "Shop ""2""" SET max_parallel_workers_per_gather = '1';`,
        ],
        [
          'For database Shop "2", CREATE INDEX and VACUUM may ask for 2 workers, but only one parallel worker may run at once.',
          `ALTER DATABASE "Shop ""2""" SET max_parallel_maintenance_workers = '1';`,
        ],
      ],
    );
  });

  it('claim nothing of others whose values are hidden', () => {
    // The session's own limit comes from its role; what the server has for `reports` nobody told us.
    const settings = { max_parallel_workers: { setting: '4', source: 'user' } };
    const perGather = 'max_parallel_workers_per_gather';
    const scoped = [
      { name: 'max_parallel_workers', value: '4', scope: { kind: 'role', role: { name: 'app', quoted: 'app' } } },
      { name: perGather, value: '6', scope: { kind: 'role', role } },
    ] as const;
    assert.deepEqual(ids({ settings, scoped }), []);
    const files = new Map([['max_parallel_workers', { auto: null, last: '5' }]]);
    assert.deepEqual(ids({ settings, scoped, files }), [`moreThanInAll:${perGather}`]);
  });

  it('do not count what the server has when all roles have something else', () => {
    const name = 'max_parallel_workers_per_gather';
    const files = new Map([[name, { auto: '0', last: '0' }]]);
    const settings = { [name]: { source: 'user' } };
    assert.deepEqual(ids({ settings, files }), [`off:${name}`]);
    assert.deepEqual(ids({ settings, files, scoped: [{ name, value: '2', scope: { kind: 'everywhere' } }] }), []);
  });

  it('name a switch for each place that has it off', () => {
    const name = 'max_parallel_workers_per_gather';
    const scoped = [
      { name, value: '0', scope: { kind: 'everywhere' } },
      { name, value: '0', scope: { kind: 'database', database } },
      { name: 'enable_parallel_hash', value: 'FALSE', scope: { kind: 'role', role } },
      { name: 'enable_parallel_hash', value: 'yes', scope: { kind: 'database', database } },
    ] as const;
    const findings = check({ settings: { [name]: { setting: '0', source: 'global' } }, scoped });
    assert.deepEqual(
      findings.map(({ severity, sentence, remedies }) => [severity, sentence, remedies.map(({ sql }) => sql)]),
      [
        ['warning', `${name} is 0 for all roles: no query is planned in parallel.`, [`ALTER ROLE ALL RESET ${name};`]],
        [
          'hint',
          `${name} is 0 for database Shop "2": no query is planned in parallel.`,
          [`ALTER DATABASE "Shop ""2""" RESET ${name};`],
        ],
        [
          'hint',
          'enable_parallel_hash is off for role reports: each process builds its own copy of a hash table.',
          ['ALTER ROLE reports RESET enable_parallel_hash;'],
        ],
      ],
    );
  });

  it('see that kinds of plans are ruled out which parallel plans are made of', () => {
    for (const name of ['enable_hashjoin', 'enable_hashagg', 'enable_parallel_hash']) {
      const { severity, sentence } = only(setting(name, 'off'));
      assert.equal(severity, 'hint', name);
      assert.match(sentence, new RegExp(`^${name} is off`));
    }
    assert.deepEqual(ids(setting('random_page_cost', '1.1')), []);
    assert.match(only(setting('random_page_cost', '40')).sentence, /index scans look dearer than they are/);
  });

  it('read values that somebody wrote as the server reads them', () => {
    const at = (name: string, value: string) => ids({ scoped: [{ name, value, scope: { kind: 'role', role } }] });
    assert.deepEqual(at('min_parallel_table_scan_size', '128 MB'), ['far:min_parallel_table_scan_size']);
    assert.deepEqual(at('min_parallel_table_scan_size', '64 MB'), []);
    assert.deepEqual(at('max_parallel_workers_per_gather', '0x0'), ['off:max_parallel_workers_per_gather']);
    assert.deepEqual(at('max_parallel_workers_per_gather', 'nonsense'), []);
    assert.deepEqual(at('debug_parallel_query', 'Regress'), ['forced:debug_parallel_query']);
  });

  it('count memory for every process that the connections could keep busy', () => {
    // 100 connections and 8 workers with 4 MB × 2 each take 864 MB; shared_buffers takes 128 MB.
    const memoryBytes = (864 + 128) * mebibyte;
    assert.deepEqual(ids({}, { memoryBytes }), []);
    const { severity, sentence, remedies } = only({}, { memoryBytes: memoryBytes - 1 });
    assert.equal(severity, 'hint');
    assert.match(
      sentence,
      /100 connections would take 864\u00a0MB, more than the 864\u00a0MB that shared_buffers leaves/,
    );
    assert.equal(remedies[0]?.sql.split('\n')[0], "ALTER SYSTEM SET work_mem = '4032kB';");
    const busy = {
      connections: { now: 100, active: 0, maximum: 100 },
      ...setting('max_parallel_workers_per_gather', '0'),
    };
    assert.equal(check(busy, { memoryBytes: 900 * mebibyte }).find(({ id }) => id === 'memory')?.severity, 'warning');
  });

  it('say what they compare memory with when nobody told how much there is', () => {
    const finding = only(setting('work_mem', String(40 * 1024)));
    assert.match(
      finding.sentence,
      /8\.44\u00a0GB, more than the 4\.00\u00a0GB of cache that the server was told to count on/,
    );
    assert.ok(finding.figures.some(figure => figure.includes('does not tell')));
  });

  it('offer no work_mem that is too little to work with', () => {
    const connections = { now: 1, active: 0, maximum: 10_000 };
    assert.deepEqual(only({ connections }, { memoryBytes: 1024 * mebibyte }).remedies, []);
  });

  it('warn of concurrency only when the connections are busy', () => {
    const connections = { now: 5, active: 2, maximum: 100 };
    assert.deepEqual(ids({ connections: { ...connections, now: 4 } }), []);
    const idle = only({ connections });
    assert.equal(idle.severity, 'hint');
    assert.equal(idle.sentence, '5 connections could ask for 10 workers at once; there are slots for 8.');
    assert.equal(idle.remedies[0]?.sql.split('\n')[0], "ALTER SYSTEM SET max_parallel_workers_per_gather = '1';");
    assert.equal(only({ connections: { ...connections, active: 5 } }).severity, 'warning');
    assert.equal(only({ connections: { ...connections, active: null } }).severity, 'hint');
    // Fewer than one worker for each is no remedy: it would switch parallelism off.
    const many = only({ connections: { ...connections, now: 20 } });
    assert.deepEqual(many.remedies, []);
    assert.match(many.figures.at(-1) ?? '', /^No setting has to be changed/);
    assert.doesNotMatch(idle.figures.join(), /No setting has to be changed/);
  });

  it('tell tables that are never parallel from those with a fixed number', () => {
    const table = { kind: 'TABLE', table: '"S".t', workers: 0, sizeBytes: 8 * mebibyte } as const;
    const view = { kind: 'MATERIALIZED VIEW', table: 'public.m', workers: 3, sizeBytes: 0 } as const;
    const findings = check({ tables: [table, view], onStandby: true });
    assert.deepEqual(
      findings.map(({ id, severity }) => [id, severity]),
      [
        ['tablesOff', 'warning'],
        ['tablesFixed', 'hint'],
      ],
    );
    assert.deepEqual(findings[0]?.remedies, [
      {
        sql: 'ALTER TABLE "S".t RESET (parallel_workers);',
        undo: 'ALTER TABLE "S".t SET (parallel_workers = 0);',
        note: 'This server is a standby: run it on the primary.',
      },
    ]);
    assert.equal(findings[1]?.remedies[0]?.undo, 'ALTER MATERIALIZED VIEW public.m SET (parallel_workers = 3);');
  });

  it('say what waits for a restart, and what the files say as far as they may be read', () => {
    const settings = { max_worker_processes: { pendingRestart: true } };
    assert.deepEqual(only({ settings }).figures, ['Now: 8', 'After a restart: hidden from this user']);
    const files = new Map([['max_worker_processes', { auto: '20', last: '20' }]]);
    assert.deepEqual(only({ settings, files }).figures, ['Now: 8', 'After a restart: 20']);
    assert.deepEqual(only({ settings, files: new Map() }).figures, ['Now: 8', 'After a restart: its default']);
  });
});
