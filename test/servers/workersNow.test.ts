import assert from 'node:assert/strict';
import type { Activity } from '../../src/workers/activity';
import { superuser } from '../lab/connect';
import {
  createHeldTable,
  holdQuery,
  leaderSleeps,
  parallelSettings,
  untilWorkers,
  workersSleep,
  type HeldQuery,
} from '../lab/heldQueries';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, profileOf, readOnly, until } from './connectionFixture';
import { majorsWithOldest, suiteServers } from './serverFixture';
import { backendOf, childrenOf, idOf, nodeAt, openWindow, treeOf, workersOf } from './workersNowFixture';

/** These are hidden, and so is nothing that is no session; the idle ones of this window may be, too. */
function assertHidden(activity: Activity, pids: readonly number[]): void {
  const hidden = childrenOf(nodeAt(treeOf(activity), 'hidden')).map(({ label }) => Number.parseInt(label, 10));
  assert.deepEqual(
    pids.filter(pid => !hidden.includes(pid)),
    [],
  );
  assert.equal(activity.hiddenCount, hidden.length);
  for (const pid of hidden) {
    assert.deepEqual(backendOf(activity, pid).query, { kind: 'hidden' });
    assert.equal(backendOf(activity, pid).database, 'postgres');
  }
}

for (const major of majorsWithOldest) {
  describe(`workers: now on PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const window = openWindow();
    const held: HeldQuery[] = [];
    let server: PostgresServer;

    const hold = async (sql: string, workers: number, user = 'postgres'): Promise<HeldQuery> => {
      const query = await holdQuery({ server, user, settings: parallelSettings(workers) }, sql);
      held.push(query);
      return query;
    };
    const releaseAll = async (): Promise<void> => {
      await Promise.all(held.splice(0).map(query => query.release()));
    };

    before(async () => {
      server = await servers.postgres({ major, settings: { track_activity_query_size: '1024' } });
      servers.atEnd(() => window.sessions.dispose());
      await createHeldTable(server);
      const admin = await superuser(server);
      await admin.query(`CREATE ROLE "Weird ""user" LOGIN; CREATE ROLE app LOGIN; CREATE ROLE boss LOGIN`);
      await admin.query('GRANT pg_monitor TO boss');
      await admin.end();
    });
    afterEach(releaseAll);
    it('shows leaders with their workers, both waits in plain words, and the slots they take', async () => {
      const slow = await hold(workersSleep, 3);
      const fast = await hold(leaderSleeps, 2);
      await untilWorkers(server, slow.pid, 3, `wait_event = 'PgSleep'`);
      await untilWorkers(server, fast.pid, 2, `wait_event = 'MessageQueueSend'`);
      const activity = await window.look(profileOf(server));
      assert.equal(Math.floor(activity.serverVersion / 10_000), major);
      assert.deepEqual(activity.slots, {
        parallelUsed: 5,
        parallelMax: 8,
        // The launcher of logical replication is the sixth.
        backgroundUsed: 6,
        backgroundMax: 16,
        parallelAtLeast: false,
        backgroundAtLeast: false,
      });
      const leader = backendOf(activity, slow.pid);
      assert.equal(leader.kind, 'client');
      assert.equal(leader.state, 'active');
      assert.match(leader.startedAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      assert.ok((leader.queryMs ?? -1) > 0 && (leader.queryMs ?? 0) < 60_000);
      assert.deepEqual(leader.query, { kind: 'text', text: workersSleep, cutShort: false });
      assert.equal(leader.queryId === null, major < 14);
      for (const worker of workersOf(activity, slow.pid)) {
        assert.equal(worker.kind, 'parallelWorker');
        assert.equal(worker.queryStartedAt, leader.queryStartedAt);
        assert.notEqual(worker.startedAt, null);
      }
      const tree = treeOf(activity);
      assert.equal(tree.description, '5 of 8 parallel workers · 6 of 16 worker processes');
      assert.deepEqual(
        childrenOf(tree).map(({ id }) => id),
        [slow, fast].map(({ pid }) => `${idOf(pid)}${backendOf(activity, pid).startedAt ?? ''}`),
        'longest first',
      );
      const slowNode = nodeAt(tree, idOf(slow.pid));
      assert.match(slowNode.label, /^\d+ postgres$/);
      assert.match(slowNode.description, / · leader waits for rows from workers · 3 workers · SELECT/);
      assert.equal(slowNode.menu, 'leader cancellable terminable copyable explainable');
      assert.equal(slowNode.expanded, true);
      assert.deepEqual(
        childrenOf(slowNode).map(({ label }) => Number.parseInt(label, 10)),
        workersOf(activity, slow.pid)
          .map(({ pid }) => pid)
          .toSorted((a, b) => a - b),
      );
      assert.deepEqual(
        new Set(childrenOf(nodeAt(tree, idOf(fast.pid))).map(({ description }) => description)),
        new Set(['waits: leader reads too slowly']),
      );
    });

    it('keeps the ids of what is still there, and leaves out who asks', async () => {
      const query = await hold(workersSleep, 2);
      await untilWorkers(server, query.pid, 2);
      const first = await window.look(profileOf(server));
      const second = await window.look(profileOf(server));
      const ids = (tree = treeOf(first)) =>
        childrenOf(tree).map(node => [node.id, childrenOf(node).map(({ id }) => id)]);
      assert.deepEqual(ids(treeOf(second)), ids(treeOf(first)));
      const asking = await window.sessions.rolledBack(profileOf(server), readOnly, never, async tx => tx.backendPid);
      assert.ok(second.backends.every(({ pid }) => pid !== asking));
      await query.release();
      const third = await window.look(profileOf(server));
      assert.deepEqual(
        childrenOf(treeOf(third)).map(({ id }) => id),
        ['nothing'],
      );
      assert.equal(third.slots.parallelUsed, 0);
    });

    it('marks what works for this window, the workers too', async () => {
      const query = await hold(workersSleep, 2);
      await untilWorkers(server, query.pid, 2);
      const activity = await window.look(profileOf(server), new Set([query.pid]));
      assert.deepEqual(
        activity.backends
          .filter(({ own }) => own)
          .map(({ pid }) => pid)
          .toSorted((a, b) => a - b),
        [query.pid, ...workersOf(activity, query.pid).map(({ pid }) => pid)].toSorted((a, b) => a - b),
      );
      assert.match(nodeAt(treeOf(activity), idOf(query.pid)).description, / · of this window · /);
    });

    it('says of a query that does not fit that it was cut short', async () => {
      const fits = `SELECT pg_sleep(60) /* ${'x'.repeat(900)} */`;
      const long = `SELECT pg_sleep(60) /* ${'é'.repeat(900)} */`;
      const queries = [await hold(fits, 0), await hold(long, 0)];
      await until('both run', async () => {
        const { backends } = await window.look(profileOf(server));
        return queries.every(({ pid }) => backends.some(backend => backend.pid === pid && backend.state === 'active'));
      });
      const activity = await window.look(profileOf(server));
      const [short, cut] = queries.map(({ pid }) => backendOf(activity, pid).query);
      assert.deepEqual(short, { kind: 'text', text: fits, cutShort: false });
      assert.ok(cut?.kind === 'text' && cut.cutShort && long.startsWith(cut.text), JSON.stringify(cut));
      const others = treeOf(activity);
      assert.equal(
        nodeAt(others, 'others', idOf(queries[0]!.pid)).menu,
        'session cancellable terminable copyable explainable',
      );
      assert.equal(nodeAt(others, 'others', idOf(queries[1]!.pid)).menu, 'session cancellable terminable copyable');
    });

    it('shows who blocks whom, and an idle session only when it is in the way', async () => {
      const blocker = await superuser(server);
      const idle = await superuser(server);
      try {
        const pidOf = async (client: typeof blocker): Promise<number> =>
          (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
        const idlePid = await pidOf(idle);
        // Holds a lock of its session outside of a transaction: idle, and yet in the way.
        await idle.query('SELECT pg_advisory_lock(7)');
        const blockerPid = await pidOf(blocker);
        await blocker.query('BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE');
        const reader = await hold('SELECT count(*) FROM held', 0);
        const second = await hold('SELECT count(*) FROM held WHERE n < 0', 0);
        const locker = await hold('SELECT pg_advisory_lock(7)', 0);
        const waiting = [reader, second, locker].map(({ pid }) => pid);
        await until('all wait', async () => {
          const { backends } = await window.look(profileOf(server));
          return waiting.every(pid => backends.some(one => one.pid === pid && one.waitEventType === 'Lock'));
        });
        const activity = await window.look(profileOf(server));
        assert.deepEqual(
          waiting.map(pid => backendOf(activity, pid).blockedBy),
          [[blockerPid], [blockerPid], [idlePid]],
        );
        const tree = treeOf(activity);
        const words = (pid: number): string => nodeAt(tree, 'others', idOf(pid)).description;
        assert.match(words(blockerPid), /^[\d.]+\s\w+ · blocks 2 sessions · idle in transaction · /);
        assert.match(words(idlePid), / · blocks 1 session · idle · /);
        const by = new RegExp(
          ` · blocked by ${String(blockerPid)} \\(planpool lab, idle in transaction for [^)]+\\) · waits for a lock on a table or index · `,
        );
        assert.match(words(reader.pid), by);
        assert.match(
          words(locker.pid),
          new RegExp(` · blocked by ${String(idlePid)} .* · waits for an advisory lock · `),
        );
        await blocker.query('ROLLBACK');
        await idle.query('SELECT pg_advisory_unlock_all()');
        await releaseAll();
        const later = await window.look(profileOf(server));
        assert.deepEqual(
          childrenOf(treeOf(later)).map(({ id }) => id),
          ['nothing'],
        );
      } finally {
        await blocker.end();
        await idle.end();
      }
    });

    it('shows a role without pg_monitor its own sessions, and of others that they are hidden', async () => {
      const others = await hold(workersSleep, 2);
      const own = await hold(workersSleep, 2, 'app');
      await untilWorkers(server, others.pid, 2);
      await untilWorkers(server, own.pid, 2);
      const activity = await window.look(profileOf(server, { user: 'app' }));
      assert.equal(activity.user, 'app');
      assertHidden(activity, [others.pid, ...(await untilWorkers(server, others.pid, 2))]);
      assert.deepEqual(activity.slots, {
        ...activity.slots,
        parallelUsed: 2,
        parallelAtLeast: true,
        backgroundAtLeast: true,
      });
      const hidden = backendOf(activity, others.pid);
      assert.deepEqual(hidden, {
        ...hidden,
        kind: 'other',
        startedAt: null,
        backendType: null,
        state: null,
        database: 'postgres',
        user: 'postgres',
        application: 'planpool lab',
        query: { kind: 'hidden' },
      });
      const tree = treeOf(activity);
      assert.match(tree.description, /^at least 2 of 8 parallel workers · at least 2 of 16 worker processes$/);
      const node = nodeAt(tree, 'hidden');
      assert.equal(node.label, `${String(activity.hiddenCount)} sessions are hidden`);
      assert.equal(node.description, 'GRANT pg_monitor TO app;');
      assert.equal(nodeAt(node, idOf(others.pid)).menu, 'session');
      assert.equal(childrenOf(nodeAt(tree, idOf(own.pid))).length, 2);
      const boss = await window.look(profileOf(server, { user: 'boss' }));
      assert.equal(boss.hiddenCount, 0);
      assert.equal(boss.slots.parallelUsed, 4);
      assert.deepEqual(boss.slots, {
        ...boss.slots,
        backgroundUsed: 5,
        parallelAtLeast: false,
        backgroundAtLeast: false,
      });
      assert.equal(childrenOf(treeOf(boss)).length, 2);
    });

    it('goes on when pg_monitor is taken away, and the GRANT it names is one the server takes', async () => {
      const query = await hold(workersSleep, 2);
      await untilWorkers(server, query.pid, 2);
      const admin = await superuser(server);
      const user = 'Weird "user';
      const profile = profileOf(server, { user });
      try {
        const before = await window.look(profile);
        assertHidden(before, [query.pid]);
        await admin.query(nodeAt(treeOf(before), 'hidden').description);
        const granted = await window.look(profile);
        assert.equal(granted.hiddenCount, 0);
        await admin.query('REVOKE pg_monitor FROM "Weird ""user"');
        const revoked = await window.look(profile);
        assertHidden(revoked, [query.pid]);
        assert.deepEqual(nodeAt(treeOf(revoked), 'hidden').description, 'GRANT pg_monitor TO "Weird ""user";');
      } finally {
        await admin.end();
      }
    });

    it('reads the databases of other encodings beside its own', async () => {
      const admin = await superuser(server);
      for (const encoding of ['LATIN1', 'SQL_ASCII', 'EUC_JP']) {
        await admin.query(
          `CREATE DATABASE ${encoding} ENCODING '${encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`,
        );
      }
      await admin.end();
      const text = `SELECT pg_sleep(60) AS "é", '€'`;
      // SQL_ASCII knows no characters, so that the server cuts one of these two texts in the middle of one.
      const long = (padding: string): string => `SELECT pg_sleep(60) /*${padding}${'é'.repeat(600)}*/`;
      const texts = [
        ['postgres', text],
        ['latin1', text.replace('€', '')],
        ['sql_ascii', text],
        ['sql_ascii', long('')],
        ['sql_ascii', long('x')],
      ] as const;
      const queries: HeldQuery[] = [];
      for (const [database, sql] of texts) {
        const query = await holdQuery({ server, database }, sql);
        held.push(query);
        queries.push(query);
      }
      for (const database of ['postgres', 'latin1', 'sql_ascii', 'euc_jp']) {
        await until(`all run, seen from ${database}`, async () => {
          const { backends } = await window.look(profileOf(server, { database }));
          return queries.every(({ pid }) => backends.some(one => one.pid === pid && one.state === 'active'));
        });
      }
      const activity = await window.look(profileOf(server));
      assert.deepEqual(
        queries.map(({ pid }) => backendOf(activity, pid).query.kind),
        ['text', 'none', 'none', 'none', 'none'],
      );
    });

    it('survives a restart of the server', async () => {
      const before = await window.look(profileOf(server));
      await server.restart();
      const after = await window.look(profileOf(server));
      const identities = new Set(before.backends.map(({ pid, startedAt }) => `${String(pid)} ${startedAt ?? ''}`));
      assert.ok(after.backends.every(({ pid, startedAt }) => !identities.has(`${String(pid)} ${startedAt ?? ''}`)));
    });
  });
}
