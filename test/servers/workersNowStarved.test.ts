import assert from 'node:assert/strict';
import type { Client } from 'pg';
import type { QueryValue } from '../../src/connection/session';
import { lookOptions } from '../../src/workers/look';
import { readActivity } from '../../src/workers/readActivity';
import { UsualWorkersCache } from '../../src/workers/usualWorkers';
import { superuser } from '../lab/connect';
import {
  createHeldTable,
  holdQuery,
  parallelSettings,
  untilWorkers,
  workersSleep,
  type HeldQuery,
} from '../lab/heldQueries';
import { majorsUnderTest } from '../lab/matrix';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, profileOf, until } from './connectionFixture';
import { majorsWithOldest, suiteServers } from './serverFixture';
import { backendOf, idOf, nodeAt, openWindow, treeOf } from './workersNowFixture';

/** Another statement of the same workers, so that the two are counted apart. */
const starved = 'SELECT max(n) FROM held WHERE pg_sleep($1::float8) IS NOT NULL OR filler IS NULL';

async function askBefore(admin: Client, executions: number): Promise<void> {
  for (const [name, value] of Object.entries(parallelSettings(4))) {
    await admin.query('SELECT set_config($1, $2, false)', [name, value]);
  }
  for (let at = 0; at < executions; at += 1) {
    await admin.query(starved.replace('$1', '0'));
  }
}

