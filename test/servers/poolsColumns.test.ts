import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { Consoles } from '../../src/connection/consoles';
import { ServerError } from '../../src/connection/errors';
import { quoteForConsole } from '../../src/pools/commands';
import { isOwn } from '../../src/pools/decodeRows';
import type { ConsoleSnapshot, PooledConnection, ShownRow } from '../../src/pools/model';
import { ratesBetween } from '../../src/pools/rates';
import { readClients, readServers, readSnapshot } from '../../src/pools/readSnapshot';
import { isAtLeast } from '../../src/pools/version';
import { connect } from '../lab/connect';
import { consolesUnderTest } from '../lab/matrix';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, Passwords, rejection, until } from './connectionFixture';
import { askConsole, consoleOf, labClient, noConnectionLeft } from './consoleFixture';
import { suiteServers } from './serverFixture';
import { columnsOf, everyShow } from './shownColumns';

/** What users call their databases. The last one is as long as PostgreSQL lets it be. */
const oddNames = [
  'my-db',
  'two words',
  'Mixed.Case',
  `it's "quoted"`,
  '"',
  '🐘 données',
  '-- x',
  ';',
  '<b>',
  'n'.repeat(63),
];

for (const release of consolesUnderTest) {
  describe(`pools: console ${release}, columns`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const consoles = new Consoles(new Passwords(null));
    const clients: Client[] = [];
    let server: PostgresServer;
    let pooler: PgBouncerServer;

    const ask = (command: string) => askConsole(consoles, consoleOf(pooler), command);
    const snapshot = (before: ConsoleSnapshot | null = null, nowMs = Date.now) =>
      consoles.use(consoleOf(pooler), never, session => readSnapshot(session, before, nowMs, never));
    const list = (read: typeof readClients): Promise<readonly PooledConnection[]> =>
      consoles.use(consoleOf(pooler), never, session => read(session, never));
    const client = async (database = 'app'): Promise<Client> => {
      const { host, port } = pooler;
      const made = await connect({ host, port, database, user: 'postgres', password: '' });
      clients.push(made);
      return made;
    };

    before(async () => {
      server = await servers.postgres({ major: 18 });
      const superuser = await servers.superuser(server);
      for (const name of ['app', ...oddNames]) {
        await superuser.query(`CREATE DATABASE ${superuser.escapeIdentifier(name)}`);
      }
      await superuser.end();
      pooler = await servers.pgBouncer({
        postgres: server,
        poolMode: 'transaction',
        release,
        databases: ['app', '*'],
        settings: {
          auth_type: 'trust',
          default_pool_size: '1',
          reserve_pool_size: '2',
          reserve_pool_timeout: '3600',
          max_db_connections: '7',
        },
      });
      servers.atEnd(() => noConnectionLeft(pooler));
      servers.atEnd(() => consoles.dispose());
    });
    afterEach(() => Promise.all(clients.splice(0).map(one => one.end())));

    it('every SHOW has the columns of this version, in their order, all of them kept as they came', async () => {
      const other = await labClient(pooler);
      clients.push(other);
      for (const show of everyShow) {
        const expected = columnsOf(show, pooler.version);
        if (expected.length === 0) {
          const error = await rejection(ask(show));
          assert.ok(error instanceof ServerError && error.message.startsWith('invalid command'), String(error));
          continue;
        }
        const { columns, rows, command } = await ask(show);
        assert.deepEqual([columns, command], [expected, 'SHOW'], show);
        const { rows: again } = await other.query<ShownRow>(show);
        if (!/STATS|CLIENTS|LISTS/.test(show)) {
          assert.deepEqual(rows, again, show);
        }
      }
    });

    it('a pool with one who holds its only server, one who waits and one who is idle', async () => {
      const [holder, waiter] = [await client(), await client(), await client()];
      await holder.query('BEGIN');
      const { rows } = await holder.query<{ pid: number; port: number }>(
        'SELECT pid, client_port AS port FROM pg_stat_activity WHERE pid = pg_backend_pid()',
      );
      const waiting = waiter.query('SELECT 1');
      let taken = await snapshot();
      await until('it waits', async () => {
        taken = await snapshot();
        return (taken.pools[0]?.maxWaitUs ?? 0) > 0;
      });
      const [pool, ...others] = taken.pools;
      assert.ok(pool);
      assert.deepEqual(others, []);
      const { shown: shownPool, maxWaitUs, ...figures } = pool;
      assert.deepEqual(figures, {
        database: 'app',
        user: 'postgres',
        clientsActive: 2,
        clientsWaiting: 1,
        clientsWaitingCancel: 0,
        serversActive: 1,
        serversIdle: 0,
        serversUsed: 0,
        serversTested: 0,
        serversLogin: 0,
        serversActiveCancel: 0,
        serversBeingCanceled: 0,
        poolMode: 'transaction',
      });
      assert.ok(maxWaitUs < 10_000_000);
      assert.equal(maxWaitUs, Number(shownPool['maxwait']) * 1e6 + Number(shownPool['maxwait_us']));

      const shownClients = await list(readClients);
      const inApp = shownClients.filter(({ database }) => database === 'app');
      const shownServers = await list(readServers);
      assert.equal(shownServers.length, 1);
      const [behind] = shownServers;
      assert.ok(behind);
      assert.deepEqual([behind.remotePid, behind.localPort], [rows[0]?.pid, rows[0]?.port]);
      assert.deepEqual(
        [behind.kind, behind.state, behind.address, behind.port],
        ['server', 'active', server.host, server.port],
      );
      const linked = inApp.find(({ pointer }) => pointer === behind.link);
      assert.ok(linked);
      assert.equal(linked.link, behind.pointer);
      const states = inApp.map(one => (one === linked ? 'linked ' : '') + one.state).sort();
      const idle = isAtLeast(taken.version, 1, 25) ? 'idle' : 'active';
      assert.deepEqual(states, [idle, 'linked active', 'waiting'].sort());
      const waits = inApp.find(({ state }) => state === 'waiting');
      assert.ok(waits && waits.waitUs > 0 && waits.link === '');
      for (const one of inApp) {
        assert.deepEqual(
          [one.kind, one.user, one.address, one.localAddress, one.localPort, one.tls, one.closeNeeded, one.remotePid],
          ['client', 'postgres', '127.0.0.1', '127.0.0.1', pooler.port, '', false, null],
        );
        assert.match(one.connectTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w+$/);
        assert.match(one.requestTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w+$/);
        assert.equal(one.application, 'planpool lab');
        assert.equal(typeof one.id, isAtLeast(taken.version, 1, 24) ? 'number' : 'object');
      }
      assert.deepEqual(new Set(inApp.map(({ port }) => port)).size, 3);
      assert.equal(shownClients.filter(isOwn).length, 1);
      assert.ok(!inApp.some(isOwn));
      await holder.query('COMMIT');
      await waiting;
    });

    it('databases with their limits, paused and disabled ones; the console’s own is left out', async () => {
      const holder = await client();
      await holder.query('BEGIN');
      const find = async () => (await snapshot()).databases.find(({ name }) => name === 'app');
      const found = await find();
      assert.ok(found);
      const { shown: shownDatabase, ...figures } = found;
      const plain = {
        name: 'app',
        host: server.host,
        port: server.port,
        database: 'app',
        forceUser: null,
        poolSize: 1,
        reservePoolSize: 2,
        poolMode: null,
        maxConnections: 7,
        currentConnections: 1,
        paused: false,
        disabled: false,
      };
      assert.deepEqual(figures, plain);
      assert.equal(shownDatabase['min_pool_size'], 0);
      assert.ok((await snapshot()).databases.every(({ name }) => name !== 'pgbouncer'));
      await holder.query('COMMIT');
      await ask('PAUSE app');
      assert.equal((await find())?.paused, true);
      await ask('RESUME app');
      await ask('DISABLE app');
      assert.deepEqual([(await find())?.paused, (await find())?.disabled], [false, true]);
      await ask('ENABLE app');
      assert.equal((await find())?.disabled, false);
    });

    it('counters, and the rates between two looks', async () => {
      const worker = await client();
      await worker.query('SELECT 1');
      let nowMs = 1_000_000;
      const before = await snapshot(null, () => nowMs);
      for (let round = 0; round < 5; round += 1) {
        await worker.query('BEGIN');
        await worker.query('SELECT pg_sleep(0.01)');
        await worker.query('COMMIT');
      }
      nowMs += 2000;
      const after = await snapshot(before, () => nowMs);
      const [first, second] = [before, after].map(({ totals }) => totals.find(({ database }) => database === 'app'));
      assert.ok(first && second);
      assert.equal(second.transactions - first.transactions, 5);
      assert.equal(second.queries - first.queries, 15);
      const has123 = isAtLeast(after.version, 1, 23);
      assert.equal(second.serverAssignments === null, !has123);
      assert.equal((second.serverAssignments ?? 5) - (first.serverAssignments ?? 0), 5);
      const rates = ratesBetween(before, after).find(({ database }) => database === 'app');
      assert.ok(rates);
      assert.deepEqual([rates.transactionsPerSecond, rates.queriesPerSecond], [2.5, 7.5]);
      assert.ok(rates.transactionUs !== null && rates.transactionUs > 10_000 && rates.transactionUs < 5_000_000);
      assert.ok(rates.queryUs !== null && rates.queryUs > 3000 && rates.queryUs < rates.transactionUs);
      assert.ok(rates.waitUs !== null && rates.waitUs < 1_000_000);
      assert.ok(rates.receivedBytesPerSecond > 0 && rates.sentBytesPerSecond > rates.receivedBytesPerSecond / 10);
      assert.ok(after.totals.every(({ database }) => database !== 'pgbouncer'));
      const totals: Readonly<Record<string, unknown>> = { ...second };
      for (const [field, column] of Object.entries(totalColumns)) {
        assert.equal(totals[field], Number(second.shown[column]), field);
      }
    });

    it('lists, state and settings', async () => {
      const { lists, state, config, version, databases } = await snapshot();
      assert.equal(version.text, pooler.version);
      assert.equal(lists.get('databases'), databases.length + 1);
      assert.equal(lists.get('used_clients'), 1);
      assert.ok(lists.has('free_servers') && lists.has('dns_pending'));
      const active = { active: true, paused: false, suspended: false };
      assert.deepEqual(state, isAtLeast(version, 1, 19) ? active : null);
      const poolSize = { key: 'default_pool_size', value: '1', defaultValue: '20', changeable: true };
      assert.deepEqual(config.get('default_pool_size'), poolSize);
      const port = { key: 'listen_port', value: String(pooler.port), defaultValue: '6432', changeable: false };
      assert.deepEqual(config.get('listen_port'), port);
      // The console has a NULL where nothing is set and nothing is the default.
      assert.deepEqual([config.get('auth_user')?.value, config.get('auth_user')?.defaultValue], ['', null]);
    });

    for (const name of oddNames) {
      it(`a database called ${name.slice(0, 20)} is shown as it is, and can be named in a command`, async () => {
        const worker = await client(name);
        await worker.query('SELECT 1');
        const { pools, databases, totals } = await snapshot();
        assert.ok(pools.some(({ database }) => database === name));
        assert.ok(databases.some(one => one.name === name && one.database === name));
        assert.ok(totals.some(({ database }) => database === name));
        assert.ok((await list(readClients)).some(({ database }) => database === name));
        assert.ok((await list(readServers)).some(({ database }) => database === name));
        const quoted = quoteForConsole(name);
        assert.ok(quoted);
        assert.equal((await ask(`PAUSE ${quoted}`)).command, 'PAUSE');
        const paused = (await snapshot()).databases.filter(one => one.paused).map(one => one.name);
        assert.deepEqual(paused, [name]);
        assert.equal((await ask(`RESUME ${quoted}`)).command, 'RESUME');
      });
    }

    it('names are quoted as far as the console has room for them', async () => {
      const longest = (make: (length: number) => string): number => {
        const lengths = Array.from({ length: 64 }, (_, length) => length);
        return Math.max(...lengths.filter(length => quoteForConsole(make(length)) !== null));
      };
      const kinds: readonly (readonly [make: (length: number) => string, limit: number])[] = [
        [length => 'n'.repeat(length), 63],
        [length => '-'.repeat(length), 61],
        [length => '"'.repeat(length), 30],
        [length => '🐘'.repeat(length), 15],
      ];
      for (const [make, limit] of kinds) {
        assert.equal(longest(make), limit);
        const known = await rejection(ask(`RESUME ${quoteForConsole(make(limit)) ?? ''}`));
        assert.ok(known instanceof ServerError);
        assert.ok(known.message.includes(make(limit)), known.message);
        const written = make(limit + 1);
        const plain = /^\w+$/.test(written) ? written : `"${written.replaceAll('"', '""')}"`;
        const tooLong = await rejection(ask(`RESUME ${plain}`));
        assert.ok(tooLong instanceof ServerError);
        assert.equal(tooLong.message, 'bad arguments');
      }
      assert.deepEqual(['', 'a\0b'].map(quoteForConsole), [null, null]);
    });
  });
}

const totalColumns = {
  transactions: 'total_xact_count',
  queries: 'total_query_count',
  receivedBytes: 'total_received',
  sentBytes: 'total_sent',
  transactionUs: 'total_xact_time',
  queryUs: 'total_query_time',
  waitUs: 'total_wait_time',
};
