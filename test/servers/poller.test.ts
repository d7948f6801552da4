import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { ConnectFailed } from '../../src/connection/errors';
import { Sessions } from '../../src/connection/sessions';
import type { Transaction } from '../../src/connection/transaction';
import { Poller } from '../../src/poller';
import { superuser } from '../lab/connect';
import { hasCode } from '../lab/errorCode';
import { ManualClock } from '../lab/manualClock';
import type { PostgresServer } from '../lab/postgres';
import {
  applicationName,
  backends,
  failOnUnhandledRejection,
  never,
  noBackendLeft,
  Passwords,
  profileOf,
  readOnly,
  rejection,
  until,
} from './connectionFixture';
import { suiteServers } from './serverFixture';

const password = 'right';
const intervalMs = 2000;
const anHourMs = 3_600_000;
/** Held by the test while a poll is to be slow. */
const gate = 4711;

describe('poller: a real server', function () {
  this.timeout(60_000);
  failOnUnhandledRejection();
  const servers = suiteServers();
  let server: PostgresServer;
  let admin: Client;
  let passwords: Passwords;
  let sessions: Sessions;
  let clock: ManualClock;
  let poller: Poller<number>;
  let asked: number;

  /** The statements our sessions have sent, as the server has logged them: first lines only. */
  const statements = async (): Promise<readonly string[]> =>
    [...(await server.log()).matchAll(/^Planpool connection tests\|LOG: {2}execute <unnamed>: (.*)$/gm)].map(
      ([, statement]) => statement ?? '',
    );
  const poll = async (tx: Transaction): Promise<number> => {
    await tx.query('SELECT pg_advisory_xact_lock_shared($1)', [gate]);
    return tx.backendPid;
  };
  const use = (known: string | null, ...answers: string[]): void => {
    passwords = new Passwords(known, ...answers);
    sessions = new Sessions(passwords, { applicationName });
    clock = new ManualClock();
    asked = 0;
    poller = new Poller({
      ask: signal => {
        asked += 1;
        return sessions.rolledBack(profileOf(server), readOnly, signal, poll, { mayAsk: false });
      },
      intervalMs: () => intervalMs,
      isFinal: error => error instanceof ConnectFailed && error.reason.startsWith('password'),
      clock,
      random: () => 0,
    });
  };
  const show = (): void => {
    poller.setVisible(true);
    poller.setFocused(true);
  };
  /** Until the poller has done what it is going to do now: it waits for its time, or for somebody. */
  const quiet = (): Promise<void> => until('the poller waits', async () => clock.waiting > 0 || poller.state.stopped);
  const waitingForGate = async (): Promise<number> =>
    (await admin.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).rows.length;

  before(async () => {
    server = await servers.postgres({
      major: 18,
      superuserPassword: password,
      settings: { log_statement: 'all', log_line_prefix: '%a|' },
    });
    admin = await servers.superuser(server);
  });
  beforeEach(() => use(password));
  afterEach(async () => {
    poller.dispose();
    await sessions.dispose();
    await noBackendLeft(server);
  });

  for (const end of ['setVisible', 'setFocused'] as const) {
    it(`gets no query while ${end === 'setVisible' ? 'the view is hidden' : 'the window is not focused'}`, async () => {
      show();
      await quiet();
      await clock.pass(intervalMs);
      await quiet();
      assert.equal(asked, 2);
      poller[end](false);
      const before = (await statements()).length;
      await clock.pass(anHourMs);
      // What the poller had sent would be in the log before what is sent after it.
      const mark = `SELECT 'hidden until here: ${end}'`;
      await sessions.rolledBack(profileOf(server), readOnly, never, tx => tx.query(mark));
      await until('the mark is in the log', async () => (await statements()).slice(-2)[0] === mark);
      assert.deepEqual((await statements()).slice(before), ['BEGIN READ ONLY', '', mark, 'ROLLBACK']);
      assert.equal(asked, 2);
      poller[end](true);
      await quiet();
      await until('a poll is in the log', async () =>
        (await statements()).slice(before + 4).includes('SELECT pg_advisory_xact_lock_shared($1)'),
      );
    });
  }

  it('gets one query at a time, however slow it is', async () => {
    await admin.query('SELECT pg_advisory_lock($1)', [gate]);
    show();
    await until('the poll waits', async () => (await waitingForGate()) === 1);
    for (let hour = 0; hour < 5; hour += 1) {
      await clock.pass(anHourMs);
      poller.setFocused(true);
    }
    assert.equal((await backends(server)).length, 1);
    assert.equal(await waitingForGate(), 1);
    await admin.query('SELECT pg_advisory_unlock($1)', [gate]);
    await quiet();
    assert.equal(asked, 1);
    assert.equal(typeof poller.state.data, 'number');
  });

  it('has the query cancelled that is under way when the view is hidden, and shown again gets one more', async () => {
    show();
    await quiet();
    const { data } = poller.state;
    await admin.query('SELECT pg_advisory_lock($1)', [gate]);
    await clock.pass(intervalMs);
    await until('the poll waits', async () => (await waitingForGate()) === 1);
    poller.setVisible(false);
    poller.setVisible(true);
    await until('the next poll waits', async () => asked === 3 && (await waitingForGate()) === 1);
    assert.deepEqual({ ...poller.state, takenAtMs: 0 }, { data, takenAtMs: 0, failure: null, stopped: false });
    poller.setVisible(false);
    await until('nothing waits', async () => (await waitingForGate()) === 0);
    await until('no backend is busy', async () => (await backends(server)).every(({ state }) => state === 'idle'));
    assert.equal(poller.state.failure, null);
    await admin.query('SELECT pg_advisory_unlock($1)', [gate]);
  });

  it('stopped, is asked less and less often; back again, it is polled as before', async () => {
    show();
    await quiet();
    const { data, takenAtMs } = poller.state;
    await admin.end();
    process.kill(server.pid, 'SIGQUIT');
    // While it shuts down it may still answer, with other words.
    await until('nothing listens', async () =>
      superuser(server).then(
        client => client.end().then(() => false),
        (error: unknown) => hasCode(error, 'ECONNREFUSED'),
      ),
    );
    await clock.pass(intervalMs);
    for (let failures = 1; failures <= 8; failures += 1) {
      await until('the poll has failed', async () => clock.delays.length === failures + 1);
      const { failure } = poller.state;
      assert.ok(failure instanceof ConnectFailed && failure.reason === 'refused', String(failure));
      assert.deepEqual([poller.state.data, poller.state.takenAtMs], [data, takenAtMs]);
      if (failures < 8) {
        await clock.pass(clock.delays.at(-1) ?? 0);
      }
    }
    assert.deepEqual(clock.delays, [intervalMs, 500, 1000, 2000, 4000, 8000, 16_000, 24_000, 24_000]);
    await server.restart();
    admin = await servers.superuser(server);
    await clock.pass(24_000);
    await quiet();
    assert.equal(poller.state.failure, null);
    assert.notEqual(poller.state.data, data);
    assert.equal(clock.delays.at(-1), intervalMs);
  });

  it('is not asked twice with a wrong password, and the user not once; with the right one it goes on', async () => {
    use('wrong', password);
    const refusals = async (): Promise<number> =>
      (await server.log()).split('password authentication failed').length - 1;
    const before = await refusals();
    show();
    await quiet();
    const { failure, stopped } = poller.state;
    assert.ok(failure instanceof ConnectFailed && failure.reason === 'passwordWrong');
    assert.ok(stopped);
    assert.equal(passwords.forgotten, 1);
    await clock.pass(anHourMs);
    poller.setVisible(false);
    show();
    await clock.pass(anHourMs);
    assert.equal(asked, 1);
    assert.equal((await refusals()) - before, 1);
    assert.deepEqual(passwords.questions, []);

    poller.retry();
    await until('it knows none', async () => poller.state.stopped);
    assert.ok(poller.state.failure instanceof ConnectFailed && poller.state.failure.reason === 'passwordNeeded');
    assert.deepEqual(passwords.questions, []);

    (await sessions.lease(profileOf(server), never)).release();
    assert.deepEqual(passwords.questions, ['needed']);
    poller.retry();
    await until('it is answered', async () => poller.state.data !== null);
    assert.equal(poller.state.stopped, false);
  });

  it('has nobody asked for a password on behalf of what asks by itself', async () => {
    for (const [known, reason] of [
      [null, 'passwordNeeded'],
      ['wrong', 'passwordWrong'],
    ] as const) {
      use(known, password);
      const work = (mayAsk: boolean) =>
        sessions.rolledBack(profileOf(server), readOnly, never, async tx => tx.backendPid, { mayAsk });
      const error = await rejection(work(false));
      assert.ok(error instanceof ConnectFailed && error.reason === reason, String(error));
      assert.deepEqual(passwords.questions, []);
      assert.equal(passwords.forgotten, known === null ? 0 : 1);
      assert.equal(typeof (await work(true)), 'number');
      assert.deepEqual(passwords.questions, ['needed']);
      await sessions.dispose();
    }
  });
});
