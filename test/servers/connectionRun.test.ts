import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { ConnectionLost, RouteRefused, ServerError } from '../../src/connection/errors';
import { withoutSessionLocks } from '../../src/connection/advisoryLocks';
import { openSession } from '../../src/connection/openSession';
import { withPrepared } from '../../src/connection/prepared';
import type { Profile } from '../../src/connection/profile';
import { rolledBack } from '../../src/connection/rolledBack';
import type { Session } from '../../src/connection/session';
import type { DebianRelease } from '../lab/debianPackage';
import { pgBouncersUnderTest } from '../lab/matrix';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresMajor, PostgresServer } from '../lab/postgres';
import {
  applicationName,
  assertCancelled,
  failOnUnhandledRejection,
  never,
  onlyIdleBackends,
  profileOf,
  readOnly,
  rejection,
} from './connectionFixture';
import { noAdvisoryLock } from './noAdvisoryLock';
import { majorsWithOldest, suiteServers } from './serverFixture';

const password = 'a-pässword';

interface Route {
  readonly title: string;
  readonly major: PostgresMajor;
  readonly pool: { readonly mode: 'session' | 'transaction'; readonly release: DebianRelease } | null;
}

const routes: readonly Route[] = [
  ...majorsWithOldest.map(major => ({ title: `directly, PostgreSQL ${major}`, major, pool: null })),
  ...pgBouncersUnderTest.flatMap(release =>
    (['transaction', 'session'] as const).map(mode => ({
      title: `PgBouncer (${release}) in ${mode} mode`,
      major: 18 as const,
      pool: { mode, release },
    })),
  ),
];

