import assert from 'node:assert/strict';
import { cancelLadder } from '../../src/connection/cancelLadder';
import { openSession } from '../../src/connection/openSession';
import { withPrepared } from '../../src/connection/prepared';
import { rolledBack } from '../../src/connection/rolledBack';
import { Sessions } from '../../src/connection/sessions';
import type { Transaction } from '../../src/connection/transaction';
import { superuser } from '../lab/connect';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import {
  applicationName,
  assertCancelled,
  backends,
  failOnUnhandledRejection,
  never,
  onlyIdleBackends,
  Passwords,
  profileOf,
  readOnly,
  rejection,
  until,
} from './connectionFixture';
import { type FaultyProxy, startFaultyProxy } from './faultyProxy';
import { seededRandom } from './seededRandom';
import { suiteServers } from './serverFixture';

const password = 'secret';
const moments = process.env['PLANPOOL_TEST_SOAK'] === undefined ? 50 : 1000;

/** A run with every kind of step in it; after about a tenth of a second it sleeps until somebody stops it. */
async function work(tx: Transaction): Promise<void> {
  await tx.query('SELECT pg_sleep(0.02)');
  await tx.query('SELECT count(*), sum(n) FROM big');
  await tx.savepoint(() => tx.query('SELECT pg_sleep(0.02)'));
  await withPrepared(tx, 'SELECT pg_sleep($1)', name => tx.query(`EXPLAIN (ANALYZE) EXECUTE ${name}(0.03)`));
  await tx.query('SELECT pg_sleep(60)');
}

