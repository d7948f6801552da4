import assert from 'node:assert/strict';
import { Consoles } from '../../src/connection/consoles';
import type { Profile } from '../../src/connection/profile';
import { Sessions } from '../../src/connection/sessions';
import { backendsBehind, readBackends } from '../../src/pools/backendsBehind';
import { joinClient, statementBehind, type Join } from '../../src/pools/join';
import { readJoin } from '../../src/pools/readJoin';
import { readClients, readServers } from '../../src/pools/readSnapshot';
import type { Activity } from '../../src/workers/activity';
import { readActivity } from '../../src/workers/readActivity';
import {
  createHeldTable,
  holdQuery,
  parallelSettings,
  untilWorkers,
  workersSleep,
  type HeldQuery,
} from '../lab/heldQueries';
import { consolesUnderTest } from '../lab/matrix';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { removeFolder, temporaryFolder } from '../lab/watched';
import { failOnUnhandledRejection, never, Passwords, profileOf, readOnly, rejection, until } from './connectionFixture';
import { consoleOf, noConnectionLeft } from './consoleFixture';
import { majorsWithOldest, suiteServers } from './serverFixture';
import { makeAuthority } from './tlsCertificates';

const password = 'secret';

/** One window that looks at a pooler and at servers. */
function openWindow() {
  const consoles = new Consoles(new Passwords(password));
  const sessions = new Sessions(new Passwords(password));
  const connections = (console: Profile) =>
    consoles.use(console, never, async session => ({
      clients: await readClients(session, never),
      servers: await readServers(session, never),
    }));
  return {
    consoles,
    sessions,
    services: { consoles, sessions, locale: 'en' },
    connections,
    activity: (profile: Profile): Promise<Activity> =>
      sessions.rolledBack(profile, readOnly, never, tx => readActivity(tx, new Set())),
    /** The client that the process works for, and everything the console says beside it. */
    async clientOf(console: Profile, pid: number) {
      const all = await connections(console);
      const server = all.servers.find(({ remotePid }) => remotePid === pid);
      const client = all.clients.find(({ pointer }) => pointer === server?.link);
      assert.ok(client, `no client of ${String(pid)} at the console`);
      return { ...all, client };
    },
    async close() {
      await consoles.dispose();
      await sessions.dispose();
    },
  };
}

/** The way of a query through the pool. */
function through({ host, port }: PgBouncerServer): Pick<PostgresServer, 'host' | 'port' | 'superuserPassword'> {
  return { host, port, superuserPassword: password };
}

