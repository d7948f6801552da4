import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { openSession } from '../../src/connection/openSession';
import { rolledBack } from '../../src/connection/rolledBack';
import type { Session } from '../../src/connection/session';
import { lookOptions } from '../../src/workers/look';
import type { Advice } from '../../src/workers/statementsAdvice';
import { statementOfNode, statementsNode, textOfStatementsNode } from '../../src/workers/statementsNode';
import {
  readStatements,
  shownStatements,
  type StatementRow,
  type StatementsFacts,
} from '../../src/workers/statementsQuery';
import { superuser } from '../lab/connect';
import { majorsUnderTest } from '../lab/matrix';
import { type PostgresMajor, type PostgresServer, startPostgres } from '../lab/postgres';
import { applicationName, failOnUnhandledRejection, never, noBackendLeft, profileOf, until } from './connectionFixture';

type Available = StatementsFacts & { readonly available: true };

/** What a role sees in a database; the transaction must go on afterwards. */
async function look(server: PostgresServer, user = 'postgres', database = 'postgres'): Promise<StatementsFacts> {
  const profile = profileOf(server, { user, database });
  const session: Session = await openSession(profile, null, { connectTimeoutMs: 10_000, applicationName });
  try {
    return await rolledBack(session, lookOptions, never, async tx => {
      const facts = await readStatements(tx);
      assert.deepEqual((await tx.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
      return facts;
    });
  } finally {
    await session.close();
  }
}

function available(facts: StatementsFacts): Available {
  if (!facts.available) assert.fail(facts.advice.sentence);
  return facts;
}

function missing(facts: StatementsFacts): Advice {
  if (facts.available) assert.fail('The statements can be read.');
  return facts.advice;
}

function find(facts: StatementsFacts, part: string): StatementRow {
  const row = available(facts).rows.find(({ text }) => text?.includes(part));
  return row ?? assert.fail(`No statement with ${part}`);
}

const majors: readonly PostgresMajor[] = [...new Set<PostgresMajor>([13, ...majorsUnderTest])];

const schema = '"Sta""tistics"';

for (const major of majors) {
  describe(`workers: statements, PostgreSQL ${String(major)}`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    let server: PostgresServer;
    let admin: Client;

    before(async () => {
      server = await startPostgres({ major, settings: { 'pg_stat_statements.track': 'all' } });
      admin = await superuser(server);
      await admin.query('CREATE DATABASE other');
      await admin.query(`
        CREATE SCHEMA ${schema};
        CREATE ROLE "Ap""p" LOGIN;
        CREATE TABLE t AS SELECT g AS n FROM generate_series(1, 20000) g;
        ALTER TABLE t SET (parallel_workers = 2);
        SET parallel_setup_cost = 0;
        ANALYZE t`);
    });

    after(async () => {
      await admin.end();
      await noBackendLeft(server);
      await server.stop();
    });

    it('says how to get the extension, and finds it in any schema', async () => {
      const { sentence, sql } = missing(await look(server));
      assert.match(sentence, /the database postgres needs the extension\.$/);
      assert.equal(sql, 'CREATE EXTENSION pg_stat_statements;');
      await admin.query(`SET search_path = ${schema}`);
      await admin.query(sql);
      await admin.query('RESET search_path');
      await admin.query('SELECT 11, n FROM t WHERE n = 12');
      const facts = available(await look(server));
      const row = find(facts, 'FROM t WHERE n');
      assert.deepEqual(
        { ...row, key: null, totalMs: row.totalMs > 0, workers: row.workers === null },
        {
          key: null,
          database: 'postgres',
          inCurrentDatabase: true,
          user: 'postgres',
          text: 'SELECT $1, n FROM t WHERE n = $2',
          topLevel: major >= 14 ? true : null,
          calls: 1,
          totalMs: true,
          rows: 1,
          workers: major < 18,
        },
      );
      assert.deepEqual(facts.advice, []);
      assert.equal(new Set(facts.rows.map(({ key }) => key)).size, facts.rows.length);
    });

    it('puts those first that were starved of workers, or says that they are not counted', async () => {
      await admin.query(`SELECT ${schema}.pg_stat_statements_reset()`);
      await admin.query('SELECT count(*) AS served FROM t');
      await admin.query('SET max_parallel_workers = 0');
      await admin.query('SELECT count(n) AS starved FROM t');
      await admin.query('RESET max_parallel_workers');
      await admin.query('SELECT pg_sleep(0.3) AS longest');
      const facts = available(await look(server));
      const node = statementsNode({ state: 'good', value: facts }, 'en');
      const labels =
        node.children === 'onExpand' || node.children === null
          ? []
          : node.children.map(({ label, description }) => description.split(' · ')[0] || label);
      if (major >= 18) {
        assert.equal(facts.ranking, 'parallel');
        assert.deepEqual(labels, ['SELECT count(n) AS starved FROM t', 'SELECT count(*) AS served FROM t']);
        assert.deepEqual(
          facts.rows.map(({ workers }) => workers),
          [
            { asked: 2, launched: 0 },
            { asked: 2, launched: 2 },
          ],
        );
        assert.equal(node.description, '1 starved of workers');
        await admin.query(`SELECT ${schema}.pg_stat_statements_reset()`);
        await admin.query('SELECT 1 AS alone');
        assert.equal(available(await look(server)).ranking, 'noneParallel');
      } else {
        assert.equal(facts.ranking, 'workersUnknown');
        assert.deepEqual(labels.slice(0, 2), [
          'Parallel or not is not counted here: those that took longest',
          'SELECT pg_sleep($1) AS longest',
        ]);
      }
    });

    it('lists at most fifty, of every database', async () => {
      const elsewhere = await superuser(server, 'other');
      await elsewhere.query('SELECT pg_sleep(0.5) AS elsewhere');
      await elsewhere.end();
      for (let n = 0; n <= shownStatements; n += 1) await admin.query(`SELECT 1${', 1'.repeat(n)}`);
      const facts = available(await look(server));
      assert.equal(facts.rows.length, shownStatements);
      assert.ok(facts.visibleCount > shownStatements);
      const row = find(facts, 'elsewhere');
      assert.deepEqual([row.database, row.inCurrentDatabase], ['other', false]);
      await admin.query('DROP DATABASE other');
      const dropped = find(await look(server), 'elsewhere');
      assert.deepEqual([dropped.database, dropped.inCurrentDatabase], [null, false]);
    });

    it('says what a role may not see, and which right helps', async () => {
      const asApp = (): Promise<StatementsFacts> => look(server, 'Ap"p');
      const schemaHelp = missing(await asApp());
      assert.equal(schemaHelp.sql, `GRANT USAGE ON SCHEMA ${schema} TO "Ap""p";`);
      await admin.query(schemaHelp.sql);
      await admin.query(`REVOKE SELECT ON ${schema}.pg_stat_statements FROM PUBLIC`);
      const viewHelp = missing(await asApp());
      assert.equal(viewHelp.sql, `GRANT SELECT ON ${schema}.pg_stat_statements TO "Ap""p";`);
      await admin.query(viewHelp.sql);
      const facts = available(await asApp());
      assert.ok(facts.hiddenCount > 0);
      assert.ok(facts.rows.every(({ user, text }) => user === 'Ap"p' && text !== '<insufficient privilege>'));
      const grant = textOfStatementsNode(facts, 'statements:hidden');
      assert.equal(grant, 'GRANT pg_monitor TO "Ap""p";');
      await admin.query(grant);
      assert.equal(available(await asApp()).hiddenCount, 0);
    });

    it('keeps whole texts, and does without those that are none', async () => {
      const long = `SELECT 1 AS "${'x'.repeat(60)}" /* ${'<script>$(x) \u202e\n'.repeat(2000)} */`;
      await admin.query(long);
      await admin.query('SELECT pg_sleep(0.2)');
      await admin.query(`SELECT ${schema}.pg_stat_statements_reset()`);
      await admin.query(long);
      const facts = available(await look(server));
      const row = find(facts, 'xxx');
      assert.equal(row.text, long.replace('SELECT 1', 'SELECT $1'));
      assert.equal(statementOfNode(facts, `statement:${row.key}`), row);
      assert.equal(statementOfNode(facts, 'statements'), null);
      await admin.query("CREATE DATABASE raw TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
      const raw = await superuser(server, 'raw');
      await raw.query("DO $$ BEGIN EXECUTE 'SELECT 1 AS \"' || chr(255) || '\"'; END $$");
      await raw.end();
      const without = available(await look(server));
      assert.ok(without.rows.length > 0 && without.rows.every(({ text }) => text === null));
      await admin.query(`SELECT ${schema}.pg_stat_statements_reset()`);
    });

    it('reads an extension that is older than the server, and says how to update it', async () => {
      await admin.query('DROP EXTENSION pg_stat_statements');
      await admin.query("CREATE EXTENSION pg_stat_statements VERSION '1.7'");
      await admin.query('SELECT 17 AS old');
      const facts = available(await look(server));
      const row = find(facts, 'AS old');
      assert.deepEqual([row.calls, row.totalMs > 0, row.workers], [1, true, null]);
      assert.equal(facts.ranking, 'workersUnknown');
      const sql = textOfStatementsNode(facts, 'statements:advice:0');
      assert.equal(sql, 'ALTER EXTENSION pg_stat_statements UPDATE;');
      await admin.query(sql);
      assert.deepEqual(available(await look(server)).advice, []);
    });

    it('says when nothing is counted', async () => {
      await admin.query("ALTER SYSTEM SET pg_stat_statements.track = 'none'");
      await admin.query('SELECT pg_reload_conf()');
      await until('the setting has arrived', async () => available(await look(server)).advice.length === 1);
      const [advice] = available(await look(server)).advice;
      assert.match(advice?.sentence ?? '', /track is none/);
      for (const [script, count] of [
        [advice?.sql, 0],
        [advice?.undo, 1],
        ['ALTER SYSTEM RESET pg_stat_statements.track\nSELECT pg_reload_conf()', 0],
      ] as const) {
        for (const sql of script?.split('\n') ?? []) await admin.query(sql);
        await until('the setting has arrived', async () => available(await look(server)).advice.length === count);
      }
    });
  });

  describe(`workers: statements without the library, PostgreSQL ${String(major)}`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    let server: PostgresServer;

    before(async () => {
      server = await startPostgres({ major, settings: { shared_preload_libraries: 'auto_explain, "pg_prewarm"' } });
    });

    after(async () => {
      await noBackendLeft(server);
      await server.stop();
    });

    it('says how to load it so that the server starts again', async () => {
      const admin = await superuser(server);
      await admin.query('CREATE EXTENSION pg_stat_statements');
      await admin.query('CREATE ROLE app LOGIN');
      assert.equal(missing(await look(server, 'app')).sql, 'SHOW shared_preload_libraries;');
      const { sentence, sql, undo } = missing(await look(server));
      assert.equal(undo, 'ALTER SYSTEM RESET shared_preload_libraries;');
      assert.match(sentence, /restart PostgreSQL\.$/);
      assert.equal(
        sql,
        "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_prewarm', 'pg_stat_statements';",
      );
      await admin.query(sql);
      const waiting = missing(await look(server));
      assert.match(waiting.sentence, /by now: restart PostgreSQL\.$/);
      assert.equal(waiting.sql, null);
      await admin.end();
      await server.restart();
      assert.equal(available(await look(server)).available, true);
    });
  });
}
