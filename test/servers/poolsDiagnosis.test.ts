import assert from 'node:assert/strict';
import { Consoles } from '../../src/connection/consoles';
import type { PoolJudgement } from '../../src/pools/diagnosis';
import { judgeInstance, type InstanceJudgement } from '../../src/pools/health';
import type { BackendBehind } from '../../src/pools/holders';
import type { ConsoleSnapshot } from '../../src/pools/model';
import { readClients, readServers, readSnapshot } from '../../src/pools/readSnapshot';
import { defaultThresholds } from '../../src/pools/thresholds';
import { nextTrends, noTrends, type Trends } from '../../src/pools/trends';
import { consolesUnderTest } from '../lab/matrix';
import type { PgBouncerOptions, PgBouncerServer } from '../lab/pgbouncer';
import { PoolLoad } from '../lab/poolLoad';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, Passwords, until } from './connectionFixture';
import { askConsole, consoleOf, noConnectionLeft } from './consoleFixture';
import { startFaultyProxy } from './faultyProxy';
import { suiteServers } from './serverFixture';

interface Look {
  readonly snapshot: ConsoleSnapshot;
  readonly judgement: InstanceJudgement;
}

interface LookOptions {
  /** Whether clients and servers are asked for, too. */
  readonly rows?: boolean;
  readonly backends?: ReadonlyMap<number, BackendBehind>;
  readonly pausedByKill?: readonly string[];
}

