import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { connect, superuser } from '../lab/connect';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { createExplainRig, nodeNames, overrideSet, profileOf, reasonOf, runOf, type ExplainRig } from './explainRig';
import { noAdvisoryLock } from './noAdvisoryLock';
import { seededRandom } from './seededRandom';
import { suiteServers } from './serverFixture';

describe('explain: through PgBouncer', function () {
  this.timeout(60_000);
  const password = 'pool secret';
  const servers = suiteServers();
  let server: PostgresServer;
  let admin: Client;

  before(async () => {
    server = await servers.postgres({ major: 18 });
    admin = await servers.superuser(server);
    await admin.query(`CREATE ROLE app LOGIN PASSWORD '${password}'`);
    await admin.query('CREATE DATABASE shop OWNER app');
    const shop = await superuser(server, 'shop');
    await shop.query(`
      CREATE TABLE item (id int PRIMARY KEY, kind int, label text);
      INSERT INTO item SELECT n, n % 10, repeat('x', 60) FROM generate_series(1, 200000) n;
      CREATE TABLE victim (id int); INSERT INTO victim VALUES (1);
      GRANT ALL ON ALL TABLES IN SCHEMA public TO app; ANALYZE;`);
    await shop.end();
  });

  const bouncer = (poolMode: 'session' | 'transaction' | 'statement') =>
    servers.pgBouncer({
      postgres: server,
      databases: ['shop'],
      users: { app: password },
      poolMode,
      settings: { default_pool_size: '1' },
    });

  describe('in transaction mode, with one server connection for all', () => {
    let pool: PgBouncerServer;
    let rig: ExplainRig;
    let neighbour: Client;

    before(async () => {
      pool = await bouncer('transaction');
      rig = createExplainRig(profileOf(pool, { database: 'shop', user: 'app', pooling: 'transaction' }), password);
      neighbour = await connect({ host: pool.host, port: pool.port, database: 'shop', user: 'app', password });
    });

    after(async () => {
      await neighbour.end();
      await rig.dispose();
    });

    afterEach('the next client of the pool finds nothing of ours', async () => {
      const { rows } = await neighbour.query(`
        SELECT current_setting('max_parallel_workers_per_gather') AS workers, current_setting('statement_timeout') AS timeout,
               (SELECT count(*)::int FROM pg_prepared_statements WHERE name LIKE 'planpool%') AS prepared,
               (SELECT count(*)::int FROM victim) AS victims`);
      assert.deepEqual(rows, [{ workers: '2', timeout: '0', prepared: 0, victims: 1 }]);
    });

    it('explains, also under overrides', async () => {
      const sql = 'SELECT kind, count(*) FROM item GROUP BY kind';
      assert.equal(runOf(await rig.explain(sql)).plan.regions.length, 1);
      const serial = runOf(await rig.explain(sql, { overrideSet: overrideSet('Serial') }));
      assert.deepEqual(nodeNames(serial), ['HashAggregate', 'Seq Scan']);
    });

    it('shows a generic plan, also after one that failed and one that was cancelled', async () => {
      reasonOf(await rig.explain('SELECT nosuch FROM item WHERE id = $1'), 'server');
      const stop = new AbortController();
      const cancelled = rig.explain('SELECT * FROM item WHERE id = $1', { signal: stop.signal });
      stop.abort();
      reasonOf(await cancelled, 'cancelled');
      assert.equal(runOf(await rig.explain('SELECT * FROM item WHERE id = $1')).generic, true);
    });

    it('leaves nothing prepared when a generic plan is cancelled at any moment', async () => {
      const random = seededRandom('the cancels');
      for (let round = 0; round < 40; round += 1) {
        const stop = new AbortController();
        const timer = setTimeout(() => stop.abort(), random() * 12);
        const outcome = await rig.explain('SELECT * FROM item WHERE id = $1 AND kind = $2', { signal: stop.signal });
        clearTimeout(timer);
        assert.ok('run' in outcome || outcome.reason.tag === 'cancelled', JSON.stringify(outcome));
      }
    });

    it('rolls an executed write back', async () => {
      rig.answer = true;
      const run = runOf(await rig.explain('DELETE FROM victim', { analyze: true }));
      assert.equal(run.plan.nodes[0]?.actual?.loops, 1);
    });

    it('leaves no advisory lock in the pool, and tells of the one that was taken', async () => {
      rig.answer = true;
      const { warnings } = runOf(
        await rig.explain('SELECT pg_advisory_lock(7), pg_advisory_xact_lock(8)', { analyze: true }),
      );
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /advisory lock \(7\)/);
      await noAdvisoryLock(admin);
      reasonOf(await rig.explain('SELECT pg_advisory_lock(2), 1 / (id - 1) FROM victim', { analyze: true }), 'server');
      await noAdvisoryLock(admin);
      const text = 'SELECT pg_advisory_lock(3), pg_sleep(20)';
      reasonOf(await rig.explain(text, { analyze: true, statementTimeoutSeconds: 1 }), 'timedOut');
      await noAdvisoryLock(admin);
    });

    it('is cancelled while it waits for the server connection and while it runs', async () => {
      await neighbour.query('BEGIN');
      const waiting = new AbortController();
      const outcome = rig.explain('SELECT count(*) FROM item', { signal: waiting.signal });
      setTimeout(() => waiting.abort(), 100);
      reasonOf(await outcome, 'cancelled');
      await neighbour.query('ROLLBACK');

      const running = new AbortController();
      const slow = rig.explain('SELECT pg_sleep(20)', { analyze: true, signal: running.signal });
      setTimeout(() => running.abort(), 200);
      reasonOf(await slow, 'cancelled');
      runOf(await rig.explain('SELECT 1'));
    });
  });

  it('explains in session mode', async () => {
    const pool = await bouncer('session');
    const rig = createExplainRig(profileOf(pool, { database: 'shop', user: 'app' }), password);
    runOf(await rig.explain('SELECT count(*) FROM item', { overrideSet: overrideSet('Eager') }));
    await rig.dispose();
  });

  it('refuses statement mode with a sentence, told or found out', async () => {
    const pool = await bouncer('statement');
    for (const pooling of ['statement', 'unknown'] as const) {
      const rig = createExplainRig(profileOf(pool, { database: 'shop', user: 'app', pooling }), password);
      const { reason } = reasonOf(await rig.explain('SELECT 1'), 'connection');
      assert.equal(reason.kind, 'statementPooling');
      await rig.dispose();
    }
  });
});
