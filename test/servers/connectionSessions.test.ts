import assert from 'node:assert/strict';
import { ConnectionLost, RouteRefused, ServerError } from '../../src/connection/errors';
import { idleMs, type Lease, Sessions } from '../../src/connection/sessions';
import type { PostgresServer } from '../lab/postgres';
import {
  applicationName,
  assertCancelled,
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
import { type FaultyProxy, startFaultyProxy } from './faultyProxy';
import { suiteServers } from './serverFixture';

/** Time that only passes when it is told to. */
class ManualTimers {
  readonly waiting = new Map<() => void, number>();

  after(delayMs: number, callback: () => void): () => void {
    this.waiting.set(callback, delayMs);
    return () => this.waiting.delete(callback);
  }

  pass(): void {
    const callbacks = [...this.waiting.keys()];
    this.waiting.clear();
    callbacks.forEach(callback => callback());
  }
}

describe('connection: sessions', function () {
  this.timeout(60_000);
  failOnUnhandledRejection();
  const servers = suiteServers();
  let server: PostgresServer;
  let proxy: FaultyProxy;
  let timers: ManualTimers;
  let sessions: Sessions;

  const lease = (): Promise<Lease> => sessions.lease(profileOf(server), never);
  const pidOf = (endpoint: { host: string; port: number } = server): Promise<number> =>
    sessions.rolledBack(profileOf(endpoint), readOnly, never, async tx => tx.backendPid);
  const count = async (): Promise<number> => (await backends(server)).length;

  before(async () => {
    server = await servers.postgres({ major: 18 });
    proxy = await startFaultyProxy(server);
    servers.atEnd(() => proxy.stop());
  });
  beforeEach(() => {
    proxy.mood = 'honest';
    timers = new ManualTimers();
    sessions = new Sessions(new Passwords(null), { applicationName, timers });
  });
  afterEach(async () => {
    await sessions.dispose();
    await noBackendLeft(server);
  });

  it('are used again, one after the other', async () => {
    assert.equal(await pidOf(), await pidOf());
    assert.equal(await count(), 1);
  });

  it('are as many as are needed at once, and one is kept', async () => {
    const leases = await Promise.all([lease(), lease(), lease()]);
    assert.equal(new Set(leases.map(({ session }) => session.id)).size, 3);
    leases.forEach(one => one.release());
    await until('one is left', async () => (await count()) === 1);
    assert.ok((await lease()).warm);
  });

  it('are closed after five idle minutes', async () => {
    const pid = await pidOf();
    assert.deepEqual([...timers.waiting.values()], [idleMs]);
    timers.pass();
    await noBackendLeft(server);
    assert.notEqual(await pidOf(), pid);
  });

  it('are not closed while they are in use', async () => {
    const first = await lease();
    first.release();
    const second = await lease();
    assert.equal(timers.waiting.size, 0);
    assert.equal(second.session, first.session);
    second.release();
  });

  it('are closed when they are discarded, or given back inside a transaction', async () => {
    const discarded = await sessions.rolledBack(profileOf(server), readOnly, never, async tx => tx.backendPid, {
      afterwards: 'discard',
    });
    assert.notEqual(await pidOf(), discarded);
    const dirty = await lease();
    await dirty.session.query('BEGIN');
    dirty.release();
    await noBackendLeft(server);
  });

  it('tell which backends are theirs, for each server', async () => {
    const [first, second] = await Promise.all([lease(), lease()]);
    const other = await sessions.lease(profileOf(proxy), never);
    const pids = [first, second].map(({ session }) => session.cancelKey?.processId);
    assert.deepEqual(sessions.backendPids(server), new Set(pids));
    assert.equal(sessions.backendPids(proxy).size, 1);
    first.release();
    assert.deepEqual(sessions.backendPids(server), new Set(pids), 'an idle one is ours too');
    second.discard();
    assert.deepEqual(sessions.backendPids(server), new Set(pids.slice(0, 1)));
    assert.deepEqual(
      (await backends(server)).map(({ pid }) => pid).filter(pid => sessions.backendPids(server).has(pid)),
      pids.slice(0, 1),
    );
    other.release();
  });

  it('are not given to another endpoint', async () => {
    const pid = await pidOf();
    const other = { ...profileOf(server), database: 'template1' };
    assert.notEqual(await sessions.rolledBack(other, readOnly, never, async tx => tx.backendPid), pid);
  });

  it('may be given back only once', async () => {
    const first = await lease();
    first.release();
    const second = await lease();
    first.discard();
    assert.equal((await second.session.query('SELECT 1 AS one')).rows.length, 1);
    second.release();
  });

  it('that died while idle are replaced without a word', async () => {
    const pid = await pidOf(proxy);
    proxy.mood = 'diesOnce';
    const runs: number[] = [];
    // The old connection dies at BEGIN, which is what the proxy sees next.
    const again = await sessions.rolledBack(profileOf(proxy), readOnly, never, async tx => {
      runs.push(tx.backendPid);
      return tx.backendPid;
    });
    assert.notEqual(again, pid);
    assert.deepEqual(runs, [again], 'the work ran once');
  });

  it('that die when the work has begun are not replaced: it never runs twice', async () => {
    await pidOf(proxy);
    let runs = 0;
    const error = await rejection(
      sessions.rolledBack(profileOf(proxy), readOnly, never, async tx => {
        runs += 1;
        proxy.mood = 'diesOnce';
        await tx.query('SELECT 1');
      }),
    );
    assert.ok(error instanceof ConnectionLost && !error.nothingRan);
    assert.equal(runs, 1);
  });

  it('are refused without a connection where they would be useless', async () => {
    for (const [fields, reason] of [
      [{ kind: 'pgbouncer' }, 'console'],
      [{ pooling: 'statement' }, 'statementPooling'],
    ] as const) {
      const profile = profileOf({ host: 'nosuch.invalid', port: 1 }, fields);
      const error = await rejection(sessions.rolledBack(profile, readOnly, never, async () => undefined));
      assert.ok(error instanceof RouteRefused && error.reason === reason);
    }
  });

  it('are all closed within a second, also those in use', async () => {
    await pidOf();
    const busy = await sessions.lease(profileOf(proxy), never);
    const sleeping = rejection(busy.session.query('SELECT pg_sleep(60)'));
    const started = Date.now();
    await sessions.dispose();
    assert.ok(Date.now() - started < 1100);
    const ended = await sleeping;
    assert.ok(
      ended instanceof ConnectionLost || (ended instanceof ServerError && ended.code === '57014'),
      String(ended),
    );
    assertCancelled(await rejection(lease()));
  });
});
