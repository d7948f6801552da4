import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSync } from 'libpg-query';
import type { Client } from 'pg';
import { openSession } from '../../src/connection/openSession';
import { rolledBack } from '../../src/connection/rolledBack';
import type { Session } from '../../src/connection/session';
import type { MaintenanceStatement } from '../../src/sql/maintenance';
import { statementFacts } from '../../src/sql/statementFacts';
import { lookOptions } from '../../src/workers/look';
import { readMaintenanceFacts } from '../../src/workers/maintenanceQuery';
import { maintenanceWorkers, type WorkerAnswer } from '../../src/workers/maintenanceWorkers';
import { superuser } from '../lab/connect';
import { majorsUnderTest } from '../lab/matrix';
import { type PostgresMajor, type PostgresServer, startPostgres } from '../lab/postgres';
import { applicationName, failOnUnhandledRejection, never, noBackendLeft, profileOf } from './connectionFixture';

type Settings = Readonly<Record<string, string>>;

function maintenanceOf(sql: string): MaintenanceStatement {
  return statementFacts(parseSync(sql), sql).maintenance ?? assert.fail(`Neither CREATE INDEX nor VACUUM: ${sql}`);
}

// The newest, the oldest, and the first that builds BRIN indexes in parallel.
const majors: readonly PostgresMajor[] = [...new Set<PostgresMajor>([13, 17, ...majorsUnderTest])];

const runs = Number(process.env['PLANPOOL_TEST_RUNS'] ?? 150);

const tableBlocks = [0, 1, 4, 9, 10, 12, 27, 30, 33, 100];

/** Rows of which three fill a block. */
const schema = `
  CREATE FUNCTION safe_f(n integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS 'BEGIN RETURN n; END';
  CREATE FUNCTION restricted_f(n integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL RESTRICTED AS 'BEGIN RETURN n; END';
  CREATE FUNCTION unsafe_f(n integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN n; END';
  CREATE FUNCTION inlined_f(n integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL UNSAFE AS 'SELECT n + 1';
  CREATE FUNCTION plus_f(a integer, b integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN a; END';
  CREATE OPERATOR +@ (FUNCTION = plus_f, LEFTARG = integer, RIGHTARG = integer);
  CREATE DOMAIN positive AS integer CHECK (VALUE >= 0);
  CREATE PROCEDURE make(name text, blocks integer, temporary boolean, known boolean) LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE format('CREATE %s TABLE %I (id integer, "odd (," text, numbers integer[], place point, filler text)',
                   CASE WHEN temporary THEN 'TEMPORARY' ELSE '' END, name);
    EXECUTE format('ALTER TABLE %I ALTER filler SET STORAGE PLAIN', name);
    EXECUTE format('INSERT INTO %I SELECT g, g, ARRAY[g], point(g, g), repeat(''x'', 2500) FROM generate_series(1, %s) g',
                   name, 3 * blocks);
    IF known THEN EXECUTE format('ANALYZE %I', name); END IF;
  END $$;`;

const plainColumns: Readonly<Record<string, string>> = {
  btree: 'id',
  hash: 'id',
  brin: 'id',
  gin: 'numbers',
  gist: 'place',
  spgist: 'place',
};

const expressions: readonly string[] = [
  'id',
  '"odd (,"',
  'lower("odd (,") text_pattern_ops DESC NULLS LAST, id',
  '(id + 1), safe_f(id)',
  '(id /* ( */ + 1 -- )\n) DESC',
  '("odd (," || \',(x\') COLLATE "C", (CASE WHEN id > 1 THEN 1 END)',
  'restricted_f(id)',
  'id, unsafe_f(id)',
  'safe_f(unsafe_f(id))',
  'inlined_f(id)',
  '(id::positive)',
  '(id +@ 1)',
  'coalesce(id, 1)',
  '(numbers[1]), (numbers[2:3])',
];

const predicates: readonly string[] = [
  '',
  '',
  'WHERE id > 5',
  'WHERE unsafe_f(id) > 5;',
  'WHERE id < 5 AND inlined_f(id) > 0',
];

const settingsOf = fc.record({
  max_parallel_maintenance_workers: fc.constantFrom('0', '1', '2', '3', '5', '8'),
  maintenance_work_mem: fc.constantFrom(
    ...['1024', '65535', '65536', '98303', '98304', '131072', '160000', '163840', '1048576'],
  ),
  min_parallel_table_scan_size: fc.constantFrom('0', '0', '1', '2', '4', '10', '11', '33', '1024'),
  min_parallel_index_scan_size: fc.constantFrom('0', '1', '2', '3', '64'),
});

