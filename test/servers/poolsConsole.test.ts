import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Consoles, idleConsoleMs } from '../../src/connection/consoles';
import type { ConsoleSession } from '../../src/connection/consoleSession';
import { ConnectFailed, ConnectionLost, NoAnswer, ServerError } from '../../src/connection/errors';
import type { ConsoleSnapshot } from '../../src/pools/model';
import { ratesBetween } from '../../src/pools/rates';
import { configAgeMs, readClients, readSnapshot } from '../../src/pools/readSnapshot';
import { isAtLeast } from '../../src/pools/version';
import { ManualClock } from '../lab/manualClock';
import { consolesUnderTest } from '../lab/matrix';
import type { PgBouncerOptions, PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { assertCancelled, failOnUnhandledRejection, never, Passwords, rejection, until } from './connectionFixture';
import { askConsole, consoleOf, labClient, noConnectionLeft, ownConnections } from './consoleFixture';
import { type FaultyProxy, startFaultyProxy } from './faultyProxy';
import { suiteServers } from './serverFixture';
import { startStubConsole } from './stubConsole';

const polls = process.env['PLANPOOL_TEST_SOAK'] === undefined ? 1000 : 50_000;

const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return () => (typeof gc === 'function' ? void Reflect.apply(gc, undefined, []) : assert.fail('no gc'));
})();

