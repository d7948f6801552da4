import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import type { ActionOutcome } from '../../src/pools/actionOutcome';
import type { ActionName } from '../../src/pools/actions';
import { isAtLeast } from '../../src/pools/version';
import { consolesUnderTest } from '../lab/matrix';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, until } from './connectionFixture';
import { consoleOf } from './consoleFixture';
import { startListeningProxy, type ListeningProxy } from './listeningProxy';
import { startActionRig, type ActionRig, type Run } from './poolsActionsFixture';
import { suiteServers } from './serverFixture';

const shop = { database: 'postgres' };
const shortMs = 400;

for (const release of consolesUnderTest) {
  describe(`pools: console ${release}, hazards of actions`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    let postgres: PostgresServer;
    let rig: ActionRig;
    let proxy: ListeningProxy;

    /** Through the proxy, which hears what we say. */
    const run = (action: ActionName, how: Run = {}): Promise<ActionOutcome> =>
      rig.run(action, { ...how, profile: consoleOf(proxy, { name: 'east', label: 'production' }) });
    const commands = (): readonly string[] => proxy.commands.filter(command => !command.startsWith('SHOW'));
    const isAllPaused = async (): Promise<boolean> => (await rig.ask('PAUSE pgbouncer')).includes('already');
    const untilPaused = (database: string): Promise<void> =>
      until('it is paused', async () => (await rig.paused()).includes(database));
    const looks = (): number => proxy.commands.filter(command => command === 'SHOW POOLS').length;

    before(async () => {
      postgres = await servers.postgres({ major: 18 });
      const client = await servers.superuser(postgres);
      await client.query('CREATE DATABASE other');
    });
    beforeEach(async () => {
      rig = await startActionRig(servers, postgres, release);
      proxy = await startListeningProxy(rig.pooler);
      servers.atEnd(() => proxy.stop());
    });
    afterEach(async () => {
      assert.equal(proxy.cancels, 0);
      await proxy.stop();
      await rig.stop();
    });

    for (const how of ['timedOut', 'cancelled'] as const) {
      for (const database of ['postgres', null]) {
        const stopped = async (): Promise<ActionOutcome> => {
          const stop = new AbortController();
          const outcome = run('pause', {
            target: { database },
            timeoutMs: how === 'timedOut' ? shortMs : 60_000,
            signal: stop.signal,
          });
          await until('it is paused', async () =>
            database === null ? isAllPaused() : (await rig.paused()).length > 0,
          );
          if (how === 'cancelled') {
            stop.abort();
          }
          return outcome;
        };

        it(`PAUSE of ${database ?? 'all'} in session mode, ${how}: what it paused is resumed, and clients go on`, async () => {
          const client = await rig.client();
          const outcome = await stopped();
          assert.deepEqual(outcome, { kind: how, left: { tag: 'resumed' } });
          assert.match(
            await rig.sentence('pause', outcome, { target: { database } }),
            /It was resumed, so it runs as before\.$/,
          );
          assert.equal(await isAllPaused(), false);
          assert.deepEqual(await rig.paused(), []);
          await client.query('SELECT 1');
          await rig.client();
          await until('the console is rid of it', async () => (await rig.snapshot()).lists.get('used_clients') === 4);
        });
      }

      it(`PAUSE of a database that was paused before, ${how}: it stays paused`, async () => {
        const client = await rig.client();
        void rig.client('other');
        const earlier = run('pause', { target: shop, timeoutMs: 20_000 });
        await untilPaused('postgres');
        const stop = new AbortController();
        const later = run('pause', {
          target: shop,
          timeoutMs: how === 'timedOut' ? shortMs : 60_000,
          signal: stop.signal,
        });
        await until('it is sent', async () => commands().filter(command => command === 'PAUSE postgres').length === 2);
        if (how === 'cancelled') {
          stop.abort();
        }
        const outcome = await later;
        assert.deepEqual(outcome, { kind: how, left: { tag: 'pausedBefore' } });
        assert.match(await rig.sentence('pause', outcome, { target: shop }), /paused before, so it was left paused\.$/);
        assert.deepEqual(await rig.paused(), ['postgres']);
        assert.ok(!commands().includes('RESUME postgres'));
        await client.end();
        assert.equal((await earlier).kind, 'done');
      });
    }

    it('a PAUSE of all leaves a PAUSE by name alone when it is given up', async () => {
      await rig.client();
      await rig.ask('PAUSE other');
      assert.deepEqual(await run('pause', { timeoutMs: shortMs }), { kind: 'timedOut', left: { tag: 'resumed' } });
      assert.deepEqual(await rig.paused(), ['other']);
    });

    it('PAUSE ends when the last client leaves', async () => {
      const client = await rig.client();
      const paused = run('pause', { target: shop });
      await untilPaused('postgres');
      await client.end();
      assert.deepEqual(await paused, { kind: 'done', answer: 'PAUSE', paused: [] });
      assert.deepEqual(await rig.paused(), ['postgres']);
    });

    it('a RESUME by somebody else, after which a PAUSE is never answered, is seen and told', async () => {
      await rig.client();
      for (const database of ['postgres', null]) {
        const before = looks();
        const paused = run('pause', { target: { database }, timeoutMs: 30_000 });
        await until('it is paused', async () => (database === null ? isAllPaused() : (await rig.paused()).length > 0));
        // As long as nobody has looked, a PAUSE that is not there yet and one that is gone look the same.
        await until('it was looked at', async () => looks() > before + 2);
        assert.equal(await rig.ask(database === null ? 'RESUME' : 'RESUME postgres'), 'RESUME');
        const outcome = await paused;
        assert.deepEqual(outcome, { kind: 'resumedMeanwhile' });
        assert.match(await rig.sentence('pause', outcome, { target: { database } }), /resumed by somebody else/);
      }
    });

    it('an answer that is for another PAUSE is not taken for ours', async () => {
      await rig.client();
      await (await rig.client('other')).end();
      await rig.ask('PAUSE other');
      const paused = run('pause', { target: shop, timeoutMs: 30_000 });
      await untilPaused('postgres');
      // With only a drained database paused, PgBouncer answers all that wait for a PAUSE.
      await rig.ask('RESUME postgres');
      assert.deepEqual(await paused, { kind: 'resumedMeanwhile' });
    });

    it('after a WAIT_CLOSE PgBouncer answers a PAUSE at once; it is done only when the server connections are free', async () => {
      const client = await rig.client();
      assert.equal((await run('waitClose', { target: shop })).kind, 'done');
      const paused = run('pause', { target: shop });
      const early = await Promise.race([paused, new Promise(resolve => setTimeout(resolve, 1500, 'waits'))]);
      assert.equal(early, 'waits');
      await client.query('SELECT 1');
      await client.end();
      const outcome = await paused;
      assert.equal(outcome.kind, 'done');
      assert.deepEqual(await rig.paused(), ['postgres']);
    });

    it('a PAUSE that is still on its way when it is cancelled is awaited and taken back', async () => {
      await rig.client();
      proxy.slow = { pattern: /^PAUSE postgres/, delayMs: 700 };
      const stop = new AbortController();
      const paused = run('pause', { target: shop, signal: stop.signal });
      await until('it is sent', async () => commands().includes('PAUSE postgres'));
      stop.abort();
      assert.deepEqual(await paused, { kind: 'cancelled', left: { tag: 'resumed' } });
      assert.deepEqual(await rig.paused(), []);
      assert.deepEqual(commands(), ['PAUSE postgres', 'RESUME postgres']);
    });

    it('a PAUSE whose connection is cut is taken back', async () => {
      await rig.client();
      const paused = run('pause', { target: shop });
      await untilPaused('postgres');
      proxy.cut(/^PAUSE/);
      const outcome = await paused;
      assert.ok(outcome.kind === 'lost', JSON.stringify(outcome));
      assert.deepEqual(outcome.left, { tag: 'resumed' });
      assert.deepEqual(await rig.paused(), []);
    });

    it('a PAUSE whose watching connection is cut is taken back over a third one', async () => {
      await rig.client();
      const paused = run('pause', { target: shop });
      await untilPaused('postgres');
      proxy.cut(/^SHOW DATABASES/);
      const outcome = await paused;
      assert.ok(outcome.kind === 'lost', JSON.stringify(outcome));
      assert.deepEqual(outcome.left, { tag: 'resumed' });
      assert.deepEqual(await rig.paused(), []);
    });

    it('a PAUSE that cannot be taken back is told to be there still', async () => {
      await rig.client();
      const paused = run('pause', { target: shop });
      await untilPaused('postgres');
      proxy.cutOff();
      const outcome = await paused;
      assert.ok(outcome.kind === 'lost' && outcome.left.tag === 'stillPaused', JSON.stringify(outcome));
      assert.match(
        await rig.sentence('pause', outcome, { target: shop }),
        /It may still be paused, for it could not be resumed/,
      );
      assert.deepEqual(await rig.paused(), ['postgres']);
    });

    it('what is cancelled before it is sent does nothing', async () => {
      const stop = new AbortController();
      stop.abort();
      for (const action of ['pause', 'kill', 'waitClose', 'disable'] as const) {
        const outcome = await run(action, { target: shop, signal: stop.signal });
        assert.deepEqual(outcome, { kind: 'cancelled', left: { tag: 'notSent' } });
      }
      assert.deepEqual(commands(), []);
    });

    for (const how of ['timedOut', 'cancelled'] as const) {
      it(`WAIT_CLOSE that blocks, ${how}: nothing is left to take back`, async () => {
        const client = await rig.client();
        await run('reconnect', { target: shop });
        const stop = new AbortController();
        const waits = run('waitClose', {
          target: shop,
          timeoutMs: how === 'timedOut' ? shortMs : 60_000,
          signal: stop.signal,
        });
        await until('it is sent', async () => commands().includes('WAIT_CLOSE postgres'));
        if (how === 'cancelled') {
          stop.abort();
        }
        assert.deepEqual(await waits, { kind: how, left: { tag: 'nothing' } });
        await client.query('SELECT 1');
        assert.deepEqual(await rig.paused(), []);
      });
    }

    it('WAIT_CLOSE ends when the last old connection is closed, and not when another’s PAUSE is answered', async () => {
      const client = await rig.client();
      await (await rig.client('other')).end();
      await run('reconnect', { target: shop });
      const waits = run('waitClose', { target: shop });
      await until('it is sent', async () => commands().includes('WAIT_CLOSE postgres'));
      await rig.ask('PAUSE other');
      const early = await Promise.race([waits, new Promise(resolve => setTimeout(resolve, 1500, 'waits'))]);
      assert.equal(early, 'waits');
      await client.end();
      assert.equal((await waits).kind, 'done');
    });
  });

  describe(`pools: console ${release}, shutdowns`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    let postgres: PostgresServer;
    let rig: ActionRig;

    const isListening = ({ port }: PgBouncerServer): Promise<boolean> =>
      new Promise(resolve => {
        const socket = connectSocket(port, '127.0.0.1');
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      });
    const hasEnded = async ({ pid }: PgBouncerServer): Promise<boolean> => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };

    before(async () => {
      postgres = await servers.postgres({ major: 18 });
      const client = await servers.superuser(postgres);
      await client.query('CREATE DATABASE other');
    });
    beforeEach(async () => {
      rig = await startActionRig(servers, postgres, release);
    });

    it('SHUTDOWN: the connection just ends, and that is how it should be', async () => {
      const client = await rig.client();
      const { version } = await rig.snapshot();
      const outcome = await rig.run('shutdown');
      assert.deepEqual(outcome, { kind: 'done', answer: null, paused: [] });
      await until('it has ended', () => hasEnded(rig.pooler));
      await assert.rejects(client.query('SELECT 1'));
      assert.ok(version.major > 0);
      const again = await rig.run('shutdown');
      assert.ok(again.kind === 'refused' && again.reason.tag === 'connection', JSON.stringify(again));
    });

    it('SHUTDOWN WAIT_FOR_CLIENTS: our kept connection does not keep it from ending', async () => {
      const client = await rig.client();
      const drains = isAtLeast((await rig.snapshot()).version, 1, 23);
      // The kept connection is there, and in use until it is dropped.
      const use = rig.consoles.use(rig.admin, never, session => session.ask('SHOW VERSION', { timeoutMs: 5000 }));
      const outcome = await rig.run('shutdownWaitForClients');
      await use;
      if (!drains) {
        assert.deepEqual(outcome, { kind: 'refused', reason: { tag: 'notKnown' } });
        return rig.stop();
      }
      assert.deepEqual(outcome, { kind: 'done', answer: 'SHUTDOWN', paused: [] });
      assert.equal(await isListening(rig.pooler), false);
      await client.query('SELECT 1');
      await client.end();
      assert.equal(await hasEnded(rig.pooler), false);
      await rig.leave();
      await until('it has ended', () => hasEnded(rig.pooler));
    });

    it('SHUTDOWN WAIT_FOR_SERVERS: ends when the servers are free, and nothing takes it back', async () => {
      const client = await rig.client();
      const drains = isAtLeast((await rig.snapshot()).version, 1, 23);
      const outcome = await rig.run('shutdownWaitForServers');
      if (!drains) {
        assert.deepEqual(outcome, { kind: 'refused', reason: { tag: 'notKnown' } });
        return rig.stop();
      }
      assert.deepEqual(outcome, { kind: 'done', answer: 'SHUTDOWN', paused: [] });
      assert.match(await rig.ask('RESUME'), /pooler is shutting down/);
      await client.query('SELECT 1');
      await client.end();
      await until('it has ended', () => hasEnded(rig.pooler));
    });
  });
}
