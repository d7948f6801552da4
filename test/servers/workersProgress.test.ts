import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { openSession } from '../../src/connection/openSession';
import { rolledBack } from '../../src/connection/rolledBack';
import type { TreeNode } from '../../src/treeNode';
import { lookOptions } from '../../src/workers/look';
import { maintenanceNode } from '../../src/workers/maintenanceNode';
import { readMaintenance, type MaintenanceProgress } from '../../src/workers/maintenanceProgress';
import { readActivity } from '../../src/workers/readActivity';
import { superuser } from '../lab/connect';
import { majorsUnderTest } from '../lab/matrix';
import { type PostgresMajor, type PostgresServer, startPostgres } from '../lab/postgres';
import { applicationName, failOnUnhandledRejection, never, noBackendLeft, profileOf, until } from './connectionFixture';

interface Look {
  readonly progress: readonly MaintenanceProgress[];
  readonly node: TreeNode;
}

const majors: readonly PostgresMajor[] = [...new Set<PostgresMajor>([13, ...majorsUnderTest])];

/** An expression that everybody waits for behind the first rows, workers and leader, as long as somebody holds the lock. */
const schema = `
  CREATE FUNCTION held(n integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS 'BEGIN IF n > 500 THEN PERFORM pg_advisory_xact_lock_shared(42); END IF; RETURN n; END';
  CREATE SCHEMA "Sch""ema";
  CREATE TABLE "Sch""ema"."Ta ble" AS SELECT g AS n, repeat('x', 500) AS filler FROM generate_series(1, 5000) g;
  ALTER TABLE "Sch""ema"."Ta ble" SET (parallel_workers = 2);
  CREATE TABLE held_rows AS SELECT g AS n FROM generate_series(1, 1000) g;
  CREATE INDEX held_rows_ix ON held_rows (n);
  CREATE ROLE app LOGIN;
  CREATE DATABASE other`;

