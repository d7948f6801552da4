import assert from 'node:assert/strict';
import { availableActions, roleOf, type ActionName } from '../../src/pools/actions';
import { readClients } from '../../src/pools/readSnapshot';
import { isAtLeast } from '../../src/pools/version';
import { consolesUnderTest } from '../lab/matrix';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, until } from './connectionFixture';
import { startActionRig, type ActionRig, type Run } from './poolsActionsFixture';
import { suiteServers } from './serverFixture';

const all: readonly ActionName[] = [
  'pause',
  'resume',
  'disable',
  'enable',
  'reconnect',
  'waitClose',
  'kill',
  'killClient',
  'reload',
  'shutdown',
  'shutdownWaitForServers',
  'shutdownWaitForClients',
];

const shop: Run = { target: { database: 'postgres' } };

for (const release of consolesUnderTest) {
  describe(`pools: console ${release}, actions`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    let postgres: PostgresServer;
    let rig: ActionRig;

    const done = async (action: ActionName, how: Run = {}, paused: readonly string[] = []): Promise<string | null> => {
      const outcome = await rig.run(action, how);
      assert.ok(outcome.kind === 'done', JSON.stringify(outcome));
      assert.deepEqual(outcome.paused, paused);
      return outcome.answer;
    };
    const refused = async (action: ActionName, tag: string, how: Run = {}): Promise<string> => {
      const outcome = await rig.run(action, how);
      assert.ok(outcome.kind === 'refused', JSON.stringify(outcome));
      assert.equal(outcome.reason.tag, tag);
      return rig.sentence(action, outcome, how);
    };
    const has = async (minor: number): Promise<boolean> => isAtLeast((await rig.snapshot()).version, 1, minor);
    const offered = async (database?: string): Promise<readonly ActionName[]> => {
      const snapshot = await rig.snapshot();
      return availableActions(
        snapshot.version,
        'admin',
        snapshot,
        database === undefined ? { kind: 'instance' } : { kind: 'database', database },
      );
    };

    before(async () => {
      postgres = await servers.postgres({ major: 18 });
      const client = await servers.superuser(postgres);
      await client.query('CREATE DATABASE other');
    });
    beforeEach(async () => {
      rig = await startActionRig(servers, postgres, release);
    });
    afterEach(() => rig.stop());

    it('PAUSE and RESUME of a database: a client waits in between', async () => {
      assert.equal(await done('pause', shop), 'PAUSE');
      assert.deepEqual(await rig.paused(), ['postgres']);
      const waits = rig.client();
      await until('a client waits', async () => (await rig.snapshot()).pools.some(pool => pool.clientsWaiting === 1));
      assert.equal(await done('resume', shop), 'RESUME');
      await waits;
      assert.deepEqual(await rig.paused(), []);
    });

    it('PAUSE and RESUME of all', async () => {
      assert.equal(await done('pause'), 'PAUSE');
      assert.match(await rig.ask('PAUSE pgbouncer'), /already/);
      assert.equal(await done('resume'), 'RESUME');
      assert.match(await rig.ask('PAUSE pgbouncer'), /cannot pause admin db/);
    });

    it('DISABLE and ENABLE: who connects anew is refused, who is there stays', async () => {
      const there = await rig.client();
      assert.equal(await done('disable', shop), 'DISABLE');
      await assert.rejects(rig.client(), /disabled|does not allow connections/);
      await there.query('SELECT 1');
      assert.equal(await done('enable', shop), 'ENABLE');
      await rig.client();
    });

    it('RECONNECT and WAIT_CLOSE, of a database and of all', async () => {
      for (const how of [shop, {}]) {
        const client = await rig.client();
        const pid = async (): Promise<unknown> => (await client.query('SELECT pg_backend_pid() AS pid')).rows;
        const before = await pid();
        assert.equal(await done('reconnect', how), 'RECONNECT');
        assert.deepEqual(await pid(), before);
        await client.end();
        assert.equal(await done('waitClose', how), 'WAIT_CLOSE');
      }
    });

    it('KILL of a database ends its clients and pauses it, until it is resumed by its name', async () => {
      const client = await rig.client();
      const other = await rig.client('other');
      assert.equal(await done('kill', shop, ['postgres']), 'KILL');
      await assert.rejects(client.query('SELECT 1'));
      await other.query('SELECT 1');
      assert.deepEqual(await rig.paused(), ['postgres']);
      assert.match(await refused('resume', 'notPaused'), /resumed by its name\.$/);
      assert.deepEqual(await rig.paused(), ['postgres']);
      await done('resume', shop);
      await rig.client();
    });

    it('KILL of all is for 1.25 and newer; it pauses each database that had a pool', async () => {
      await rig.client();
      const knows = await has(25);
      assert.equal((await offered()).includes('kill'), knows);
      if (!knows) {
        assert.match(await refused('kill', 'databaseRequired'), /one database at a time/);
        assert.deepEqual(await rig.paused(), []);
        return;
      }
      const outcome = await rig.run('kill');
      assert.deepEqual(outcome, { kind: 'done', answer: 'KILL', paused: ['postgres'] });
      assert.match(await rig.sentence('kill', outcome), /resumed by its name: postgres\.$/);
      await refused('resume', 'notPaused');
      await done('resume', shop);
      await rig.client();
    });

    it('KILL does not claim what had been paused before', async () => {
      await rig.ask('PAUSE postgres');
      await done('kill', shop, []);
    });

    it('RESUME of all names those that stay paused', async () => {
      await rig.ask('PAUSE other');
      await rig.ask('PAUSE');
      const outcome = await rig.run('resume');
      assert.deepEqual(outcome, { kind: 'done', answer: 'RESUME', paused: ['other'] });
      assert.match(await rig.sentence('resume', outcome), /Still paused, each by its name: other\.$/);
    });

    it('while all is paused, PAUSE and KILL are refused and not offered', async () => {
      await rig.ask('PAUSE');
      for (const action of ['pause', 'kill'] as const) {
        await refused(action, 'alreadyPaused', shop);
      }
      await refused('pause', 'alreadyPaused');
      assert.deepEqual(await rig.paused(), []);
      if (await has(19)) {
        assert.deepEqual(await offered('postgres'), ['disable', 'reconnect', 'waitClose']);
        assert.ok(!(await offered()).includes('pause'));
      }
      assert.ok((await offered()).includes('resume'));
      await done('resume');
    });

    it('KILL_CLIENT, from 1.24 on: its connection ends; once it is gone, that is said', async () => {
      const client = await rig.client();
      const clients = await rig.consoles.use(rig.admin, never, session => readClients(session, never));
      const found = clients.find(({ database }) => database === 'postgres');
      assert.ok(found);
      const snapshot = await rig.snapshot();
      const offers = availableActions(snapshot.version, 'admin', snapshot, { kind: 'client', client: found });
      if (!(await has(24))) {
        assert.deepEqual(offers, []);
        assert.equal(found.id, null);
        await refused('killClient', 'notKnown', { target: { clientId: 1 } });
        return;
      }
      assert.deepEqual(offers, ['killClient']);
      const target = { clientId: found.id };
      assert.equal(await done('killClient', { target }), 'KILL_CLIENT');
      await assert.rejects(client.query('SELECT 1'));
      assert.match(await refused('killClient', 'clientGone', { target }), /gone already/);
    });

    it('RELOAD of a broken file: said by 1.25 and newer, of older ones only that they do not say', async () => {
      assert.equal(await done('reload'), 'RELOAD');
      await rig.pooler.configure({ no_such_setting: '1' });
      if (await has(25)) {
        assert.match(await refused('reload', 'reloadFailed'), /its log says which line/);
        return;
      }
      const outcome = await rig.run('reload');
      assert.deepEqual(outcome, { kind: 'done', answer: 'RELOAD', paused: [] });
      assert.match(await rig.sentence('reload', outcome), /answers so even when the file is wrong/);
    });

    it('who may only look is refused everything, and offered nothing', async () => {
      const client = await rig.client();
      const snapshot = await rig.snapshot(rig.onlooker);
      assert.equal(roleOf(snapshot.config, 'onlooker'), 'stats');
      assert.equal(roleOf(snapshot.config, 'postgres'), 'admin');
      const clients = await rig.consoles.use(rig.onlooker, never, session => readClients(session, never));
      for (const place of [
        { kind: 'instance' },
        { kind: 'database', database: 'postgres' },
        ...clients.map(one => ({ kind: 'client', client: one }) as const),
      ] as const) {
        assert.deepEqual(availableActions(snapshot.version, 'stats', snapshot, place), []);
      }
      const notKnown = new Set<ActionName>([
        ...((await has(24)) ? [] : (['killClient'] as const)),
        ...((await has(23)) ? [] : (['shutdownWaitForServers', 'shutdownWaitForClients'] as const)),
      ]);
      for (const action of all) {
        const ofDatabase = !/^(reload|shutdown)/.test(action);
        const target = action === 'killClient' ? { clientId: 1 } : ofDatabase ? { database: 'postgres' } : {};
        const unknown = notKnown.has(action);
        const sentence = await refused(action, unknown ? 'notKnown' : 'adminNeeded', { target, profile: rig.onlooker });
        assert.match(sentence, unknown ? /does not know/ : /onlooker may only look at “east” \(production\)/);
      }
      assert.deepEqual(await rig.paused(), []);
      await client.query('SELECT 1');
    });

    it('what is offered of a database follows its state', async () => {
      assert.deepEqual(await offered('postgres'), ['pause', 'disable', 'reconnect', 'waitClose', 'kill']);
      await done('pause', shop);
      await done('disable', shop);
      assert.deepEqual(await offered('postgres'), ['resume', 'enable', 'reconnect', 'waitClose', 'kill']);
      assert.deepEqual(await offered('pgbouncer'), []);
      assert.equal((await offered()).includes('shutdownWaitForClients'), await has(23));
      await refused('resume', 'databaseNotPaused', { target: { database: 'other' } });
      await refused('pause', 'databaseMissing', { target: { database: 'nope' } });
      await refused('pause', 'consoleDatabase', { target: { database: 'pgbouncer' } });
    });
  });

  describe(`pools: console ${release}, names in actions`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    let rig: ActionRig;

    before(async () => {
      // A name that the lab writes as `*`, so that every name is a database's.
      const postgres = await servers.postgres({ major: 18 });
      rig = await startActionRig(servers, postgres, release, { databases: ['any-name'] });
      servers.atEnd(() => rig.stop());
    });

    const sayable = [
      'my-db',
      'Shop',
      'shop"; KILL',
      'tab\tand\nline',
      'é🐘',
      'select',
      '1',
      '‮rtl',
      'a'.repeat(63),
      ' ',
    ];
    for (const database of sayable) {
      it(`pauses, disables and resumes ${JSON.stringify(database)}, and nothing else`, async () => {
        const how: Run = { target: { database } };
        for (const action of ['disable', 'pause'] as const) {
          const outcome = await rig.run(action, how);
          assert.equal(outcome.kind, 'done', JSON.stringify(outcome));
        }
        const { databases } = await rig.snapshot();
        assert.deepEqual(
          databases.filter(({ paused, disabled }) => paused || disabled).map(({ name }) => name),
          [database],
        );
        assert.equal((await rig.run('enable', how)).kind, 'done');
        assert.equal((await rig.run('resume', how)).kind, 'done');
      });
    }

    for (const database of ['', 'a-'.repeat(31), 'a'.repeat(64), '"'.repeat(31)]) {
      it(`cannot say ${JSON.stringify(database)}, and pauses nothing in its place`, async () => {
        const snapshot = await rig.snapshot();
        assert.deepEqual(availableActions(snapshot.version, 'admin', snapshot, { kind: 'database', database }), []);
        for (const action of ['pause', 'kill', 'disable', 'reconnect'] as const) {
          const outcome = await rig.run(action, { target: { database } });
          assert.deepEqual(outcome, { kind: 'refused', reason: { tag: 'notNameable' } });
        }
        assert.deepEqual(await rig.paused(), []);
      });
    }
  });
}