/** Run with these and no worker at all: what is asked for is said before any is started. */
async function notices(admin: Client, settings: Settings, sql: string): Promise<readonly string[]> {
  const all = { ...settings, max_parallel_workers: '0' };
  for (const [name, value] of Object.entries(all)) {
    await admin.query('SELECT set_config($1, $2, false)', [name, value]);
  }
  await admin.query('SET client_min_messages = debug1');
  const heard: string[] = [];
  const listen = ({ message }: { message: string | undefined }): void => void heard.push(message ?? '');
  admin.on('notice', listen);
  try {
    await admin.query(sql);
  } finally {
    admin.off('notice', listen);
    await admin.query('SET client_min_messages = warning');
  }
  return heard;
}

/** By table, what each build of an index asked for. */
function builds(heard: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    heard.flatMap(message => {
      const said = /^building index ".*" on table "(.*)" (?:serially|with request for (\d+) parallel workers?)$/.exec(
        message,
      );
      return said ? [[said[1] ?? '', Number(said[2] ?? 0)] as const] : [];
    }),
  );
}

/** The most that one phase planned. */
function planned(heard: readonly string[]): number {
  return Math.max(0, ...heard.map(message => Number(/\(planned: (\d+)\)/.exec(message)?.[1] ?? 0)));
}

