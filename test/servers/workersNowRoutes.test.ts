import assert from 'node:assert/strict';
import {
  createHeldTable,
  holdQuery,
  parallelSettings,
  untilWorkers,
  workersSleep,
  type HeldQuery,
} from '../lab/heldQueries';
import { pgBouncersUnderTest } from '../lab/matrix';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { primarySettings, startStandby, type Standby } from '../lab/standby';
import { failOnUnhandledRejection, profileOf } from './connectionFixture';
import { majorsWithOldest, suiteServers } from './serverFixture';
import { backendOf, childrenOf, idOf, nodeAt, openWindow, treeOf, workersOf } from './workersNowFixture';

for (const major of majorsWithOldest) {
  describe(`workers: now on a standby of PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const window = openWindow();
    const held: HeldQuery[] = [];
    let primary: PostgresServer;
    let standby: Standby;

    before(async () => {
      primary = await servers.postgres({ major, settings: primarySettings });
      await createHeldTable(primary);
      standby = await startStandby(primary);
      servers.atEnd(() => standby.stop());
      servers.atEnd(() => window.sessions.dispose());
    });
    afterEach(async () => {
      await Promise.all(held.splice(0).map(query => query.release()));
    });

    it('shows its leaders, and says that it is a standby', async () => {
      const query = await holdQuery({ server: standby, settings: parallelSettings(2) }, workersSleep);
      held.push(query);
      await untilWorkers(standby, query.pid, 2);
      const activity = await window.look(profileOf(standby));
      assert.equal(activity.onStandby, true);
      const tree = treeOf(activity);
      assert.equal(tree.label, 'Now, on a standby');
      assert.equal(childrenOf(nodeAt(tree, idOf(query.pid))).length, 2);
      // Who recovers and who receives are no sessions, but they are there.
      assert.ok(activity.backends.some(({ backendType }) => backendType === 'walreceiver'));
      assert.deepEqual(
        childrenOf(tree).map(({ id }) => id),
        [nodeAt(tree, idOf(query.pid)).id],
      );
    });

    it('ends a query there, too', async () => {
      const query = await holdQuery({ server: standby, settings: parallelSettings(2) }, workersSleep);
      held.push(query);
      await untilWorkers(standby, query.pid, 2);
      const activity = await window.look(profileOf(standby));
      assert.equal(await window.send(profileOf(standby), backendOf(activity, query.pid), 'cancel'), 'sent');
      assert.equal(await query.ended, '57014');
    });

    it('shows no walsender at the primary among the sessions', async () => {
      const activity = await window.look(profileOf(primary));
      assert.equal(activity.onStandby, false);
      assert.ok(activity.backends.some(({ backendType }) => backendType === 'walsender'));
      assert.deepEqual(
        childrenOf(treeOf(activity)).map(({ id }) => id),
        ['nothing'],
      );
    });
  });
}

for (const release of pgBouncersUnderTest) {
  describe(`workers: now through a PgBouncer in transaction mode (${release})`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const password = 'secret';
    const servers = suiteServers();
    const window = openWindow(password);
    let server: PostgresServer;
    let pooler: PgBouncerServer;

    before(async () => {
      server = await servers.postgres({ major: 18, superuserPassword: password });
      await createHeldTable(server);
      pooler = await servers.pgBouncer({ postgres: server, poolMode: 'transaction', release });
      servers.atEnd(() => window.sessions.dispose());
    });

    it('shows the same as directly, leaves itself out, and ends a query', async () => {
      const query = await holdQuery({ server, settings: parallelSettings(2) }, workersSleep);
      try {
        await untilWorkers(server, query.pid, 2);
        const pooled = await window.look(profileOf(pooler));
        const direct = await window.look(profileOf(server));
        const ids = [query.pid, ...workersOf(direct, query.pid).map(({ pid }) => pid)];
        for (const pid of ids) {
          assert.equal(backendOf(pooled, pid).startedAt, backendOf(direct, pid).startedAt);
        }
        assert.deepEqual(
          childrenOf(treeOf(pooled)).map(({ id }) => id),
          [nodeAt(treeOf(direct), idOf(query.pid)).id],
        );
        assert.equal(await window.send(profileOf(pooler), backendOf(pooled, query.pid), 'cancel'), 'sent');
        assert.equal(await query.ended, '57014');
      } finally {
        await query.release();
      }
    });
  });
}
