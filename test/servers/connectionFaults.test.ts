import assert from 'node:assert/strict';
import { ConnectFailed, ConnectionLost } from '../../src/connection/errors';
import { openSession } from '../../src/connection/openSession';
import { rolledBack } from '../../src/connection/rolledBack';
import { Sessions } from '../../src/connection/sessions';
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
import { suiteServers } from './serverFixture';

const password = 'secret';

describe('connection: faults', function () {
  this.timeout(60_000);
  failOnUnhandledRejection();
  const servers = suiteServers();
  let server: PostgresServer;
  let pooler: PgBouncerServer;
  let sessions: Sessions;

  const one = async (endpoint: { host: string; port: number } = server): Promise<unknown> =>
    sessions.rolledBack(profileOf(endpoint), readOnly, never, async tx => (await tx.query('SELECT 1 AS one')).rows[0]);
  const sleeper = async () => {
    let found = (await backends(server)).find(({ query }) => query.startsWith('SELECT pg_sleep'));
    await until('it sleeps', async () => {
      found = (await backends(server)).find(({ query }) => query.startsWith('SELECT pg_sleep'));
      return found !== undefined;
    });
    assert.ok(found);
    return found;
  };

  before(async () => {
    server = await servers.postgres({ major: 18, superuserPassword: password });
    const settings = { server_login_retry: '0' };
    pooler = await servers.pgBouncer({ postgres: server, poolMode: 'transaction', settings });
  });
  beforeEach(() => {
    sessions = new Sessions(new Passwords(password), { applicationName, connectTimeoutMs: 2000 });
  });
  afterEach(async () => {
    await sessions.dispose();
    await onlyIdleBackends(server);
  });

  for (const [route, endpoint] of [
    ['directly', () => server],
    ['through PgBouncer', () => pooler],
  ] as const) {
    it(`a server that dies in the middle of a statement, ${route}, is survived`, async () => {
      const running = rejection(
        sessions.rolledBack(profileOf(endpoint()), readOnly, never, tx => tx.query('SELECT pg_sleep(60)')),
      );
      await sleeper();
      await server.restart();
      const error = await running;
      assert.ok(error instanceof ConnectionLost && !error.nothingRan, String(error));
      assert.deepEqual(await one(endpoint()), { one: 1 });
    });

    it(`a server that was restarted between two runs, ${route}, is not noticed`, async () => {
      assert.deepEqual(await one(endpoint()), { one: 1 });
      await server.restart();
      assert.deepEqual(await one(endpoint()), { one: 1 });
    });
  }

  it('an administrator who ends the backend is quoted', async () => {
    const running = rejection(
      sessions.rolledBack(profileOf(server), readOnly, never, tx => tx.query('SELECT pg_sleep(60)')),
    );
    const { pid } = await sleeper();
    await sessions.rolledBack(profileOf(server), readOnly, never, tx =>
      tx.query('SELECT pg_terminate_backend($1)', [pid]),
    );
    const error = await running;
    assert.ok(error instanceof ConnectionLost);
    assert.equal(error.server?.code, '57P01');
  });

  describe('a server that stands still', () => {
    let stopped: number[] = [];
    const standStill = (pid: number): void => {
      process.kill(pid, 'SIGSTOP');
      stopped.push(pid);
    };
    afterEach(() => {
      stopped.forEach(pid => process.kill(pid, 'SIGCONT'));
      stopped = [];
    });

    it('does not hold a new connection longer than it may take', async () => {
      standStill(server.pid);
      const started = Date.now();
      const error = await rejection(
        openSession(profileOf(server), password, { connectTimeoutMs: 300, applicationName }),
      );
      assert.ok(error instanceof ConnectFailed && error.reason === 'timedOut', String(error));
      assert.ok(Date.now() - started < 1000);
    });

    it('does not hold an abort of a new connection', async () => {
      standStill(server.pid);
      const stop = new AbortController();
      const opening = rejection(
        openSession(profileOf(server), password, { connectTimeoutMs: 30_000, applicationName, signal: stop.signal }),
      );
      setTimeout(() => stop.abort(), 100);
      const started = Date.now();
      const error = await opening;
      assert.ok(error instanceof ConnectFailed && error.reason === 'aborted');
      assert.ok(Date.now() - started < 500);
    });

    it('does not hold a cancel: the session is destroyed', async () => {
      const session = await openSession(profileOf(server), password, { connectTimeoutMs: 2000, applicationName });
      const stop = new AbortController();
      const running = rejection(rolledBack(session, readOnly, stop.signal, tx => tx.query('SELECT pg_sleep(60)')));
      standStill((await sleeper()).pid);
      const started = Date.now();
      stop.abort();
      assertCancelled(await running);
      assert.ok(Date.now() - started < 3000);
      assert.ok(!session.alive);
    });

    it('does not hold a run that has not begun', async () => {
      const session = await openSession(profileOf(server), password, { connectTimeoutMs: 2000, applicationName });
      standStill(Number((await session.query('SELECT pg_backend_pid() AS pid')).rows[0]?.['pid']));
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 100);
      assertCancelled(await rejection(rolledBack(session, readOnly, stop.signal, tx => tx.query('SELECT 1'))));
    });

    it('does not hold the beginning of a run longer than its time limit', async () => {
      const session = await openSession(profileOf(server), password, { connectTimeoutMs: 2000, applicationName });
      standStill(Number((await session.query('SELECT pg_backend_pid() AS pid')).rows[0]?.['pid']));
      const error = await rejection(
        rolledBack(session, { ...readOnly, statementTimeoutMs: 100 }, never, tx => tx.query('SELECT 1')),
      );
      assert.ok(error instanceof ConnectionLost && error.nothingRan);
    });

    it('does not hold the closing', async () => {
      const pid = await sessions.rolledBack(profileOf(server), readOnly, never, async tx => tx.backendPid);
      standStill(pid);
      const started = Date.now();
      await sessions.dispose();
      assert.ok(Date.now() - started < 1200);
    });
  });
});
