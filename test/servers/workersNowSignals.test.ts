import assert from 'node:assert/strict';
import { signalQuestion } from '../../src/workers/signalQuestion';
import { superuser } from '../lab/connect';
import {
  createHeldTable,
  holdQuery,
  parallelSettings,
  untilWorkers,
  workersSleep,
  type HeldQuery,
} from '../lab/heldQueries';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, profileOf, until } from './connectionFixture';
import { majorsWithOldest, suiteServers } from './serverFixture';
import { backendOf, openWindow, workersOf } from './workersNowFixture';

for (const major of majorsWithOldest) {
  describe(`workers: signals on PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const window = openWindow();
    const held: HeldQuery[] = [];
    let server: PostgresServer;

    const hold = async (sql = workersSleep, user = 'postgres'): Promise<HeldQuery> => {
      const query = await holdQuery({ server, user, settings: parallelSettings(2) }, sql);
      held.push(query);
      await until('it runs', async () =>
        (await window.look(profileOf(server))).backends.some(({ pid, state, leaderPid }) =>
          sql === workersSleep ? leaderPid === query.pid : pid === query.pid && state === 'active',
        ),
      );
      return query;
    };
    const stillRuns = async (pid: number): Promise<boolean> =>
      backendOf(await window.look(profileOf(server)), pid).state === 'active';

    /** The error reaches the client a moment before the session is idle. */
    const becomesIdle = (pid: number): Promise<void> =>
      until('it is idle', async () => backendOf(await window.look(profileOf(server)), pid).state === 'idle');

    before(async () => {
      server = await servers.postgres({ major });
      servers.atEnd(() => window.sessions.dispose());
      await createHeldTable(server);
      const admin = await superuser(server);
      await admin.query('CREATE ROLE app LOGIN; CREATE ROLE helper LOGIN; GRANT pg_signal_backend TO helper');
      await admin.query('CREATE ROLE watcher LOGIN; GRANT pg_monitor TO watcher');
      await admin.end();
    });
    afterEach(async () => {
      await Promise.all(held.splice(0).map(query => query.release()));
    });

    it('cancels a query; its session stays', async () => {
      const query = await hold();
      const leader = backendOf(await window.look(profileOf(server)), query.pid);
      assert.equal(await window.send(profileOf(server), leader, 'cancel'), 'sent');
      assert.equal(await query.ended, '57014');
      await becomesIdle(query.pid);
    });

    it('terminates a session', async () => {
      const query = await hold();
      const leader = backendOf(await window.look(profileOf(server)), query.pid);
      assert.equal(await window.send(profileOf(server), leader, 'terminate'), 'sent');
      assert.equal(await query.ended, '57P01');
      await until('it is gone', async () =>
        (await window.look(profileOf(server))).backends.every(({ pid }) => pid !== query.pid),
      );
      assert.equal(await window.send(profileOf(server), leader, 'terminate'), 'gone');
    });

    for (const signal of ['cancel', 'terminate'] as const) {
      it(`${signal} of one worker ends its leader's query, as the question says`, async () => {
        const query = await hold();
        await untilWorkers(server, query.pid, 2);
        const activity = await window.look(profileOf(server));
        const worker = workersOf(activity, query.pid)[0]!;
        const { sentence, detail } = signalQuestion(activity, worker, signal, 'en');
        assert.ok(sentence.endsWith(`This ends the query of its leader ${String(query.pid)}.`), sentence);
        assert.ok(detail.includes(workersSleep), detail);
        assert.equal(await window.send(profileOf(server), worker, signal), 'sent');
        assert.equal(await query.ended, signal === 'cancel' ? '57014' : '57P01');
        await becomesIdle(query.pid);
      });
    }

    it('leaves another backend alone that has the same process id', async () => {
      const query = await hold();
      const leader = backendOf(await window.look(profileOf(server)), query.pid);
      // A microsecond is enough to tell them apart.
      const startedAt = leader.startedAt!.replace(/\d(?=Z$)/, digit => String((Number(digit) + 1) % 10));
      for (const signal of ['cancel', 'terminate'] as const) {
        assert.equal(await window.send(profileOf(server), { ...leader, startedAt }, signal), 'gone');
      }
      assert.equal(await stillRuns(query.pid), true);
    });

    it('does not cancel the next statement of a session, nor one that has ended', async () => {
      const query = await hold();
      const leader = backendOf(await window.look(profileOf(server)), query.pid);
      const earlier = { ...leader, queryStartedAt: leader.queryStartedAt!.replace(/^\d{4}/, '2001') };
      assert.equal(await window.send(profileOf(server), earlier, 'cancel'), 'movedOn');
      assert.equal(await stillRuns(query.pid), true);
      assert.equal(await window.send(profileOf(server), leader, 'cancel'), 'sent');
      await query.ended;
      await becomesIdle(query.pid);
      assert.equal(await window.send(profileOf(server), leader, 'cancel'), 'movedOn');
      assert.equal(await window.send(profileOf(server), { ...leader, queryStartedAt: null }, 'cancel'), 'movedOn');
    });

    it('signals nobody whom the role may not, or cannot tell apart', async () => {
      const query = await hold('SELECT pg_sleep(60)', 'app');
      const ofSuperuser = await hold('SELECT pg_sleep(60)');
      const activity = await window.look(profileOf(server));
      const app = backendOf(activity, query.pid);
      assert.equal(await window.send(profileOf(server, { user: 'watcher' }), app, 'cancel'), 'notAllowed');
      assert.equal(await window.send(profileOf(server, { user: 'watcher' }), app, 'terminate'), 'notAllowed');
      // May signal, but is not shown when the backend started: it could be another one.
      assert.equal(await window.send(profileOf(server, { user: 'helper' }), app, 'terminate'), 'hidden');
      const hidden = backendOf(await window.look(profileOf(server, { user: 'helper' })), query.pid);
      assert.equal(await window.send(profileOf(server, { user: 'helper' }), hidden, 'terminate'), 'hidden');
      const admin = await superuser(server);
      await admin.query('GRANT pg_monitor TO helper');
      await admin.end();
      const root = backendOf(activity, ofSuperuser.pid);
      assert.equal(await window.send(profileOf(server, { user: 'helper' }), root, 'cancel'), 'notAllowed');
      assert.equal(await stillRuns(query.pid), true);
      assert.equal(await stillRuns(ofSuperuser.pid), true);
      assert.equal(await window.send(profileOf(server, { user: 'helper' }), app, 'cancel'), 'sent');
      assert.equal(await query.ended, '57014');
      const own = await hold('SELECT pg_sleep(60)', 'app');
      const seen = backendOf(await window.look(profileOf(server, { user: 'app' })), own.pid);
      assert.equal(await window.send(profileOf(server, { user: 'app' }), seen, 'terminate'), 'sent');
      assert.equal(await own.ended, '57P01');
    });
  });
}