describe('connection: cancel', function () {
  this.timeout(moments * 2000);
  failOnUnhandledRejection();
  const servers = suiteServers();
  let server: PostgresServer;
  let pooler: PgBouncerServer;

  before(async () => {
    server = await servers.postgres({ major: 18, superuserPassword: password });
    const admin = await superuser(server);
    await admin.query('CREATE TABLE big AS SELECT g AS n FROM generate_series(1, 200000) g');
    await admin.query('ANALYZE big');
    await admin.end();
    const settings = { default_pool_size: '2' };
    pooler = await servers.pgBouncer({ postgres: server, poolMode: 'transaction', settings });
  });

  for (const [route, endpoint] of [
    ['directly', () => server],
    ['through PgBouncer in transaction mode', () => pooler],
  ] as const) {
    it(`at ${moments} random moments, ${route}, leaves nothing behind`, async () => {
      const random = seededRandom(`cancel ${route}`);
      const sessions = new Sessions(new Passwords(password), { applicationName });
      const profile = profileOf(endpoint());
      const overrides = [
        { name: 'parallel_setup_cost', value: '0' },
        { name: 'min_parallel_table_scan_size', value: '0' },
      ];
      for (let moment = 0; moment < moments; moment += 1) {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), random() * 150);
        const started = Date.now();
        const run = sessions.rolledBack(profile, { ...readOnly, overrides }, stop.signal, work);
        assertCancelled(await rejection(run));
        assert.ok(Date.now() - started < 5000, 'a cancel takes effect');
        await onlyIdleBackends(server);
        const left = await sessions.rolledBack(profile, readOnly, never, async tx => {
          const { rows } = await tx.query(
            "SELECT current_setting('parallel_setup_cost') AS cost, (SELECT count(*)::int FROM pg_prepared_statements WHERE name <> '') AS prepared",
          );
          return rows[0];
        });
        assert.deepEqual(left, { cost: '1000', prepared: 0 });
      }
      await sessions.dispose();
      await onlyIdleBackends(server);
    });
  }

  it('before it began costs nothing', async () => {
    const session = await openSession(profileOf(server), password, { connectTimeoutMs: 5000, applicationName });
    assertCancelled(await rejection(rolledBack(session, readOnly, AbortSignal.abort(), work)));
    assert.equal(session.transactionState, 'idle');
    await session.close();
  });

  it('of work that hangs elsewhere destroys the session and returns', async () => {
    const session = await openSession(profileOf(server), password, { connectTimeoutMs: 5000, applicationName });
    const stop = new AbortController();
    const error = await rejection(
      rolledBack(session, readOnly, stop.signal, async () => {
        stop.abort();
        await new Promise(() => undefined);
      }),
    );
    assertCancelled(error);
    assert.ok(!session.alive);
  });

  it('while waiting for a slot in the pool returns at once', async () => {
    const open = () => openSession(profileOf(pooler), password, { connectTimeoutMs: 5000, applicationName });
    const holders = await Promise.all([open(), open()]);
    const release = new AbortController();
    const held = holders.map(session =>
      rejection(rolledBack(session, readOnly, release.signal, tx => tx.query('SELECT pg_sleep(60)'))),
    );
    await until('both slots are taken', async () => (await backends(server)).filter(isSleeping).length === 2);
    const waiter = await open();
    const stop = new AbortController();
    const waiting = rejection(rolledBack(waiter, readOnly, stop.signal, work));
    const started = Date.now();
    setTimeout(() => stop.abort(), 50);
    assertCancelled(await waiting);
    assert.ok(Date.now() - started < 1000);
    release.abort();
    (await Promise.all(held)).forEach(assertCancelled);
    await Promise.all([...holders, waiter].map(session => session.close()));
    await onlyIdleBackends(server);
  });

  describe('when the request has no effect', () => {
    let proxy: FaultyProxy;

    before(async () => {
      proxy = await startFaultyProxy(server);
    });
    after(() => proxy.stop());

    for (const [expected, nextMood, minimumMs, maximumMs] of [
      ['cancelRequest', 'honest', 0, 900],
      ['pgCancelBackend', 'dropsCancel', 1000, 1900],
      ['destroyed', 'deaf', 2000, 2900],
    ] as const) {
      it(`the ladder ends with ${expected}`, async () => {
        const profile = profileOf(proxy);
        const session = await openSession(profile, password, { connectTimeoutMs: 5000, applicationName });
        const pid = Number((await session.query('SELECT pg_backend_pid() AS pid')).rows[0]?.['pid']);
        const running = rejection(session.query('SELECT pg_sleep(60)'));
        await until('it sleeps', async () => (await backends(server)).some(isSleeping));
        proxy.mood = nextMood;
        const started = Date.now();
        assert.equal(await cancelLadder(session, pid, running), expected);
        const tookMs = Date.now() - started;
        assert.ok(tookMs >= minimumMs && tookMs < maximumMs, `${tookMs} ms`);
        assert.equal(session.alive, expected !== 'destroyed');
        await running;
        proxy.mood = 'honest';
        if (session.alive) {
          assert.equal((await session.query('SELECT 1 AS one')).rows[0]?.['one'], 1);
        }
        await session.close();
        if (expected === 'destroyed') {
          // A sleeping backend looks at its socket only when it wakes up; the server's own check does it from 14 on.
          const admin = await superuser(server);
          await admin.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'",
          );
          await admin.end();
        }
        await until('nothing sleeps', async () => !(await backends(server)).some(isSleeping));
      });
    }

    it('a statement that outlives its own time limit is cancelled from here', async () => {
      const profile = profileOf(server);
      const session = await openSession(profile, password, { connectTimeoutMs: 5000, applicationName });
      const error = await rejection(
        rolledBack(session, { ...readOnly, statementTimeoutMs: 100 }, never, async tx => {
          await tx.query("SELECT set_config('statement_timeout', '0', true)");
          await tx.query('SELECT pg_sleep(60)');
        }),
      );
      assert.match(String(error), /canceling statement/);
      assert.equal(session.transactionState, 'idle');
      await session.close();
    });
  });
});

function isSleeping({ state, query }: { readonly state: string; readonly query: string }): boolean {
  return state === 'active' && query.startsWith('SELECT pg_sleep');
}