for (const release of consolesUnderTest) {
  describe(`pools: console ${release}`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    let server: PostgresServer;
    let pooler: PgBouncerServer;
    let proxy: FaultyProxy;
    let consoles: Consoles;

    const start = (options: Partial<PgBouncerOptions> = {}): Promise<PgBouncerServer> => {
      const settings = { auth_type: 'trust', ...options.settings };
      return servers.pgBouncer({ postgres: server, poolMode: 'session', release, ...options, settings });
    };
    const poll = (endpoint: { host: string; port: number } = pooler, before: ConsoleSnapshot | null = null) =>
      consoles.use(consoleOf(endpoint), never, session => readSnapshot(session, before, Date.now, never));
    /** A client that has a server connection, which in session mode it keeps. */
    const holder = async () => {
      const client = await labClient(pooler, '', 'postgres');
      await client.query('SELECT 1');
      return client;
    };
    /** RESUME is refused where no PAUSE of all is on. */
    const wasPaused = async (): Promise<boolean> =>
      askConsole(consoles, consoleOf(pooler), 'RESUME').then(
        () => true,
        () => false,
      );

    before(async () => {
      server = await servers.postgres({ major: 18 });
      pooler = await start();
      proxy = await startFaultyProxy(pooler);
      servers.atEnd(() => proxy.stop());
    });
    beforeEach(() => {
      consoles = new Consoles(new Passwords(null), { connectTimeoutMs: 3000 });
      proxy.mood = 'honest';
    });
    afterEach(async () => {
      await consoles.dispose();
      await noConnectionLeft(pooler);
    });

    describe('giving up', () => {
      const giveUps: readonly (readonly [
        string,
        (session: ConsoleSession, stop: AbortController) => Promise<unknown>,
        (error: unknown) => boolean,
      ])[] = [
        ['a time-out', async () => undefined, error => error instanceof NoAnswer],
        ['an abort', async (_, stop) => stop.abort(), error => error instanceof Error && error.name === 'AbortError'],
        ['close', session => session.close(), error => error instanceof ConnectionLost],
        ['destroy', async session => session.destroy(), error => error instanceof ConnectionLost],
        ['dispose', () => consoles.dispose(), error => error instanceof ConnectionLost],
      ];
      for (const [how, giveUp, isRight] of giveUps) {
        it(`a PAUSE of all by ${how} closes the connection and resumes nothing`, async () => {
          const client = await holder();
          const session = await consoles.open(consoleOf(proxy), never);
          const stop = new AbortController();
          const timeoutMs = how === 'a time-out' ? 200 : 30_000;
          const pausing = rejection(session.ask('PAUSE', { timeoutMs, signal: stop.signal }));
          const onlooker = new Consoles(new Passwords(null));
          await until('it pauses', async () => (await onlookerSees(onlooker)) !== false);
          await giveUp(session, stop);
          const error = await pausing;
          assert.ok(isRight(error), String(error));
          assert.equal(session.alive, false);
          await session.gone;
          assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
          await onlooker.dispose();
          await noConnectionLeft(pooler);
          consoles = new Consoles(new Passwords(null));
          assert.ok(await wasPaused(), 'it was still paused');
          assert.equal(proxy.cancelRequests, 0);
          assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
          await client.end();
        });
      }

      /** Whether a PAUSE of all is on; null where the version does not tell. */
      const onlookerSees = async (onlooker: Consoles): Promise<boolean | null> => {
        const { state } = await onlooker.use(consoleOf(pooler), never, session =>
          readSnapshot(session, null, Date.now, never),
        );
        return state?.paused ?? null;
      };

      it('an answer that stalls half-way times out, and the next question gets a new connection', async () => {
        const stalled = await consoles.use(consoleOf(proxy), never, async session => {
          proxy.mood = 'stalls';
          return rejection(session.ask('SHOW CONFIG', { timeoutMs: 200 })).then(error => ({ error, session }));
        });
        assert.ok(stalled.error instanceof NoAnswer && !stalled.session.alive, String(stalled.error));
        proxy.mood = 'honest';
        assert.notEqual((await poll(proxy)).connectionId, stalled.session.id);
      });

      it('an abort in the middle of an answer settles at once', async () => {
        const stop = new AbortController();
        const began = Date.now();
        const asked = consoles.use(consoleOf(proxy), stop.signal, session => {
          proxy.mood = 'stalls';
          setTimeout(() => stop.abort(), 50);
          return readClients(session, stop.signal);
        });
        assertCancelled(await rejection(asked));
        assert.ok(Date.now() - began < 2000);
      });

      it('a console that stalls at the login, or behind it', async () => {
        consoles = new Consoles(new Passwords(null), { connectTimeoutMs: 300 });
        for (const mood of ['deaf', 'stalls'] as const) {
          proxy.mood = mood;
          const error = await rejection(poll(proxy));
          assert.ok(error instanceof ConnectFailed && error.reason === 'timedOut', String(error));
        }
      });
    });

    describe('between polls', () => {
      it('a connection that died unnoticed is replaced for a SHOW, and only for that', async () => {
        const first = await poll(proxy);
        proxy.mood = 'diesOnce';
        const second = await poll(proxy, first);
        assert.notEqual(second.connectionId, first.connectionId);
        proxy.mood = 'diesOnce';
        const error = await rejection(askConsole(consoles, consoleOf(proxy), 'RELOAD'));
        assert.ok(error instanceof ConnectionLost && !error.nothingRan, String(error));
        await poll(proxy);
        let runs = 0;
        const half = rejection(
          consoles.use(consoleOf(proxy), never, async session => {
            runs += 1;
            await session.ask('SHOW VERSION', { timeoutMs: 1000 });
            proxy.mood = 'diesOnce';
            return session.ask('SHOW VERSION', { timeoutMs: 1000 });
          }),
        );
        assert.ok((await half) instanceof ConnectionLost);
        assert.equal(runs, 1, 'what has had an answer is not asked again');
      });

      it('restarted: the next poll finds the new process, whose counters start again', async () => {
        const other = await start();
        const client = await labClient(other, '', 'postgres');
        await client.query('SELECT 1');
        const before = await poll(other);
        assert.equal(before.totals[0]?.queries, 1);
        await client.end();
        await other.stop();
        const down = await rejection(poll(other));
        assert.ok(down instanceof ConnectFailed && down.reason === 'refused', String(down));
        const again = await start({ port: other.port, settings: { default_pool_size: '7' } });
        const after = await poll(again, before);
        assert.equal(after.config.get('default_pool_size')?.value, '7');
        assert.notEqual(after.connectionId, before.connectionId);
        assert.deepEqual(ratesBetween(before, { ...after, totals: before.totals }), []);
        await consoles.dispose();
        await again.stop();
      });

      it('another version on the same port', async () => {
        const old = await start({ release: 'bookworm' });
        const before = await poll(old);
        assert.deepEqual([before.version.text, before.state], [old.version, null]);
        await old.stop();
        const fresh = await start({ release: 'sid', port: old.port });
        const after = await poll(fresh, before);
        assert.equal(after.version.text, fresh.version);
        assert.ok(isAtLeast(after.version, 1, 26));
        assert.deepEqual(after.state, { active: true, paused: false, suspended: false });
        await consoles.dispose();
        await fresh.stop();
      });

      it('reloaded: new settings are seen when the old ones are a minute old, or at once when wanted', async () => {
        const other = await start();
        const size = (snapshot: ConsoleSnapshot) => snapshot.config.get('default_pool_size')?.value;
        const before = await poll(other);
        await other.configure({ default_pool_size: '9' });
        assert.equal((await askConsole(consoles, consoleOf(other), 'RELOAD')).command, 'RELOAD');
        const young = await poll(other, before);
        assert.deepEqual([size(young), young.config], ['20', before.config]);
        assert.equal(size(await poll(other, null)), '9');
        const late = before.configTakenAtMs + configAgeMs;
        const old = await consoles.use(consoleOf(other), never, session =>
          readSnapshot(session, young, () => late, never),
        );
        assert.deepEqual([size(old), old.configTakenAtMs, old.connectionId], ['9', late, before.connectionId]);
        await consoles.dispose();
        await other.stop();
      });

      it('paused, and suspended: it is still asked', async () => {
        const { version } = await poll();
        await askConsole(consoles, consoleOf(pooler), 'PAUSE');
        const told = isAtLeast(version, 1, 19);
        assert.deepEqual((await poll()).state, told ? { active: false, paused: true, suspended: false } : null);
        await askConsole(consoles, consoleOf(pooler), 'RESUME');
        if (isAtLeast(version, 1, 26)) {
          const gone = await rejection(askConsole(consoles, consoleOf(pooler), 'SUSPEND'));
          assert.ok(gone instanceof ServerError && gone.message.startsWith('invalid command'), String(gone));
          return;
        }
        await askConsole(consoles, consoleOf(pooler), 'SUSPEND');
        assert.deepEqual((await poll()).state, told ? { active: false, paused: false, suspended: true } : null);
        // Nobody new is let in, so what comes now waits.
        const newcomer = new Consoles(new Passwords(null), { connectTimeoutMs: 300 });
        const error = await rejection(newcomer.open(consoleOf(pooler), never));
        assert.ok(error instanceof ConnectFailed && error.reason === 'timedOut', String(error));
        await newcomer.dispose();
        await askConsole(consoles, consoleOf(pooler), 'RESUME');
      });

      it('shut down for good', async () => {
        const other = await start();
        await poll(other);
        const error = await rejection(askConsole(consoles, consoleOf(other), 'SHUTDOWN'));
        assert.ok(error instanceof ConnectionLost && !error.nothingRan, String(error));
        await until('nobody listens', async () => (await rejection(poll(other))) instanceof ConnectFailed);
        const down = await rejection(poll(other));
        assert.ok(down instanceof ConnectFailed && down.reason === 'refused', String(down));
        await other.stop();
      });
    });

    describe('the kept connection', () => {
      it('serves one after the other, in their order, also after an error', async () => {
        const order: number[] = [];
        const work = (place: number, command: string) =>
          consoles.use(consoleOf(pooler), never, async session => {
            order.push(place);
            await session.ask(command, { timeoutMs: 5000 });
            order.push(place);
            return session.id;
          });
        const [first, second, third] = await Promise.allSettled([
          work(1, 'SHOW CLIENTS'),
          work(2, 'NONSENSE'),
          work(3, 'SHOW POOLS'),
        ]);
        assert.deepEqual(order, [1, 1, 2, 3, 3]);
        assert.ok(first.status === 'fulfilled' && third.status === 'fulfilled' && first.value === third.value);
        assert.ok(second.status === 'rejected' && second.reason instanceof ServerError);
        assert.equal(await ownConnections(pooler), 1);
      });

      it('who waits for it may leave, and does not hold up those behind', async () => {
        const stop = new AbortController();
        const { entered, leave, done } = occupy();
        await entered;
        const leaving = rejection(consoles.use(consoleOf(pooler), stop.signal, async () => 'ran'));
        const behind = poll();
        stop.abort();
        assertCancelled(await leaving);
        assertCancelled(await rejection(consoles.use(consoleOf(pooler), stop.signal, async () => 'ran')));
        leave();
        await done;
        assert.equal((await behind).version.text, pooler.version);
        assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
      });

      it('one question at a time is a rule for its user', async () => {
        await consoles.use(consoleOf(pooler), never, async session => {
          const first = session.ask('SHOW POOLS', { timeoutMs: 5000 });
          await assert.rejects(session.ask('SHOW POOLS', { timeoutMs: 5000 }), /already under way/);
          await first;
        });
      });

      it('is closed when nobody has asked for a minute, and when it is dropped, behind those before', async () => {
        const clock = new ManualClock();
        consoles = new Consoles(new Passwords(null), { timers: clock });
        await poll();
        await clock.pass(idleConsoleMs - 1);
        await poll();
        await clock.pass(idleConsoleMs - 1);
        assert.equal(await ownConnections(pooler), 1);
        await clock.pass(1);
        await noConnectionLeft(pooler);
        assert.equal(clock.waiting, 0);

        const { entered, leave, done } = occupy();
        await entered;
        const dropped = consoles.drop(consoleOf(pooler));
        assert.equal(await ownConnections(pooler), 1);
        leave();
        await Promise.all([dropped, done]);
        await noConnectionLeft(pooler);
        assert.equal(clock.waiting, 0);
        await consoles.drop(consoleOf(pooler));
      });

      it('after dispose nothing is asked, and who waited is refused', async () => {
        const { entered, leave, done } = occupy();
        await entered;
        const waiting = rejection(poll());
        const own = await consoles.open(consoleOf(pooler), never);
        await consoles.dispose();
        assertCancelled(await waiting);
        assert.equal(own.alive, false);
        leave();
        await done;
        assertCancelled(await rejection(poll()));
        assertCancelled(await rejection(consoles.open(consoleOf(pooler), never)));
      });

      /** Somebody who has the connection until they are told to leave. */
      const occupy = () => {
        let leave = (): void => undefined;
        let enter = (): void => undefined;
        const entered = new Promise<void>(resolve => (enter = resolve));
        const left = new Promise<void>(resolve => (leave = resolve));
        const done = consoles.use(consoleOf(pooler), never, async () => {
          enter();
          await left;
        });
        return { entered, leave: () => leave(), done };
      };

      it('two hundred connections opened and closed leave nothing', async () => {
        const cycle = async (count: number): Promise<void> => {
          for (let done = 0; done < count; done += 1) {
            await (await consoles.open(consoleOf(pooler), never)).close();
          }
        };
        await cycle(20);
        const before = standing();
        const heap = heapUsed();
        await cycle(200);
        await noConnectionLeft(pooler);
        assert.deepEqual(standing(), before);
        const grownKb = (heapUsed() - heap) / 1024;
        assert.ok(grownKb < 1024, `grown by ${grownKb} kB`);
      });

      it(`${polls} polls leave no connection, no timer and no growth`, async function () {
        this.timeout(600_000);
        const stop = new AbortController();
        let last: ConsoleSnapshot | null = null;
        const many = async (count: number): Promise<void> => {
          for (let done = 0; done < count; done += 1) {
            last = await consoles.use(consoleOf(pooler), stop.signal, session =>
              readSnapshot(session, last, Date.now, stop.signal),
            );
          }
        };
        await many(200);
        const before = standing();
        const heap = heapUsed();
        await many(polls);
        assert.equal(await ownConnections(pooler), 1);
        assert.deepEqual(standing(), before);
        const grownKb = (heapUsed() - heap) / 1024;
        assert.ok(grownKb < 1024, `grown by ${grownKb} kB`);
        assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
      });
    });
  });
}