for (const release of consolesUnderTest) {
  describe(`pools: console ${release}, why clients wait`, function () {
    this.timeout(15_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    let postgres: PostgresServer;
    let pooler: PgBouncerServer;
    let consoles: Consoles;
    let trends: Trends;
    let loads: PoolLoad[];

    before(async () => {
      postgres = await servers.postgres({ major: 18 });
      const admin = await servers.superuser(postgres);
      await admin.query('CREATE ROLE app SUPERUSER LOGIN');
      await admin.query('CREATE DATABASE shop');
    });
    beforeEach(() => {
      consoles = new Consoles(new Passwords(null));
      trends = noTrends;
      loads = [];
    });
    afterEach(async () => {
      await Promise.all(loads.map(load => load.end()));
      await consoles.dispose();
      await noConnectionLeft(pooler);
      await pooler.stop();
    });

    async function start(
      settings: Readonly<Record<string, string>>,
      options: Partial<PgBouncerOptions> = {},
    ): Promise<void> {
      pooler = await servers.pgBouncer({
        postgres,
        poolMode: 'transaction',
        release,
        databases: ['postgres', 'shop'],
        users: { postgres: '', app: '' },
        ...options,
        settings: { auth_type: 'trust', default_pool_size: '2', ...settings },
      });
    }

    async function startLoad(user = 'postgres', database = 'postgres'): Promise<PoolLoad> {
      const load = await PoolLoad.start({ postgres, pooler, user, database });
      loads.push(load);
      return load;
    }

    async function look({ rows = false, backends, pausedByKill = [] }: LookOptions = {}): Promise<Look> {
      return consoles.use(consoleOf(pooler), never, async console => {
        const snapshot = await readSnapshot(console, null, Date.now, never);
        trends = nextTrends(trends, snapshot);
        const judgement = judgeInstance(snapshot, {
          trends,
          servers: rows ? await readServers(console, never) : null,
          clients: rows ? await readClients(console, never) : null,
          backends: backends ?? null,
          pausedByKill: new Set(pausedByKill),
          thresholds: defaultThresholds,
          locale: 'en',
        });
        return { snapshot, judgement };
      });
    }

    /** Looks until the figures of that pool are as the load makes them. */
    async function pool(
      name: string,
      isSo: (found: PoolJudgement) => boolean,
      options: LookOptions = {},
    ): Promise<PoolJudgement> {
      let found: PoolJudgement | undefined;
      await until(`${name} is so`, async () => {
        const { judgement } = await look(options);
        found = judgement.pools.find(({ pool: { database, user } }) => `${database}/${user}` === name);
        return found !== undefined && isSo(found);
      });
      return found ?? assert.fail();
    }

    /** The first waiter has sent its query, and has waited for longer than that. */
    const waiting =
      (count: number, waitMs = 0) =>
      ({ pool: { clientsWaiting, maxWaitUs } }: PoolJudgement): boolean =>
        clientsWaiting === count && maxWaitUs > waitMs * 1000;

    it('pool full: every server runs a query; it gets worse with the time, and is good when all are served', async () => {
      await start({});
      const load = await startLoad();
      load.run(5);
      const first = await pool('postgres/postgres', waiting(3));
      assert.equal(first.cause, 'full');
      assert.equal(first.sentence, 'pool full: 2 of 2 servers are taken by clients');
      const known = await pool('postgres/postgres', waiting(3), { rows: true });
      assert.equal(known.sentence, 'pool full: 2 of 2 servers run a query');
      const later = await pool('postgres/postgres', ({ severity }) => severity === 'warning');
      assert.ok((trends.waitingPolls.get('["postgres","postgres"]') ?? 0) >= 3);
      assert.equal(later.cause, 'full');
      assert.deepEqual(await load.release(), { served: 5, failed: [] });
      const { judgement } = await look();
      assert.equal(judgement.severity, 'good');
      assert.equal(judgement.sentence, null);
    });

    it('long transactions, by whom: from PgBouncer alone, and from PostgreSQL', async () => {
      await start({});
      const load = await startLoad();
      await load.hold(2, 'reports <b>$(bug)\u202e\n');
      load.ask(1);
      // A second of idling, as PgBouncer counts them.
      const found = await pool('postgres/postgres', waiting(1, 1100), { rows: true });
      assert.equal(found.cause, 'longTransactions');
      assert.match(
        found.sentence ?? '',
        /^pool full: 2 of 2 servers are idle in transaction \(the longest for \d\.\d\d\ss: reports <b>\$\(bug\).*, user postgres, from 127\.0\.0\.1:\d+\)$/,
      );
      const { rows } = await (
        await servers.superuser(postgres)
      ).query<BackendBehind & { pid: number }>(
        `SELECT pid, state, 3600000 AS "stateMs", 'app' AS "user", 'from PostgreSQL' AS application FROM pg_stat_activity`,
      );
      const backends = new Map(rows.map(row => [row.pid, row]));
      const told = await pool('postgres/postgres', waiting(1), { rows: true, backends });
      assert.match(told.sentence ?? '', /idle in transaction \(the longest for 1\sh: /);
      assert.equal(told.cause, 'longTransactions');
      assert.deepEqual(await load.release(), { served: 1, failed: [] });
    });

    it('one in a transaction and one in a query', async () => {
      await start({});
      const load = await startLoad();
      await load.hold(1, 'holder');
      load.run(1);
      load.ask(1);
      const { sentence, cause } = await pool('postgres/postgres', waiting(1), { rows: true });
      assert.match(sentence ?? '', /^pool full: 1 of 2 servers runs a query and 1 is idle in transaction \(.*holder/);
      assert.equal(cause, 'longTransactions');
      await load.release();
    });

    it('session mode: clients keep their servers', async () => {
      await start({}, { poolMode: 'session' });
      const load = await startLoad();
      load.ask(2, 'lazy');
      load.ask(1);
      const served = (found: PoolJudgement): boolean =>
        waiting(1)(found) && found.sentence?.includes('runs a query') === false && found.sentence.includes('2 of 2');
      const { sentence, cause } = await pool('postgres/postgres', served, { rows: true });
      assert.equal(cause, 'full');
      assert.equal(
        sentence,
        'pool full: 2 of 2 servers are held by clients without a query; in session mode a client keeps its server until it disconnects',
      );
    });

    it('the reserve', async () => {
      await start({ reserve_pool_size: '1', reserve_pool_timeout: '1' });
      const load = await startLoad();
      load.run(4);
      const { sentence } = await pool('postgres/postgres', waiting(2));
      assert.match(sentence ?? '', /2 of 2 servers are taken by clients; 1 in reserve for who waits longer than 1\ss$/);
      const used = await pool('postgres/postgres', waiting(1));
      assert.match(used.sentence ?? '', /3 of 3 servers are taken by clients; the reserve of 1 is used up$/);
    });

    it('max_db_connections of the database', async () => {
      await start({ max_db_connections: '2', default_pool_size: '5' });
      (await startLoad()).run(2);
      await pool('postgres/postgres', ({ pool: { serversActive } }) => serversActive === 2);
      (await startLoad('app')).ask(1);
      const { sentence, cause } = await pool('postgres/app', ({ pool: { clientsWaiting } }) => clientsWaiting === 1);
      assert.equal(cause, 'cannotOpen');
      assert.equal(
        sentence,
        'no server can be opened: max_db_connections of postgres is reached (2 of 2); postgres/postgres has 2 servers (0 of 5 servers open)',
      );
    });

    it('max_user_connections of the user', async () => {
      await start({ max_user_connections: '2', default_pool_size: '5' });
      (await startLoad()).run(2);
      await pool('postgres/postgres', ({ pool: { serversActive } }) => serversActive === 2);
      (await startLoad('postgres', 'shop')).ask(1);
      const { sentence, cause } = await pool('shop/postgres', ({ pool: { clientsWaiting } }) => clientsWaiting === 1);
      assert.equal(cause, 'cannotOpen');
      assert.equal(
        sentence,
        'no server can be opened: max_user_connections of postgres is reached (2 of 2); postgres/postgres has 2 servers (0 of 5 servers open)',
      );
    });

    it('PostgreSQL is down', async () => {
      const proxy = await startFaultyProxy(postgres);
      await start({ server_login_retry: '3' }, { postgres: { ...postgres, port: proxy.port } });
      const load = await startLoad();
      await load.idle(1);
      load.ask(1);
      await until('it is served', async () => (await look()).snapshot.pools.some(({ serversIdle }) => serversIdle > 0));
      await proxy.stop();
      load.ask(1);
      const { sentence, cause } = await pool('postgres/postgres', waiting(1, 1000));
      assert.equal(cause, 'cannotOpen');
      const down = `PostgreSQL at 127.0.0.1:${String(proxy.port)} is down, cannot be reached or refuses the login`;
      const paused = release === 'bookworm' ? ' or all of PgBouncer is paused, which 1.18.0 does not tell' : '';
      assert.equal(
        sentence?.replaceAll(/\s/g, ' '),
        `no server can be opened: ${down}${paused} (its log tells), tried again after server_login_retry = 3.00 s (0 of 2 servers open)`,
      );
    });

    it('a login is stuck; a wait that PgBouncer does not measure is not called short', async () => {
      const proxy = await startFaultyProxy(postgres);
      servers.atEnd(() => proxy.stop());
      await start({}, { postgres: { ...postgres, port: proxy.port } });
      proxy.mood = 'deaf';
      const load = await startLoad();
      // Its login at PgBouncer waits for the first server, so that it sends no query.
      const connecting = load.idle(1).catch(() => undefined);
      const found = await pool(
        'postgres/postgres',
        ({ sentence, pool: { clientsWaiting } }) =>
          clientsWaiting === 1 && (sentence ?? '').includes('has come through'),
      );
      assert.equal(found.cause, 'cannotOpen');
      assert.equal(found.pool.maxWaitUs, 0);
      assert.equal(found.severity, 'warning');
      assert.match(
        found.sentence ?? '',
        /no login at PostgreSQL at 127\.0\.0\.1:\d+ has come through for 1\.\d\d\ss, each ends after server_connect_timeout = 15\ss/,
      );
      await load.end();
      await connecting;
    });

    it('paused by PAUSE, paused by KILL, disabled', async () => {
      await start({});
      const load = await startLoad();
      await load.idle(1);
      await askConsole(consoles, consoleOf(pooler), 'PAUSE postgres');
      load.ask(1);
      const paused = await pool('postgres/postgres', waiting(1));
      assert.equal(paused.cause, 'paused');
      assert.equal(paused.sentence, 'paused: PAUSE postgres or KILL postgres did it, RESUME postgres ends it');
      await askConsole(consoles, consoleOf(pooler), 'RESUME postgres');
      await askConsole(consoles, consoleOf(pooler), 'KILL postgres');
      const { judgement } = await look({ pausedByKill: ['postgres'] });
      assert.deepEqual(judgement.pools, [], 'a KILL leaves no pool');
      assert.match(judgement.sentence ?? '', /^postgres paused by KILL: only RESUME postgres, by its name/);
      await askConsole(consoles, consoleOf(pooler), 'RESUME postgres');
      await askConsole(consoles, consoleOf(pooler), 'DISABLE postgres');
      const disabled = await look();
      assert.match(
        disabled.judgement.sentence ?? '',
        /^postgres disabled: new clients are refused until ENABLE postgres/,
      );
    });

    it('all of PgBouncer is paused', async () => {
      await start({ server_login_retry: '2' });
      const load = await startLoad();
      load.ask(1);
      await load.idle(1);
      const before = await pool('postgres/postgres', ({ pool: { serversIdle } }) => serversIdle === 1);
      assert.equal(before.severity, 'good');
      await askConsole(consoles, consoleOf(pooler), 'PAUSE');
      load.ask(1);
      const { sentence, cause } = await pool('postgres/postgres', waiting(1, 1000));
      const { snapshot, judgement } = await look();
      if (release === 'bookworm') {
        assert.equal(snapshot.state, null);
        assert.equal(cause, 'cannotOpen');
        assert.match(sentence ?? '', / or all of PgBouncer is paused, which 1\.18\.0 does not tell/);
      } else {
        assert.equal(snapshot.state?.paused, true);
        assert.equal(cause, 'paused');
        assert.equal(sentence, 'paused: a PAUSE of all of PgBouncer, RESUME ends it');
        assert.match(judgement.sentence ?? '', /^paused: no pool opens or lends a server until RESUME/);
      }
      // This is what the guess rests on: a pause of all closes every idle server.
      assert.equal(
        snapshot.pools.some(({ serversIdle, serversUsed }) => serversIdle + serversUsed > 0),
        false,
      );
      await askConsole(consoles, consoleOf(pooler), 'RESUME');
      assert.deepEqual(await load.release(), { served: 2, failed: [] });
    });

    it('max_client_conn is near, and reached', async () => {
      await start({ max_client_conn: '10' });
      const load = await startLoad();
      await load.idle(7);
      const near = (await look()).judgement;
      assert.equal(near.sentence, 'near max_client_conn: 8 of 10 clients (80 %)');
      assert.equal(near.severity, 'warning');
      await load.idle(2);
      const { severity, sentence } = (await look()).judgement;
      assert.equal(severity, 'error');
      assert.equal(sentence, 'max_client_conn is reached, new clients are refused: 10 of 10 clients (100 %)');
      await assert.rejects(load.idle(1), /no more connections allowed/);
    });

    it('a forced user: the pool is its, the clients are others', async () => {
      const forced = `1\n[databases]\nforced = host=${postgres.host} port=${String(postgres.port)} dbname=postgres user=app`;
      await start({ log_stats: forced });
      const load = await startLoad('postgres', 'forced');
      await load.hold(2, 'forced holder');
      load.ask(1);
      const { sentence } = await pool('forced/app', waiting(1), { rows: true });
      assert.match(sentence ?? '', /2 of 2 servers are idle in transaction \(.*forced holder, user postgres/);
      await load.release();
    });
  });
}