for (const major of majorsWithOldest) {
  describe(`workers: a starved leader on PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const window = openWindow();
    const held: HeldQuery[] = [];
    let server: PostgresServer;
    let admin: Client;

    before(async () => {
      server = await servers.postgres({ major, settings: { max_parallel_workers: '4' } });
      servers.atEnd(() => window.sessions.dispose());
      await createHeldTable(server, 'postgres', 200);
      admin = await servers.superuser(server);
      await admin.query('CREATE ROLE watcher LOGIN; GRANT pg_monitor TO watcher');
      await admin.query('CREATE SCHEMA "Odd ""schema"');
      await admin.query('CREATE EXTENSION pg_stat_statements SCHEMA "Odd ""schema"');
      await askBefore(admin, 2);
    });
    afterEach(async () => {
      await Promise.all(held.splice(0).map(query => query.release()));
    });

    const starve = async (): Promise<HeldQuery> => {
      const others = await holdQuery({ server, settings: parallelSettings(3) }, workersSleep);
      held.push(others);
      await untilWorkers(server, others.pid, 3);
      const leader = await holdQuery({ server, settings: parallelSettings(4) }, starved.replace('$1', '60'));
      held.push(leader);
      await untilWorkers(server, leader.pid, 1);
      return leader;
    };

    it('is marked where the server counts what was asked for, and never claimed elsewhere', async () => {
      const leader = await starve();
      const activity = await window.look(profileOf(server));
      const node = nodeAt(treeOf(activity), idOf(leader.pid));
      if (major >= 18) {
        assert.deepEqual(backendOf(activity, leader.pid).usual, { asked: 4, launched: 4 });
        assert.match(node.description, /^[\d.]+\sm?s · usually asks for 4 workers, has 1: no slot is free · leader /);
        assert.deepEqual(node.icon, { name: 'warning', color: 'warning' });
        await admin.query('SELECT pg_stat_force_next_flush()');
        const { notLaunched } = await window.look(profileOf(server));
        assert.deepEqual(notLaunched, { asked: 8, launched: 8 });
      } else {
        assert.equal(backendOf(activity, leader.pid).usual, null);
        assert.doesNotMatch(node.description, /usually/);
        assert.equal(activity.notLaunched, null);
      }
      assert.equal(activity.slots.parallelUsed, 4);
      assert.equal(activity.slots.parallelMax, 4);
    });

    it('is not claimed of a leader that got all and is past its Gather, nor looked up again at every look', async () => {
      const past = (seconds: string) =>
        `SELECT s.n, pg_sleep(${seconds}) FROM (SELECT count(*) AS n FROM held OFFSET 0) AS s`;
      await admin.query('SELECT set_config($1, $2, false)', ['max_parallel_workers_per_gather', '2']);
      await admin.query(past('0.001'));
      const leader = await holdQuery({ server, settings: parallelSettings(2) }, past('60.001'));
      held.push(leader);
      const profile = profileOf(server);
      await until('it is past its Gather', async () => {
        const { waitEvent } = backendOf(await window.look(profile), leader.pid);
        return waitEvent === 'PgSleep';
      });
      const cache = new UsualWorkersCache(Date.now);
      const reads: string[] = [];
      const look = () =>
        window.sessions.rolledBack(profile, lookOptions, never, tx => {
          const counting = (sql: string, values?: readonly QueryValue[]) => {
            reads.push(...(sql.includes('.pg_stat_statements(') ? [sql] : []));
            return tx.query(sql, values);
          };
          return readActivity({ ...tx, query: counting }, new Set(), cache);
        });
      for (let looks = 0; looks < 3; looks += 1) {
        const activity = await look();
        if (major >= 18) {
          assert.deepEqual(backendOf(activity, leader.pid).usual, { asked: 2, launched: 2 });
          const node = nodeAt(treeOf(activity), idOf(leader.pid));
          assert.match(node.description, / · no workers now; a run asks for 2 in all · /);
          assert.deepEqual(node.icon, { name: 'server-process', color: null });
        }
      }
      assert.equal(reads.length, major >= 18 ? 1 : 0);
    });

    it('is told as not known where the extension is not, may not be called, or is not what it seems', async () => {
      const leader = await starve();
      const usual = async (changes: Parameters<typeof profileOf>[1] = {}): Promise<number | null> =>
        backendOf(await window.look(profileOf(server, changes)), leader.pid).usual?.asked ?? null;
      const known = major >= 18 ? 4 : null;
      assert.equal(await usual({ user: 'watcher' }), null, 'no right to use the schema');
      await admin.query('GRANT USAGE ON SCHEMA "Odd ""schema" TO watcher');
      assert.equal(await usual({ user: 'watcher' }), known);
      await admin.query('REVOKE EXECUTE ON FUNCTION "Odd ""schema".pg_stat_statements(boolean) FROM PUBLIC');
      assert.equal(await usual({ user: 'watcher' }), null, 'no right to call the function');
      await admin.query('GRANT EXECUTE ON FUNCTION "Odd ""schema".pg_stat_statements(boolean) TO PUBLIC');
      await admin.query('CREATE DATABASE elsewhere');
      assert.equal(await usual({ database: 'elsewhere' }), null, 'not in this database');
      const other = await superuser(server, 'elsewhere');
      try {
        await other.query(
          `CREATE FUNCTION pg_stat_statements(boolean, OUT parallel_workers_to_launch bigint) LANGUAGE plpgsql
           AS $$ BEGIN RAISE 'called'; END $$`,
        );
        assert.equal(await usual({ database: 'elsewhere' }), null, 'a function of somebody else');
      } finally {
        await other.end();
      }
      if (major >= 18) {
        await admin.query('ALTER EXTENSION pg_stat_statements SET SCHEMA public');
        assert.equal(await usual(), 4, 'in another schema');
        await admin.query('DROP EXTENSION pg_stat_statements');
        await admin.query(`CREATE EXTENSION pg_stat_statements VERSION '1.11'`);
        assert.equal(await usual(), null, 'a version that does not count them');
      }
    });
  });
}

describe('workers: pg_stat_statements that is created, but not loaded', function () {
  this.timeout(60_000);
  const servers = suiteServers();
  const window = openWindow();

  for (const major of majorsUnderTest) {
    it(`costs no failed query, PostgreSQL ${major}`, async () => {
      const server = await servers.postgres({
        major,
        // A setting of the extension may stand in the configuration all the same.
        settings: { shared_preload_libraries: '', 'pg_stat_statements.max': '1000' },
      });
      servers.atEnd(async () => window.sessions.closeIdle());
      const admin = await servers.superuser(server);
      await admin.query('CREATE EXTENSION pg_stat_statements');
      await assert.rejects(admin.query('SELECT count(*) FROM pg_stat_statements'), /shared_preload_libraries/);
      const query = await holdQuery(
        { server, settings: major < 14 ? {} : { compute_query_id: 'on' } },
        'SELECT pg_sleep(60)',
      );
      try {
        const activity = await window.look(profileOf(server));
        assert.equal(backendOf(activity, query.pid).usual, null);
      } finally {
        await query.release();
      }
      assert.doesNotMatch(await server.log(), /ERROR: {2}(?!pg_stat_statements must be loaded|canceling)/);
    });
  }
});