for (const release of consolesUnderTest) {
  for (const major of majorsWithOldest) {
    describe(`pools: join ${release} PgBouncer and PostgreSQL ${String(major)}`, function () {
      this.timeout(120_000);
      failOnUnhandledRejection();
      const servers = suiteServers();
      const window = openWindow();
      const held: HeldQuery[] = [];
      let server: PostgresServer;
      let pooler: PgBouncerServer;
      let console: Profile;

      before(async () => {
        server = await servers.postgres({ major, superuserPassword: password, settings: parallelSettings(2) });
        await createHeldTable(server);
        const client = await servers.superuser(server);
        await client.query(`CREATE ROLE onlooker LOGIN PASSWORD '${password}'`);
        pooler = await servers.pgBouncer({ postgres: server, poolMode: 'transaction', release });
        console = consoleOf(pooler);
        servers.atEnd(() => noConnectionLeft(pooler, password));
        servers.atEnd(() => window.close());
      });
      afterEach(async () => {
        await Promise.all(held.splice(0).map(query => query.release()));
        // What comes next then has the pool for itself, and all of its statements get the same server connection.
        await until('every server connection is idle', async () => {
          const { servers: all } = await window.connections(console);
          return all.every(({ state }) => state === 'idle' || state === 'used');
        });
      });

      async function hold(sql = workersSleep): Promise<HeldQuery> {
        const query = await holdQuery({ server: through(pooler), settings: parallelSettings(2) }, sql);
        held.push(query);
        // A query that has not begun yet cannot be cancelled.
        await untilWorkers(server, query.pid, 2);
        return query;
      }

      it('leads from a client to its backend and its parallel workers', async () => {
        const query = await hold();
        const workers = await untilWorkers(server, query.pid, 2);
        const { client } = await window.clientOf(console, query.pid);
        const join = await readJoin(window.services, { console, client, postgres: profileOf(server) }, never);
        assert.ok(join);
        assert.equal(join.proof, 'proven', join.sentence);
        assert.equal(join.server?.remotePid, query.pid);
        assert.equal(join.backend?.pid, query.pid);
        assert.deepEqual(
          join.workers.map(({ pid }) => pid).sort((a, b) => a - b),
          [...workers],
        );
        assert.deepEqual(statementBehind(join.backend), { ok: true, sql: workersSleep });
        assert.match(join.sentence, /with 2 parallel workers/);
      });

      it('tells the backends of all server connections', async () => {
        const [one, other] = [await hold(), await hold()];
        const { servers: connections } = await window.clientOf(console, one.pid);
        const backends = await window.sessions.rolledBack(profileOf(server), readOnly, never, tx =>
          readBackends(tx, connections),
        );
        assert.equal(backends.get(one.pid)?.state, 'active');
        assert.equal(backends.get(other.pid)?.state, 'active');
        const activity = await window.activity(profileOf(server));
        const moved = connections.map(one => ({ ...one, localPort: one.localPort + 1 }));
        assert.equal(backendsBehind(moved, activity).size, 0);
      });

      it('says that a client without a query has no server connection', async () => {
        const query = await hold();
        const { client } = await window.clientOf(console, query.pid);
        await held.pop()?.release();
        const join = await readJoin(window.services, { console, client, postgres: profileOf(server) }, never);
        assert.equal(join, null, 'the client has gone');
        const idle = await servers.superuser({ ...server, ...through(pooler) });
        await idle.query('SELECT 1');
        const { clients } = await window.connections(console);
        const own = clients.filter(({ database }) => database === 'postgres');
        assert.equal(own.length, 1);
        const none = await readJoin(window.services, { console, client: own[0]!, postgres: profileOf(server) }, never);
        assert.equal(none?.proof, 'noServer');
        assert.equal(none.server, null);
        assert.match(none.sentence, /has no server connection now/);
        await idle.end();
      });

      it('says that it cannot tell when no server was told', async () => {
        const query = await hold();
        const { client } = await window.clientOf(console, query.pid);
        const join = await readJoin(window.services, { console, client, postgres: null }, never);
        assertCannotTell(join, /PgBouncer does not tell. Choose its connection/);
        assert.equal(join?.server?.remotePid, query.pid);
      });

      it('says that it cannot tell when PostgreSQL hides the client, and what to do', async () => {
        const query = await hold();
        const { client } = await window.clientOf(console, query.pid);
        const postgres = profileOf(server, { user: 'onlooker' });
        const join = await readJoin(window.services, { console, client, postgres }, never);
        assertCannotTell(join, /GRANT pg_monitor TO onlooker;/);
      });

      it('is not misled by a process with the same id on another server', async () => {
        const query = await hold();
        const { client, servers: connections } = await window.clientOf(console, query.pid);
        // Not even with a client at the other one: two servers of one machine share no ids, so one is changed here.
        const other = await window.activity(profileOf(server));
        const backends = other.backends
          .filter(({ pid }) => pid !== query.pid)
          .map(backend => (backend.kind === 'client' ? { ...backend, pid: query.pid } : backend));
        assert.ok(backends.some(({ pid }) => pid === query.pid));
        const join = joinClient(client, connections, { ...other, backends }, 'en');
        assertCannotTell(join, /This is not the server behind postgres, or a proxy or another pooler is in between/);
      });

      it('never explains a statement that was cut short', async () => {
        const query = await hold(`${workersSleep} /* ${'x'.repeat(2000)} */`);
        const { client } = await window.clientOf(console, query.pid);
        const join = await readJoin(window.services, { console, client, postgres: profileOf(server) }, never);
        assert.equal(join?.proof, 'proven');
        assert.ok(join.backend);
        const statement = statementBehind(join.backend);
        assert.ok(!statement.ok);
        assert.match(statement.sentence, /cut the statement .* short \(track_activity_query_size\)/);
      });

      it('sees that the client gave its server connection back meanwhile', async () => {
        const query = await hold();
        const { client } = await window.clientOf(console, query.pid);
        const join = await readJoin(
          {
            ...window.services,
            sessions: {
              backendPids: profile => window.sessions.backendPids(profile),
              rolledBack: async (...given) => {
                const answer = await window.sessions.rolledBack(...given);
                await held.pop()?.release();
                await until('the client is gone', async () => {
                  const { servers: now } = await window.connections(console);
                  return now.every(({ link }) => link !== client.pointer);
                });
                return answer;
              },
            },
          },
          { console, client, postgres: profileOf(server) },
          never,
        );
        assertCannotTell(join, /gave its server connection back/);
      });

      it('ends at once when it is cancelled', async () => {
        const query = await hold();
        const { client } = await window.clientOf(console, query.pid);
        const error = await rejection(
          readJoin(window.services, { console, client, postgres: profileOf(server) }, AbortSignal.abort()),
        );
        assert.equal((error as Error).name, 'AbortError');
      });

      it('cannot tell behind a PgBouncer that stands in front of another', async () => {
        const outer = await servers.pgBouncer({
          postgres: { ...server, port: pooler.port },
          poolMode: 'transaction',
          release,
        });
        const query = await holdQuery({ server: through(outer), settings: parallelSettings(2) }, workersSleep);
        held.push(query);
        await untilWorkers(server, query.pid, 2);
        const { clients, servers: connections } = await window.connections(consoleOf(outer));
        const [client] = clients.filter(({ link }) => link !== '');
        assert.ok(client);
        const postgres = profileOf(server);
        const join = await readJoin(window.services, { console: consoleOf(outer), client, postgres }, never);
        // The number that the inner one made up may be negative, which is no process id at all.
        assertCannotTell(join, /this is not the server behind postgres|another pooler is behind it/);
        // Even if the number that the inner one made up were a process.
        const activity = await window.activity(postgres);
        const pid = connections.find(({ pointer }) => pointer === client.link)?.remotePid ?? 0;
        const backends = activity.backends.map(one => (one.pid === query.pid ? { ...one, pid } : one));
        assertCannotTell(joinClient(client, connections, { ...activity, backends }, 'en'), /another pooler/);
        await held.pop()?.release();
      });
    });
  }

  describe(`pools: join ${release} PgBouncer over TLS on both sides`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const window = openWindow();

    it('proves the same', async () => {
      const folder = await temporaryFolder('planpool-join-tls');
      servers.atEnd(() => removeFolder(folder));
      const authority = await makeAuthority(folder, 'join');
      const pair = await authority.sign('IP:127.0.0.1');
      const server = await servers.postgres({ major: 18, superuserPassword: password, tls: pair });
      await createHeldTable(server);
      const pooler = await servers.pgBouncer({
        postgres: server,
        poolMode: 'transaction',
        release,
        settings: {
          server_tls_sslmode: 'require',
          client_tls_sslmode: 'allow',
          client_tls_key_file: 'key.pem',
          client_tls_cert_file: 'certificate.pem',
        },
        files: { 'key.pem': pair.key, 'certificate.pem': pair.certificate },
      });
      servers.atEnd(() => noConnectionLeft(pooler, password));
      servers.atEnd(() => window.close());
      const console = consoleOf(pooler, { sslmode: 'require' });
      const query = await holdQuery({ server: through(pooler), settings: parallelSettings(2) }, workersSleep);
      try {
        await untilWorkers(server, query.pid, 2);
        const { client, servers: connections } = await window.clientOf(console, query.pid);
        assert.match(connections.find(({ remotePid }) => remotePid === query.pid)?.tls ?? '', /^TLSv/);
        const postgres = profileOf(server, { sslmode: 'require' });
        const join = await readJoin(window.services, { console, client, postgres }, never);
        assert.equal(join?.proof, 'proven', join?.sentence);
        assert.equal(join.workers.length, 2);
      } finally {
        await query.release();
      }
    });
  });
}

function assertCannotTell(join: Join | null, why: RegExp): void {
  assert.equal(join?.proof, 'cannotTell', join?.sentence);
  assert.equal(join.backend, null);
  assert.deepEqual(join.workers, []);
  assert.match(join.sentence, why);
}