/** Timers and sockets that keep this process busy. */
function standing(): Readonly<Record<string, number>> {
  const kinds = process.getActiveResourcesInfo().filter(kind => kind === 'Timeout' || kind.startsWith('TCP'));
  return Object.fromEntries([...new Set(kinds)].sort().map(kind => [kind, kinds.filter(one => one === kind).length]));
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('pools: console of a version to come (a stub)', () => {
  failOnUnhandledRejection();

  it('unknown columns are kept, missing and renamed ones are no harm, a row without its key is left out', async () => {
    const stub = await startStubConsole('2.1.0-rc1/bouncer', {
      'SHOW VERSION': { columns: ['version'], rows: [['PgBouncer 2.1.0-rc1']] },
      'SHOW POOLS': {
        columns: ['user', 'mood', 'database', '__proto__', 'cl_active', 'cl_cancel_req', 'maxwait', 'maxwait_us'],
        rows: [
          ['u', 'sunny', 'd', 'p', '12', '3', '2', '5'],
          ['u', 'sunny', 'pgbouncer', 'p', '12', '3', '2', '5'],
        ],
      },
      'SHOW DATABASES': { columns: ['nome', 'host'], rows: [['d', 'h']] },
      'SHOW STATS': { columns: ['database', 'total_xact_count'], rows: [['d', '9007199254740993']] },
      'SHOW LISTS': {
        columns: ['items', 'list'],
        rows: [
          ['4', 'pools'],
          ['many', 'odd'],
        ],
      },
      'SHOW STATE': { columns: ['key', 'value'], rows: [['active', 'yes']] },
      'SHOW CONFIG': { columns: ['key', 'value'], rows: [['pool_mode', 'statement']] },
    });
    const consoles = new Consoles(new Passwords(null));
    const snapshot = await consoles.use(consoleOf(stub), never, session =>
      readSnapshot(session, null, Date.now, never),
    );
    const { version, pools, databases, totals, lists, state, config } = snapshot;
    assert.deepEqual(version, { major: 2, minor: 1, patch: 0, text: '2.1.0-rc1' });
    assert.equal(pools.length, 1);
    const [pool] = pools;
    assert.ok(pool);
    assert.deepEqual(
      [pool.database, pool.user, pool.clientsActive, pool.clientsWaiting, pool.clientsWaitingCancel, pool.maxWaitUs],
      ['d', 'u', 12, 0, 3, 2_000_005],
    );
    assert.deepEqual([pool.serversActiveCancel, pool.poolMode, pool.shown['mood']], [null, null, 'sunny']);
    assert.deepEqual(Object.getOwnPropertyDescriptor(pool.shown, '__proto__')?.value, 'p');
    assert.deepEqual(databases, []);
    assert.deepEqual([totals[0]?.transactions, totals[0]?.queries], [2 ** 53, 0]);
    assert.deepEqual([...lists], [['pools', 4]]);
    assert.equal(state, null);
    const mode = { key: 'pool_mode', value: 'statement', defaultValue: null, changeable: false };
    assert.deepEqual([...config.values()], [mode]);
    await consoles.dispose();
    await stub.stop();
  });

  it('a SHOW that it does not know is its own error, and the connection lives on', async () => {
    const stub = await startStubConsole('1.30.0/bouncer', {
      'SHOW VERSION': { columns: ['version'], rows: [['PgBouncer 1.30.0']] },
    });
    const consoles = new Consoles(new Passwords(null));
    const failing = consoles.use(consoleOf(stub), never, session => readSnapshot(session, null, Date.now, never));
    const error = await rejection(failing);
    assert.ok(error instanceof ServerError && error.message.includes("'SHOW POOLS'"), String(error));
    await askConsole(consoles, consoleOf(stub), 'SHOW VERSION');
    assert.deepEqual(stub.asked, ['SHOW VERSION', 'SHOW POOLS', 'SHOW VERSION']);
    await consoles.dispose();
    await stub.stop();
  });
});