for (const route of routes) {
  describe(`connection: a run, ${route.title}`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    let server: PostgresServer;
    let pooler: PgBouncerServer | null = null;
    let admin: Client;
    let profile: Profile;
    let session: Session;

    const open = (): Promise<Session> => openSession(profile, password, { connectTimeoutMs: 10_000, applicationName });
    const run = <T>(work: Parameters<typeof rolledBack<T>>[3], options = readOnly): Promise<T> =>
      rolledBack(session, options, never, work);

    before(async () => {
      server = await servers.postgres({ major: route.major, superuserPassword: password });
      if (route.pool !== null) {
        pooler = await servers.pgBouncer({
          postgres: server,
          release: route.pool.release,
          poolMode: route.pool.mode,
          // One backend, so that the next client gets the very one the run had.
          settings: { default_pool_size: '1', server_reset_query_always: '0', server_reset_query: '' },
        });
      }
      profile = profileOf(pooler ?? server);
      admin = await servers.superuser(server);
      await admin.query('CREATE TABLE keep AS SELECT g AS n FROM generate_series(1, 100) g');
    });
    beforeEach(async () => {
      session = await open();
    });
    afterEach(async () => {
      await session.close();
      await onlyIdleBackends(server);
    });

    it('tells the real backend, the version and whether there is a pooler', async () => {
      const facts = await run(async tx => {
        const { rows } = await tx.query('SELECT pg_backend_pid() AS pid');
        return { ...tx, pid: rows[0]?.['pid'] };
      });
      assert.equal(facts.backendPid, facts.pid);
      assert.equal(facts.pooled, route.pool !== null);
      assert.equal(Math.floor(facts.serverVersion / 10_000), route.major);
      assert.equal(session.serverVersion, facts.serverVersion);
    });

    it('is read only unless it may write, and leaves nothing when it may', async () => {
      const refused = await rejection(run(tx => tx.query('DELETE FROM keep')));
      assert.ok(refused instanceof ServerError && refused.code === '25006');
      await run(tx => tx.query('DELETE FROM keep'), { ...readOnly, readOnly: false });
      assert.equal((await admin.query('SELECT FROM keep')).rowCount, 100);
      assert.equal(session.transactionState, 'idle');
    });

    it('never runs two statements', async () => {
      const error = await rejection(run(tx => tx.query('SELECT 1; DROP TABLE keep'), { ...readOnly, readOnly: false }));
      assert.ok(error instanceof ServerError && error.code === '42601', String(error));
      const explained = await rejection(run(tx => tx.query('EXPLAIN (COSTS) SELECT 1; DROP TABLE keep')));
      assert.ok(explained instanceof ServerError && explained.code === '42601');
      const prepared = await rejection(
        run(tx => withPrepared(tx, 'SELECT 1; DROP TABLE keep', async () => undefined), {
          ...readOnly,
          readOnly: false,
        }),
      );
      assert.ok(prepared instanceof ServerError && prepared.code === '42601');
      assert.equal((await admin.query('SELECT FROM keep')).rowCount, 100);
    });

    it('sets the overrides in order, for itself only', async () => {
      const overrides = [
        { name: 'work_mem', value: '1MB' },
        { name: 'random_page_cost', value: '1.25' },
        { name: 'work_mem', value: '123kB' },
      ];
      const show = 'SELECT current_setting($1) AS value';
      const inside = await run(
        async tx => [
          (await tx.query(show, ['work_mem'])).rows[0]?.['value'],
          (await tx.query(show, ['random_page_cost'])).rows[0]?.['value'],
          (await tx.query(show, ['statement_timeout'])).rows[0]?.['value'],
          (await tx.query(show, ['lock_timeout'])).rows[0]?.['value'],
          (await tx.query(show, ['idle_in_transaction_session_timeout'])).rows[0]?.['value'],
        ],
        { ...readOnly, overrides, statementTimeoutMs: 61_000, lockTimeoutMs: 2000, idleTimeoutMs: 33_000 },
      );
      assert.deepEqual(inside, ['123kB', '1.25', '61s', '2s', '33s']);
      await session.close();
      session = await open();
      const next = await run(async tx => [
        (await tx.query(show, ['work_mem'])).rows[0]?.['value'],
        (await tx.query(show, ['statement_timeout'])).rows[0]?.['value'],
      ]);
      assert.deepEqual(next, ['4MB', '0']);
    });

    it('refuses a bad setting and stays usable; a value is never SQL', async () => {
      for (const [name, value, code] of [
        ['work_mem', "1MB'; DROP TABLE keep; --", '22023'],
        ["work_mem'; DROP TABLE keep; --", '1MB', '42704|42602'],
      ] as const) {
        const error = await rejection(run(async () => undefined, { ...readOnly, overrides: [{ name, value }] }));
        assert.ok(error instanceof ServerError && code.includes(error.code), String(error));
        assert.equal(session.transactionState, 'idle');
      }
      assert.equal((await admin.query('SELECT FROM keep')).rowCount, 100);
    });

    it('takes its timeouts: statement, and idle in transaction', async () => {
      const timedOut = await rejection(
        run(tx => tx.query('SELECT pg_sleep(60)'), { ...readOnly, statementTimeoutMs: 50 }),
      );
      assert.ok(timedOut instanceof ServerError && timedOut.code === '57014');
      assert.ok(session.alive);
      const idle = await rejection(
        run(
          async tx => {
            await new Promise(resolve => setTimeout(resolve, 300));
            await tx.query('SELECT 1');
          },
          { ...readOnly, idleTimeoutMs: 50 },
        ),
      );
      assert.ok(idle instanceof ConnectionLost && !idle.nothingRan, String(idle));
      assert.ok(!session.alive);
    });

    it('destroys the session when what ran has ended the transaction', async () => {
      const error = await rejection(run(tx => tx.query('COMMIT')));
      assert.ok(error instanceof ConnectionLost && !error.nothingRan, String(error));
      assert.ok(!session.alive);
    });

    it('goes on after an error in a savepoint', async () => {
      const value = await run(async tx => {
        const error = await rejection(tx.savepoint(() => tx.query('SELECT 1/0')));
        assert.ok(error instanceof ServerError && error.code === '22012');
        return tx.savepoint(async () => (await tx.query('SELECT $1::integer + 1 AS two', [1])).rows[0]?.['two']);
      });
      assert.equal(value, 2);
    });

    it('undoes what succeeded in a savepoint', async () => {
      const left = await run(
        async tx => {
          await tx.savepoint(() => tx.query('DELETE FROM keep'));
          return (await tx.query('SELECT FROM keep')).rows.length;
        },
        { ...readOnly, readOnly: false },
      );
      assert.equal(left, 100);
    });

    it('gives JSON and times as text, and other values as they are', async () => {
      const { rows } = await run(tx =>
        tx.query(`SELECT '{"b": 1.0}'::json AS j, '2024-05-06 07:08:09+00'::timestamptz AS t, 1::int8 AS big, 2 AS i,
                         true AS yes, ARRAY['a', 'b']::text[] AS list, NULL AS nothing`),
      );
      const { t, ...rest } = rows[0] ?? {};
      assert.equal(typeof t, 'string');
      assert.deepEqual(rest, { j: '{"b": 1.0}', big: '1', i: 2, yes: true, list: ['a', 'b'], nothing: null });
    });

    describe('a prepared statement', () => {
      /** What the next client of the backend would find. */
      const leftovers = async (): Promise<readonly unknown[]> => {
        if (!session.alive) {
          session = await open();
        }
        const { rows } = await run(tx => tx.query("SELECT name FROM pg_prepared_statements WHERE name <> ''"));
        return rows;
      };

      it('can be used, and is gone afterwards', async () => {
        const rows = await run(tx =>
          withPrepared(tx, 'SELECT n FROM keep WHERE n = $1', async name => {
            assert.match(name, /^[a-z0-9]+$/);
            return (await tx.query(`EXPLAIN (FORMAT JSON) EXECUTE ${name}(5)`)).rows;
          }),
        );
        assert.equal(rows.length, 1);
        assert.deepEqual(await leftovers(), []);
        assert.ok(session.alive);
      });

      it('is gone after an error', async () => {
        const error = await rejection(
          run(tx => withPrepared(tx, 'SELECT 1/$1::int', name => tx.query(`EXECUTE ${name}(0)`))),
        );
        assert.ok(error instanceof ServerError && error.code === '22012');
        assert.deepEqual(await leftovers(), []);
      });

      it('is gone after a time-out of the server', async () => {
        const error = await rejection(
          run(tx => withPrepared(tx, 'SELECT pg_sleep($1)', name => tx.query(`EXECUTE ${name}(60)`)), {
            ...readOnly,
            statementTimeoutMs: 100,
          }),
        );
        assert.ok(error instanceof ServerError && error.code === '57014');
        assert.deepEqual(await leftovers(), []);
      });

      it('is gone after a cancel', async () => {
        const stop = new AbortController();
        const error = await rejection(
          rolledBack(session, readOnly, stop.signal, tx =>
            withPrepared(tx, 'SELECT pg_sleep($1)', name => {
              setTimeout(() => stop.abort(), 50);
              return tx.query(`EXECUTE ${name}(60)`);
            }),
          ),
        );
        assertCancelled(error);
        assert.ok(session.alive, 'an orderly cancel keeps the session');
        assert.deepEqual(await leftovers(), []);
      });

      it('takes the session along when its end is not confirmed', async () => {
        const error = await rejection(
          run(tx =>
            withPrepared(tx, 'SELECT 1', async () => {
              // What the tidying up needs is taken from it.
              await tx.query('ROLLBACK TO SAVEPOINT planpool');
              await tx.query('RELEASE SAVEPOINT planpool');
            }),
          ),
        );
        assert.ok(error instanceof ConnectionLost, String(error));
        assert.ok(!session.alive);
        await onlyIdleBackends(server);
        assert.deepEqual(await leftovers(), []);
      });

      it('that is wrong has its error at its own place', async () => {
        const error = await rejection(
          run(tx => withPrepared(tx, "SELECT 'é😀', nosuch FROM keep", async () => undefined)),
        );
        assert.ok(error instanceof ServerError);
        assert.deepEqual([error.code, error.position], ['42703', 14]);
        assert.ok(session.alive);
      });
    });

    it('lets no advisory lock of its session stay behind', async () => {
      const locks = 'SELECT pg_advisory_lock(-7), pg_advisory_lock_shared(3, -4)';
      const { released } = await run(tx => withoutSessionLocks(tx, () => tx.query(locks)));
      assert.deepEqual(released, [
        { key: '3, -4', mode: 'ShareLock' },
        { key: '-7', mode: 'ExclusiveLock' },
      ]);
      assert.ok(!session.alive);
      await noAdvisoryLock(admin);
    });

    it('lets none stay behind when the work fails, and keeps the session when nothing had run', async () => {
      await rejection(run(tx => withoutSessionLocks(tx, () => tx.query('SELECT nosuch'))));
      assert.ok(session.alive);
      await rejection(
        run(tx =>
          withoutSessionLocks(tx, () =>
            tx.query('SELECT pg_advisory_lock(-7), 1 / (n - n) FROM generate_series(1, 2) n'),
          ),
        ),
      );
      assert.ok(!session.alive);
      await noAdvisoryLock(admin);
    });
  });
}

describe('connection: a run, PgBouncer that cannot', function () {
  this.timeout(60_000);
  failOnUnhandledRejection();
  const servers = suiteServers();
  let pooler: PgBouncerServer;

  before(async () => {
    const server = await servers.postgres({ major: 18, superuserPassword: password });
    pooler = await servers.pgBouncer({ postgres: server, poolMode: 'statement' });
  });

  for (const [reason, database] of [
    ['statementPooling', 'postgres'],
    ['console', 'pgbouncer'],
  ] as const) {
    it(`is refused with the reason ${reason}`, async () => {
      const session = await openSession(profileOf(pooler, { database }), password, {
        connectTimeoutMs: 10_000,
        applicationName,
      });
      const error = await rejection(rolledBack(session, readOnly, never, async () => undefined));
      assert.ok(error instanceof RouteRefused && error.reason === reason, String(error));
      await session.close();
    });
  }
});