for (const major of majors) {
  describe(`workers: maintenance, PostgreSQL ${String(major)}`, function () {
    this.timeout(50_000);
    failOnUnhandledRejection();
    let server: PostgresServer;
    let admin: Client;
    let session: Session;

    before(async () => {
      server = await startPostgres({ major, settings: { max_worker_processes: '24', max_parallel_workers: '16' } });
      admin = await superuser(server);
      session = await openSession(profileOf(server), null, { connectTimeoutMs: 10_000, applicationName });
      await admin.query(schema);
      for (const blocks of tableBlocks) {
        await admin.query(`CALL make('known_${String(blocks)}', ${String(blocks)}, false, true)`);
        await admin.query(`CALL make('new_${String(blocks)}', ${String(blocks)}, false, false)`);
      }
    });

    after(async () => {
      await session.close();
      await admin.end();
      await noBackendLeft(server);
      await server.stop();
    });

    function ask(sql: string, settings: Settings = {}): Promise<readonly WorkerAnswer[]> {
      const statement = maintenanceOf(sql);
      const overrides = Object.entries(settings).map(([name, value]) => ({ name, value }));
      return rolledBack(session, { ...lookOptions, overrides }, never, async tx => {
        const facts = await readMaintenanceFacts(tx, statement);
        assert.deepEqual((await tx.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
        return maintenanceWorkers(statement, facts, 'en');
      });
    }

    it('counts the workers that CREATE INDEX asks for', async () => {
      const seen = new Set<number>();
      await fc.assert(
        fc.asyncProperty(
          settingsOf,
          fc.constantFrom(...tableBlocks.flatMap(blocks => [`known_${String(blocks)}`, `new_${String(blocks)}`])),
          fc.constantFrom(null, null, 0, 1, 3, 9),
          fc.oneof(
            fc.constantFrom(...Object.entries(plainColumns)).map(([method, column]) => ({ method, columns: column })),
            fc.constantFrom(...expressions).map(columns => ({ method: 'btree', columns })),
          ),
          fc.constantFrom(...predicates),
          fc.boolean(),
          async (settings, table, option, { method, columns }, predicate, concurrently) => {
            await admin.query(
              option === null
                ? `ALTER TABLE ${table} RESET (parallel_workers)`
                : `ALTER TABLE ${table} SET (parallel_workers = ${String(option)})`,
            );
            const how = concurrently ? 'CONCURRENTLY' : '';
            const sql = `CREATE INDEX ${how} an_index ON ${table} USING ${method} (${columns}) ${predicate}`;
            const [answer] = await ask(sql, settings);
            const asked = builds(await notices(admin, settings, sql)).get(table);
            await admin.query('DROP INDEX an_index');
            assert.notEqual(asked, undefined, sql);
            assert.equal(answer?.workers, asked, `${sql}: ${answer?.sentence ?? ''}`);
            seen.add(asked ?? -1);
          },
        ),
        { numRuns: runs },
      );
      // A matrix in which everything is 0 would prove nothing.
      assert.ok(seen.size >= 4, [...seen].join());
    });

    it('knows the sizes at which one worker more is asked for', async () => {
      for (const least of ['0', '1', '2', '4', '9', '10', '11', '33', '34']) {
        for (const blocks of tableBlocks) {
          const table = `known_${String(blocks)}`;
          const settings = {
            max_parallel_maintenance_workers: '16',
            maintenance_work_mem: '1GB',
            min_parallel_table_scan_size: least,
          };
          await admin.query(`ALTER TABLE ${table} RESET (parallel_workers)`);
          const sql = `CREATE INDEX a_size ON ${table} (id)`;
          const [answer] = await ask(sql, settings);
          const asked = builds(await notices(admin, settings, sql)).get(table);
          await admin.query('DROP INDEX a_size');
          assert.equal(answer?.workers, asked, `${table} from ${least} on: ${answer?.sentence ?? ''}`);
        }
      }
    });

    it('counts the workers that VACUUM plans for', async () => {
      const seen = new Set<number>();
      const indexSets: readonly (readonly string[])[] = [
        [],
        ['btree'],
        ['btree', 'btree'],
        ['btree', 'hash', 'brin'],
        ['brin', 'brin', 'btree'],
        ['hash', 'hash', 'gin', 'gist', 'spgist', 'brin'],
        ['btree', 'btree', 'btree', 'btree', 'btree'],
      ];
      for (const [place, methods] of indexSets.entries()) {
        await admin.query(`CALL make('v${String(place)}', 40, false, true)`);
        for (const method of methods) {
          await admin.query(`CREATE INDEX ON v${String(place)} USING ${method} (${plainColumns[method] ?? ''})`);
        }
      }
      const options = fc.record({
        parallel: fc.constantFrom(null, null, null, 0, 1, 2, 3, 9),
        table: fc.nat(indexSets.length - 1),
        cleanup: fc.constantFrom('ON', 'ON', 'OFF'),
        byOption: fc.constantFrom(null, null, 'off', 'on'),
      });
      await fc.assert(
        fc.asyncProperty(settingsOf, options, async (settings, { parallel, table, cleanup, byOption }) => {
          const name = `v${String(table)}`;
          const set = byOption === null ? 'RESET (vacuum_index_cleanup)' : `SET (vacuum_index_cleanup = ${byOption})`;
          await admin.query(`ALTER TABLE ${name} ${set}`);
          const chosen = parallel === null ? '' : `, PARALLEL ${String(parallel)}`;
          const plain = `VACUUM (VERBOSE, INDEX_CLEANUP ${cleanup}${chosen}) ${name}`;
          const sql = byOption === null ? plain : `VACUUM (VERBOSE${chosen}) ${name}`;
          // One with dead rows to take out of the indexes, and one that only cleans up.
          await admin.query(`UPDATE ${name} SET id = id + 1 WHERE numbers[1] % 2 = 0`);
          const [answer] = await ask(sql, settings);
          const first = planned(await notices(admin, settings, sql));
          await admin.query(`VACUUM (INDEX_CLEANUP ON) ${name}`);
          const second = planned(await notices(admin, settings, sql));
          assert.equal(answer?.workers, Math.max(first, second), `${sql}: ${answer?.sentence ?? ''}`);
          seen.add(answer.workers ?? -1);
        }),
        { numRuns: runs },
      );
      assert.ok(seen.size >= 4, [...seen].join());
    });

    it('knows that VACUUM FULL rebuilds indexes as CREATE INDEX builds them', async () => {
      await admin.query(
        `CALL make('rewritten', 30, false, true); CREATE INDEX ON rewritten (id); CREATE INDEX ON rewritten USING gist (place)`,
      );
      const settings = {
        max_parallel_maintenance_workers: '4',
        maintenance_work_mem: '1GB',
        min_parallel_table_scan_size: '5',
      };
      const [answer] = await ask('VACUUM FULL rewritten', settings);
      const heard = await notices(admin, settings, 'VACUUM FULL rewritten');
      assert.equal(answer?.workers, 2);
      assert.ok(
        heard.some(message => message.includes('"rewritten" with request for 2 parallel workers')),
        heard.join('\n'),
      );
      assert.match(answer.sentence, /^2 workers, .*copies rewritten in one process; only the rebuild/);
    });

    it('answers for each partition', async () => {
      await admin.query(`
        CREATE TABLE parts (id integer, filler text) PARTITION BY RANGE (id);
        CREATE TABLE small PARTITION OF parts FOR VALUES FROM (0) TO (10);
        CREATE TABLE "Lar""ge" PARTITION OF parts FOR VALUES FROM (10) TO (10000) PARTITION BY RANGE (id);
        CREATE TABLE inner_part PARTITION OF "Lar""ge" FOR VALUES FROM (10) TO (9000) WITH (fillfactor = 10);
        INSERT INTO parts SELECT g, repeat('x', 500) FROM generate_series(0, 200) g;
        ANALYZE parts`);
      const settings = {
        max_parallel_maintenance_workers: '8',
        maintenance_work_mem: '1GB',
        min_parallel_table_scan_size: '2',
      };
      const sql = 'CREATE INDEX parts_ix ON parts ((id + 1))';
      const answers = await ask(sql, settings);
      const asked = builds(await notices(admin, settings, sql));
      assert.deepEqual([...asked.keys()].sort(), ['inner_part', 'small']);
      assert.deepEqual(
        answers.map(({ relation, workers }) => [relation, workers]),
        [
          ['inner_part', asked.get('inner_part')],
          ['small', asked.get('small')],
        ],
      );
      assert.ok((asked.get('inner_part') ?? 0) > 0);
      assert.deepEqual(await ask('CREATE INDEX ON ONLY parts (id)'), [
        {
          relation: 'parts',
          workers: null,
          sentence: 'No workers: nothing is stored in parts itself, and ONLY leaves its partitions out.',
        },
      ]);
      assert.deepEqual((await ask('VACUUM parts')).map(({ relation }) => relation).sort(), ['inner_part', 'small']);
    });

    it('goes down to children where VACUUM does', async () => {
      await admin.query('CREATE TABLE mother (id integer); CREATE TABLE child () INHERITS (mother)');
      const names = async (sql: string): Promise<readonly string[]> => (await ask(sql)).map(({ relation }) => relation);
      const heard = await notices(admin, {}, 'VACUUM (VERBOSE) mother');
      const both = heard.some(message => message.includes('.child"'));
      assert.equal(both, major >= 18);
      assert.deepEqual(await names('VACUUM mother'), both ? ['child', 'mother'] : ['mother']);
      assert.deepEqual(await names('VACUUM ONLY mother'), ['mother']);
      assert.deepEqual(await names('CREATE INDEX ON mother (id)'), ['mother']);
    });

    it('says what is not there, or no table, or refused', async () => {
      await admin.query(
        'CREATE SCHEMA other; CREATE TABLE other.hidden (id integer); CREATE VIEW a_view AS SELECT 1 AS id',
      );
      const sentences = async (sql: string): Promise<readonly string[]> =>
        (await ask(sql)).map(({ sentence }) => sentence);
      assert.deepEqual(await sentences('VACUUM nowhere, a_view, hidden, other.hidden'), [
        'There is no table nowhere in the database postgres that postgres could find.',
        'a_view is not a table.',
        'There is no table hidden in the database postgres that postgres could find.',
        'No workers: VACUUM gives every worker an index of its own, and other.hidden has no index.',
      ]);
      assert.deepEqual(await sentences('CREATE INDEX ON "No""where" (id)'), [
        'There is no table "No""where" in the database postgres that postgres could find.',
      ]);
      for (const refused of [
        'VACUUM (PARALLEL 1025) known_1',
        'VACUUM (PARALLEL) known_1',
        'VACUUM (FULL, PARALLEL 2) known_1',
      ]) {
        const [answer] = await ask(refused);
        assert.match(answer?.sentence ?? '', /refuses/);
        await assert.rejects(admin.query(refused));
      }
      const [broken] = await ask('CREATE INDEX ON known_100 (lower(nosuch))', { min_parallel_table_scan_size: '0' });
      assert.match(broken?.sentence ?? '', /not known \(column "nosuch" does not exist\)/);
    });

    it('names the limit that binds', async () => {
      const settings = {
        max_parallel_maintenance_workers: '2',
        maintenance_work_mem: '1GB',
        min_parallel_table_scan_size: '5',
      };
      const say = async (sql: string, changes: Settings = {}): Promise<string> =>
        (await ask(sql, { ...settings, ...changes }))[0]?.sentence.replaceAll('\u00a0', ' ') ?? '';
      const sql = 'CREATE INDEX ON known_100 (id)';
      await admin.query('ALTER TABLE known_100 RESET (parallel_workers)');
      assert.equal(
        await say(sql),
        '2 workers, if that many slots are free: max_parallel_maintenance_workers = 2 is the limit; the size of known_100 (800 kB) would allow 3.',
      );
      assert.equal(
        await say(sql, { maintenance_work_mem: '64MB' }),
        '1 worker, if a slot is free: maintenance_work_mem = 64.0 MB is the limit; every process needs 32 MB, so one more needs 96.0 MB; the size of known_100 (800 kB) would allow 3, max_parallel_maintenance_workers 2.',
      );
      assert.equal(
        await say(sql, { max_parallel_maintenance_workers: '8', max_parallel_workers: '1' }),
        '3 workers, if that many slots are free: the size of known_100 (800 kB) is the limit; one more comes at 1.05 MB. No more than 1 of them can start: max_parallel_workers = 1.',
      );
      assert.equal(
        await say(sql, { min_parallel_table_scan_size: '8MB' }),
        'No workers: known_100 (800 kB) is smaller than min_parallel_table_scan_size = 8.00 MB.',
      );
      assert.equal(
        await say('CREATE INDEX ON known_100 (unsafe_f(id))'),
        'No workers: unsafe_f(integer) is PARALLEL UNSAFE, and the index computes it.',
      );
      assert.match(
        await say('CREATE INDEX ON known_100 ((id +@ 1))'),
        /^No workers: the index computes something that is not PARALLEL SAFE/,
      );
      assert.match(
        await say('CREATE INDEX ON known_100 USING hash (id)'),
        /^No workers: PostgreSQL builds hash indexes in one process\.$/,
      );
      assert.match(
        await say('CREATE INDEX ON known_100 USING hnsw (id)'),
        /^Not known: whether the access method hnsw/,
      );
      assert.equal(
        await say('CREATE INDEX ON known_100 USING brin (id)').then(one => one.startsWith('2 workers')),
        major >= 17,
      );
    });

    it('counts for a whole database', async () => {
      const answers = await ask('VACUUM', { min_parallel_index_scan_size: '0', max_parallel_maintenance_workers: '3' });
      assert.ok(answers.length > 2 && answers.every(({ workers }) => workers !== null && workers > 0 && workers <= 3));
      const [none, ...others] = await ask('VACUUM', { max_parallel_maintenance_workers: '0' });
      assert.deepEqual([none?.workers, none?.relation, others], [0, 'postgres', []]);
      assert.equal(none?.sentence, 'No workers: max_parallel_maintenance_workers = 0.');
      const [small] = await ask('VACUUM', { min_parallel_index_scan_size: '1GB' });
      assert.match(small?.sentence ?? '', /^No workers: no table of postgres has two indexes/);
      const settings = { min_parallel_table_scan_size: '0', maintenance_work_mem: '96MB' };
      assert.ok((await ask('VACUUM FULL', settings)).every(({ workers }) => workers !== null && workers > 0));
      const [full] = await ask('VACUUM FULL', { max_parallel_maintenance_workers: '0' });
      assert.match(full?.sentence ?? '', /^No workers: VACUUM FULL copies a table in one process/);
    });

    it('sees that a temporary table has none, and needs no right but to connect', async () => {
      await admin.query('CREATE ROLE nobody_much LOGIN; CREATE SCHEMA secret; CREATE TABLE secret.t (id integer)');
      const poor = await openSession(profileOf(server, { user: 'nobody_much' }), null, {
        connectTimeoutMs: 10_000,
        applicationName,
      });
      try {
        const settings = [{ name: 'min_parallel_table_scan_size', value: '0' }];
        const asPoor = (sql: string): Promise<readonly WorkerAnswer[]> => {
          const statement = maintenanceOf(sql);
          return rolledBack(poor, { ...lookOptions, overrides: settings }, never, async tx =>
            maintenanceWorkers(statement, await readMaintenanceFacts(tx, statement), 'en'),
          );
        };
        assert.equal((await asPoor('CREATE INDEX ON secret.t (id)'))[0]?.workers, 1);
        const [answer] = await asPoor('CREATE INDEX ON secret.t ((id + 1))');
        assert.match(answer?.sentence ?? '', /not known \(permission denied for schema secret\)/);
        const temporary = maintenanceOf('CREATE INDEX ON pg_temp.mine (id)');
        const [of] = await rolledBack(poor, { ...lookOptions, readOnly: false }, never, async tx => {
          await tx.query('CREATE TEMPORARY TABLE mine (id integer)');
          return maintenanceWorkers(temporary, await readMaintenanceFacts(tx, temporary), 'en');
        });
        assert.match(of?.sentence ?? '', /^No workers: .*mine is a temporary table/);
      } finally {
        await poor.close();
      }
    });
  });
}
