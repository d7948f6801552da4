import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConnectFailed, type ConnectFailure } from '../../src/connection/errors';
import { openSession } from '../../src/connection/openSession';
import type { Profile } from '../../src/connection/profile';
import { Sessions } from '../../src/connection/sessions';
import { superuser } from '../lab/connect';
import { freePort } from '../lab/freePort';
import type { PgBouncerServer } from '../lab/pgbouncer';
import { type PostgresServer, startPostgres } from '../lab/postgres';
import {
  applicationName,
  assertCancelled,
  backends,
  failOnUnhandledRejection,
  never,
  onlyIdleBackends,
  Passwords,
  profileOf,
  readOnly,
  rejection,
  until,
} from './connectionFixture';
import { startFaultyProxy, startImpostor } from './faultyProxy';
import { suiteServers } from './serverFixture';

const password = "it's a ‘pässword’";

describe('connection: login', function () {
  this.timeout(60_000);
  failOnUnhandledRejection();
  const servers = suiteServers();
  let server: PostgresServer;
  let pooler: PgBouncerServer;

  const open = (profile: Profile, given: string | null = password, connectTimeoutMs = 3000) =>
    openSession(profile, given, { connectTimeoutMs, applicationName });
  const fails = async (reason: ConnectFailure, opening: Promise<unknown>): Promise<ConnectFailed> => {
    const error = await rejection(opening);
    assert.ok(error instanceof ConnectFailed, String(error));
    assert.equal(error.reason, reason, error.message);
    return error;
  };

  before(async () => {
    server = await servers.postgres({ major: 18, superuserPassword: password });
    const rules = path.join(server.folder, 'data', 'pg_hba.conf');
    const before = await readFile(rules, 'utf8');
    const ways = ['password', 'md5', 'reject', 'trust'].map(way => `host all by_${way} 127.0.0.1/32 ${way}\n`);
    await writeFile(rules, ways.join('') + before);
    const admin = await servers.superuser(server);
    for (const way of ['password', 'md5', 'reject', 'trust']) {
      await admin.query(`SET password_encryption = '${way === 'md5' ? 'md5' : 'scram-sha-256'}'`);
      await admin.query(`CREATE ROLE by_${way} LOGIN PASSWORD '${password.replaceAll("'", "''")}'`);
    }
    await admin.query('CREATE ROLE one_only LOGIN CONNECTION LIMIT 1 PASSWORD $$' + password + '$$');
    await admin.query('SELECT pg_reload_conf()');
    const trusted = profileOf(server, { user: 'by_trust' });
    await until('the rules are read', async () =>
      open(trusted, null).then(
        session => session.close().then(() => true),
        () => false,
      ),
    );
    const settings = { max_client_conn: '2' };
    pooler = await servers.pgBouncer({ postgres: server, poolMode: 'transaction', settings });
  });
  afterEach(() => onlyIdleBackends(server));

  for (const user of ['postgres', 'by_password', 'by_md5']) {
    it(`${user}: the right password, a wrong one and none`, async () => {
      const profile = profileOf(server, { user });
      const session = await open(profile);
      assert.equal((await session.query('SELECT current_user::text AS me')).rows[0]?.['me'], user);
      await session.close();
      await fails('passwordWrong', open(profile, 'wrong'));
      await fails('passwordNeeded', open(profile, null));
      await fails('passwordNeeded', open(profile, ''));
    });
  }

  it('through PgBouncer: the right password, a wrong one and none', async () => {
    const profile = profileOf(pooler);
    await (await open(profile)).close();
    await fails('passwordWrong', open(profile, 'wrong'));
    await fails('passwordNeeded', open(profile, null));
  });

  it('never takes anything from the environment or from password files', async () => {
    const file = path.join(server.folder, 'pgpass');
    await writeFile(file, `*:*:*:*:${password}\n`);
    await chmod(file, 0o600);
    const poison = {
      PGPASSWORD: password,
      PGPASSFILE: file,
      PGSSLMODE: 'verify-full',
      PGSSLNEGOTIATION: 'direct',
      PGOPTIONS: '-c work_mem=77MB',
      PGREPLICATION: 'true',
      PGAPPNAME: 'somebody else',
      PGUSER: 'nobody',
      PGHOST: 'nosuch.invalid',
      PGDATABASE: 'nosuch',
      PGPORT: '1',
      PGCLIENT_ENCODING: 'LATIN1',
    };
    const saved = process.env;
    process.env = { ...saved, ...poison };
    try {
      await fails('passwordNeeded', open(profileOf(server), null));
      const session = await open(profileOf(server));
      const { rows } = await session.query(
        "SELECT current_setting('work_mem') AS mem, current_setting('application_name') AS name, 'ü' AS text",
      );
      assert.deepEqual(rows[0], { mem: '4MB', name: applicationName, text: 'ü' });
      await session.close();
    } finally {
      process.env = saved;
    }
  });

  it('nobody listens', async () => {
    await fails('refused', open(profileOf({ host: '127.0.0.1', port: await freePort() })));
    await fails('refused', open(profileOf({ host: '/nonexistent', port: 5432 })));
  });

  it('no such host', async () => {
    await fails('unknownHost', open(profileOf({ host: 'nosuch.invalid', port: 5432 })));
  });

  it('a host that says nothing', async () => {
    const proxy = await startFaultyProxy(server);
    proxy.mood = 'deaf';
    await fails('timedOut', open(profileOf(proxy), password, 200));
    await fails('timedOut', open(profileOf(proxy, { sslmode: 'require' }), password, 200));
    await proxy.stop();
  });

  it('no such database', async () => {
    const error = await fails('databaseMissing', open(profileOf(server, { database: 'nosuch' })));
    assert.equal(error.server?.code, '3D000');
    await fails('databaseMissing', open(profileOf(pooler, { database: 'nosuch' })));
  });

  it('a rule that rejects is quoted', async () => {
    const error = await fails('rejected', open(profileOf(server, { user: 'by_reject' })));
    assert.match(error.message, /pg_hba\.conf/);
  });

  it('no connection left, at the server and at PgBouncer', async () => {
    const profile = profileOf(server, { user: 'one_only' });
    const first = await open(profile);
    await fails('tooManyConnections', open(profile));
    const both = await Promise.all([open(profileOf(pooler)), open(profileOf(pooler))]);
    await fails('tooManyConnections', open(profileOf(pooler)));
    await Promise.all([first, ...both].map(session => session.close()));
  });

  it('a server that is shutting down', async () => {
    const other = await startPostgres({ major: 13 });
    const session = await open(profileOf(other));
    process.kill(other.pid, 'SIGTERM');
    await until('it refuses', async () => String(await rejection(superuser(other))).includes('shut'));
    await fails('startingUp', open(profileOf(other)));
    await session.close();
    await other.stop();
  });

  const impostors: readonly (readonly [string, Buffer, boolean, ConnectFailure])[] = [
    ['a web server', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), true, 'notPostgres'],
    ['a secure shell', Buffer.from('SSH-2.0-OpenSSH_9.9\r\n'), true, 'notPostgres'],
    ['one that hangs up', Buffer.alloc(0), true, 'notPostgres'],
    ['garbage of every kind', Buffer.from('R\0\0\0\x05\x07zzzzzzzzzzzzzzzzzz'), false, 'notPostgres'],
  ];
  for (const [title, answer, closes, reason] of impostors) {
    it(`${title} is not PostgreSQL`, async () => {
      const impostor = await startImpostor(answer, closes);
      await fails(reason, open(profileOf(impostor)));
      await impostor.stop();
    });
  }

  it('a request for Kerberos is said to be', async () => {
    const impostor = await startImpostor(Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 7]), false);
    await fails('rejected', open(profileOf(impostor)));
    await impostor.stop();
  });

  describe('the user', () => {
    const run = (sessions: Sessions, signal = never) =>
      sessions.rolledBack(profileOf(server), readOnly, signal, async tx => (await tx.query('SELECT 1 AS one')).rows[0]);

    it('is asked when there is no password, and again when it is wrong', async () => {
      const passwords = new Passwords(null, 'wrong', password);
      const sessions = new Sessions(passwords, { applicationName });
      assert.deepEqual(await run(sessions), { one: 1 });
      assert.deepEqual(passwords.questions, ['needed', 'wrong']);
      assert.equal(passwords.forgotten, 1);
      await sessions.dispose();
    });

    it('is asked when the known password has become wrong', async () => {
      const passwords = new Passwords('old', password);
      const sessions = new Sessions(passwords, { applicationName });
      assert.deepEqual(await run(sessions), { one: 1 });
      assert.deepEqual([passwords.questions, passwords.forgotten], [['wrong'], 1]);
      await sessions.dispose();
    });

    it('may dismiss the question', async () => {
      const sessions = new Sessions(new Passwords(null), { applicationName });
      await fails('passwordNeeded', run(sessions));
      await sessions.dispose();
    });

    it('is asked once when two want to know, with no connection open', async () => {
      const passwords = new Passwords(null, password);
      const ask = passwords.ask.bind(passwords);
      const open = (await backends(server)).length;
      passwords.ask = async (profile, why) => {
        await until('no connection is open', async () => (await backends(server)).length === open);
        return ask(profile, why);
      };
      const sessions = new Sessions(passwords, { applicationName });
      assert.deepEqual(await Promise.all([run(sessions), run(sessions)]), [{ one: 1 }, { one: 1 }]);
      assert.deepEqual(passwords.questions, ['needed']);
      await sessions.dispose();
    });

    it('need not answer a question nobody waits for any more', async () => {
      const passwords = new Passwords(null);
      passwords.ask = () => new Promise(() => undefined);
      const sessions = new Sessions(passwords, { applicationName });
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 100);
      assertCancelled(await rejection(run(sessions, stop.signal)));
      await sessions.dispose();
    });
  });
});