for (const major of majors) {
  describe(`workers: progress, PostgreSQL ${String(major)}`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    let server: PostgresServer;
    let admin: Client;

    before(async () => {
      server = await startPostgres({ major, settings: { maintenance_work_mem: '256MB' } });
      admin = await superuser(server);
      for (const sql of schema.split(/;\n(?= {2}C| {2}A)/)) await admin.query(sql);
    });

    after(async () => {
      await admin.end();
      await noBackendLeft(server);
      await server.stop();
    });

    async function look(user = 'postgres', database = 'postgres'): Promise<Look> {
      const session = await openSession(profileOf(server, { user, database }), null, {
        connectTimeoutMs: 10_000,
        applicationName,
      });
      try {
        return await rolledBack(session, lookOptions, never, async tx => {
          const progress = await readMaintenance(tx);
          return { progress, node: maintenanceNode(progress, await readActivity(tx, new Set()), 'en') };
        });
      } finally {
        await session.close();
      }
    }

    /** What is seen while the statement is held; it is cancelled afterwards. */
    async function held(
      sql: string,
      settings: Readonly<Record<string, string>>,
      work: () => Promise<void>,
    ): Promise<void> {
      const client = await superuser(server);
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      for (const [name, value] of Object.entries(settings))
        await client.query('SELECT set_config($1, $2, false)', [name, value]);
      const running = client.query(sql).then(
        () => undefined,
        () => undefined,
      );
      try {
        await until('it waits', async () => (await look()).progress.some(({ phase }) => phase !== 'initializing'));
        await work();
      } finally {
        await admin.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]);
        await running;
        await client.end();
      }
    }

    it('has nothing to show when nothing runs', async () => {
      const { progress, node } = await look();
      assert.deepEqual(progress, []);
      assert.deepEqual(
        [node.id, node.description, node.children],
        ['maintenance', 'no index build and no VACUUM runs', null],
      );
    });

    it('shows a build with its workers', async () => {
      await admin.query('SELECT pg_advisory_lock(42)');
      await held('CREATE INDEX ON "Sch""ema"."Ta ble" (held(n))', {}, async () => {
        await until('the workers are there', async () => workersOf(await look()).length === 2);
        const { progress, node } = await look();
        const [build] = progress;
        assert.equal(build?.relation, '"Sch""ema"."Ta ble"');
        assert.equal(build.phase, 'building index: scanning table');
        assert.equal(build.done?.unit, 'blocks');
        assert.ok(build.done.count > 0 && build.done.count < build.done.of);
        const [row] = childrenOf(node);
        assert.equal(row?.label, 'CREATE INDEX on "Sch""ema"."Ta ble"');
        assert.match(row.description, /^\d+ % · 2 workers · scans the table$/);
        assert.equal(node.expanded, true);
        const ids = [node.id, row.id, ...childrenOf(row).map(({ id }) => id)];
        assert.equal(new Set(ids).size, 4);
        // Another role sees that something is built, and no more; another database cannot name the table.
        const poor = await look('app');
        assert.deepEqual(
          poor.progress.map(({ phase, relation, done }) => [phase, relation, done]),
          [[null, null, null]],
        );
        assert.match(childrenOf(poor.node)[0]?.description ?? '', /its progress is hidden/);
        const elsewhere = await look('postgres', 'other');
        assert.deepEqual(
          elsewhere.progress.map(({ relation, database }) => [relation, database]),
          [[null, 'postgres']],
        );
      });
      await admin.query('SELECT pg_advisory_unlock(42)');
    });

    it('shows whom a concurrent build waits for', async () => {
      const writer = await superuser(server);
      await writer.query('BEGIN');
      await writer.query('INSERT INTO held_rows VALUES (0)');
      await held('CREATE INDEX CONCURRENTLY named_ix ON held_rows (n)', {}, async () => {
        const { progress, node } = await look();
        const [build] = progress;
        assert.deepEqual([build?.command, build?.index], ['CREATE INDEX CONCURRENTLY', 'named_ix']);
        assert.deepEqual(
          [build?.phase, build?.done],
          ['waiting for writers before build', { of: 1, count: 0, unit: 'lockers' }],
        );
        assert.equal(childrenOf(node)[0]?.description, '0 % · waits for writers, before it builds');
      });
      await writer.query('ROLLBACK');
      await writer.end();
      await admin.query('DROP INDEX named_ix');
    });

    it('shows a VACUUM, also one that rewrites', async () => {
      await admin.query('CREATE TABLE full_one (n integer)');
      await admin.query('CREATE INDEX full_ix ON full_one (held(n))');
      await admin.query('INSERT INTO full_one SELECT g FROM generate_series(1, 1000) g');
      await admin.query('SELECT pg_advisory_lock(42)');
      await held('VACUUM FULL full_one', {}, async () => {
        const { progress, node } = await look();
        assert.deepEqual(
          progress.map(({ command, relation, phase, done }) => [command, relation, phase, done]),
          [['VACUUM FULL', 'full_one', 'rebuilding index', null]],
        );
        assert.deepEqual(
          childrenOf(node).map(({ label, description }) => [label, description]),
          [['VACUUM FULL full_one', 'rebuilds the indexes']],
        );
      });
      await admin.query('SELECT pg_advisory_unlock(42)');
      // A slow VACUUM: it naps after every page.
      const slow = { vacuum_cost_delay: '100', vacuum_cost_limit: '1', vacuum_cost_page_hit: '10000' };
      await held('VACUUM "Sch""ema"."Ta ble"', slow, async () => {
        const [vacuum] = (await look()).progress;
        assert.deepEqual([vacuum?.command, vacuum?.phase, vacuum?.done?.unit], ['VACUUM', 'scanning heap', 'blocks']);
      });
    });
  });
}

function childrenOf({ children }: TreeNode): readonly TreeNode[] {
  return children === null || children === 'onExpand' ? [] : children;
}

function workersOf({ node }: Look): readonly TreeNode[] {
  return childrenOf(node).flatMap(childrenOf);
}
