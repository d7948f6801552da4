import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, superuser } from '../lab/connect';
import { isAlive } from '../lab/isAlive';
import { majorsUnderTest, pgBouncersUnderTest } from '../lab/matrix';
import { startPgBouncer } from '../lab/pgbouncer';
import { startPostgres, type PostgresServer } from '../lab/postgres';
import { createSampleDatabase } from '../lab/sampleData';
import { leftovers } from '../lab/watched';

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

async function gone(pid: number, port: number, folder: string): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await delay(50)) {
    if (!isAlive(pid) && !existsSync(folder) && !(await accepts(port))) return;
  }
  assert.fail(`process ${pid} lives: ${isAlive(pid)}, ${folder} exists: ${existsSync(folder)}`);
}

for (const major of majorsUnderTest) {
  describe(`lab: PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    let server: PostgresServer;

    before(async () => {
      server = await startPostgres({
        major,
        auth: 'scram-sha-256',
        superuserPassword: `a 'quoted" password`,
        settings: { work_mem: '7MB' },
      });
    });
    after(() => server?.stop());

    it('is of that version, in UTF8, with the settings asked for and those of the lab', async () => {
      const client = await superuser(server);
      const { rows } = await client.query<Record<string, string>>(
        `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_encoding') AS encoding,
                current_setting('work_mem') AS work_mem, current_setting('autovacuum') AS autovacuum,
                current_setting('max_worker_processes') AS slots, current_setting('listen_addresses') AS listens,
                current_setting('unix_socket_directories') AS sockets`,
      );
      await client.end();
      assert.deepEqual(rows, [
        { major, encoding: 'UTF8', work_mem: '7MB', autovacuum: 'off', slots: '16', listens: '127.0.0.1', sockets: '' },
      ]);
    });

    it('checks passwords', async () => {
      const { host, port } = server;
      const wrong = connect({ host, port, database: 'postgres', user: 'postgres', password: 'x' });
      await assert.rejects(wrong, { code: '28P01' });
    });

    it('restarts under open connections, on the same port and with its data', async () => {
      const { pid } = server;
      const client = await superuser(server);
      await client.query('CREATE TABLE kept AS SELECT 42 AS answer');
      await client.query('CHECKPOINT');
      await server.restart();
      assert.notEqual(server.pid, pid);
      await assert.rejects(client.query('SELECT 1'));
      const again = await superuser(server);
      assert.deepEqual((await again.query('SELECT answer FROM kept')).rows, [{ answer: 42 }]);
      await again.end();
    });

    // For 18 the suite of the sample data shows it.
    if (major !== 18) {
      it('takes the sample data', async () => {
        await createSampleDatabase(server, 'secret');
        const { host, port } = server;
        const client = await connect({ host, port, database: 'shop', user: 'planpool', password: 'secret' });
        assert.deepEqual((await client.query('SELECT count(*)::int AS orders FROM orders')).rows, [
          { orders: 500_000 },
        ]);
        await client.end();
      });
    }

    it('stops under an open connection and leaves nothing', async () => {
      const other = await startPostgres({ major });
      const client = await superuser(other);
      const stopped = Date.now();
      await other.stop();
      assert.ok(Date.now() - stopped < 8_000, 'it had to be killed');
      await gone(other.pid, other.port, other.folder);
      assert.ok(!leftovers().some(leftover => leftover.includes(other.folder)));
      await client.end().catch(() => undefined);
    });
  });
}

for (const release of pgBouncersUnderTest) {
  describe(`lab: PgBouncer ${release}`, function () {
    this.timeout(120_000);
    let postgres: PostgresServer;

    before(async () => {
      postgres = await startPostgres({ major: 18, auth: 'scram-sha-256', superuserPassword: 'a "quoted" password' });
    });
    after(() => postgres?.stop());

    it('passes queries on, has a console, and is gone after its stop', async () => {
      const bouncer = await startPgBouncer({
        release,
        postgres,
        databases: ['postgres'],
        users: { postgres: 'a "quoted" password' },
        poolMode: 'transaction',
      });
      const { host, port } = bouncer;
      const login = { host, port, user: 'postgres', password: 'a "quoted" password' };
      const client = await connect({ ...login, database: 'postgres' });
      assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
      const console_ = await connect({ ...login, database: 'pgbouncer' });
      const { rows } = await console_.query<{ database: string; pool_mode: string }>('SHOW POOLS');
      assert.equal(rows.find(row => row.database === 'postgres')?.pool_mode, 'transaction');
      assert.match(bouncer.version, /^1\.\d+\.\d+$/);
      await bouncer.stop();
      await gone(bouncer.pid, port, '/nonexistent');
      await Promise.all([client.end(), console_.end()].map(end => end.catch(() => undefined)));
    });
  });
}

describe('lab: the watcher', function () {
  this.timeout(60_000);

  /** A process that starts a PostgreSQL, says where, and then does what the test is about. */
  function owner(then: string): Promise<{ pid: number; port: number; folder: string }> {
    const lab = (file: string): string => JSON.stringify(path.join(__dirname, '..', 'lab', file));
    const script = `
      const { startPostgres } = require(${lab('postgres.js')});
      const { superuser } = require(${lab('connect.js')});
      startPostgres({ major: 18 }).then(async server => {
        await superuser(server);
        const { pid, port, folder } = server;
        process.stdout.write(JSON.stringify({ pid, port, folder }), () => { ${then} });
      });`;
    return new Promise((resolve, reject) => {
      execFile(process.execPath, ['-e', script], (error, stdout, stderr) => {
        if (stdout === '') reject(error ?? new Error(stderr));
        else resolve(JSON.parse(stdout) as { pid: number; port: number; folder: string });
      });
    });
  }

  for (const [how, then] of [
    ['is killed', `process.kill(process.pid, 'SIGKILL')`],
    ['ends by an exception', `setImmediate(() => { throw new Error('unforeseen') })`],
    ['exits without a stop', `process.exit(0)`],
    ['is interrupted', `process.kill(process.pid, 'SIGINT')`],
  ] as const) {
    it(`ends the servers of a process that ${how}`, async () => {
      const { pid, port, folder } = await owner(then);
      await gone(pid, port, folder);
    });
  }
});
