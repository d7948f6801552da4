import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Consoles } from '../../src/connection/consoles';
import { ConnectFailed, RouteRefused, ServerError, type ConnectFailure } from '../../src/connection/errors';
import type { Profile } from '../../src/connection/profile';
import { connectionMessage, connectionReason } from '../../src/connection/reasons';
import { consolesUnderTest } from '../lab/matrix';
import type { PgBouncerOptions, PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { removeFolder, temporaryFolder } from '../lab/watched';
import { failOnUnhandledRejection, never, Passwords, rejection } from './connectionFixture';
import { askConsole, consoleOf, noConnectionLeft } from './consoleFixture';
import { suiteServers } from './serverFixture';
import { startStubConsole } from './stubConsole';
import { makeAuthority } from './tlsCertificates';

const password = `it's a "pässword"`;

for (const release of consolesUnderTest) {
  describe(`pools: console ${release}, login`, function () {
    this.timeout(60_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    let server: PostgresServer;
    const used: Consoles[] = [];

    const startPooler = (options: Partial<PgBouncerOptions>): Promise<PgBouncerServer> =>
      servers.pgBouncer({
        postgres: server,
        poolMode: 'transaction',
        release,
        users: { postgres: password, onlooker: password, stranger: password },
        ...options,
        settings: { admin_users: 'postgres', stats_users: 'onlooker', ...options.settings },
      });
    const ask = (profile: Profile, given: string | null, command: string) => {
      const consoles = new Consoles(new Passwords(given), { connectTimeoutMs: 5000 });
      used.push(consoles);
      return askConsole(consoles, profile, command);
    };
    const version = async (profile: Profile, given: string | null): Promise<string> =>
      String((await ask(profile, given, 'SHOW VERSION')).rows[0]?.['version']);
    const stop = async (pooler: PgBouncerServer, given = ''): Promise<void> => {
      await Promise.all(used.map(consoles => consoles.dispose()));
      await noConnectionLeft(pooler, given);
      await pooler.stop();
    };
    const fails = async (reason: ConnectFailure, profile: Profile, given: string | null): Promise<string> => {
      const error = await rejection(version(profile, given));
      assert.ok(error instanceof ConnectFailed, String(error));
      assert.equal(error.reason, reason, error.message);
      return connectionMessage({ kind: reason, words: error.message }, profile).sentence;
    };

    before(async () => {
      server = await servers.postgres({ major: 18 });
    });
    afterEach(() => Promise.all(used.splice(0).map(consoles => consoles.dispose())));

    for (const way of ['plain', 'md5', 'scram-sha-256']) {
      it(`auth_type ${way}: the right password, a wrong one and none`, async () => {
        const pooler = await startPooler({ settings: { auth_type: way } });
        assert.equal(await version(consoleOf(pooler), password), `PgBouncer ${pooler.version}`);
        await fails('passwordWrong', consoleOf(pooler), 'wrong');
        await fails('passwordNeeded', consoleOf(pooler), null);
        await stop(pooler, password);
      });
    }

    for (const way of ['trust', 'any']) {
      it(`auth_type ${way}: no password is asked for`, async () => {
        const pooler = await startPooler({ settings: { auth_type: way } });
        assert.equal(await version(consoleOf(pooler), null), `PgBouncer ${pooler.version}`);
        await stop(pooler);
      });
    }

    it('auth_type hba: each user its own way', async () => {
      const rules = [
        'host pgbouncer postgres 127.0.0.1/32 trust',
        'host pgbouncer onlooker 127.0.0.1/32 scram-sha-256',
        'host pgbouncer stranger 127.0.0.1/32 reject',
      ];
      const pooler = await startPooler({
        settings: { auth_type: 'hba', auth_hba_file: 'rules.conf', stats_users: 'onlooker, stranger' },
        files: { 'rules.conf': `${rules.join('\n')}\n` },
      });
      await version(consoleOf(pooler), null);
      await version(consoleOf(pooler, { user: 'onlooker' }), password);
      await fails('passwordNeeded', consoleOf(pooler, { user: 'onlooker' }), null);
      await fails('rejected', consoleOf(pooler, { user: 'stranger' }), password);
      await stop(pooler);
    });

    it('a stats user may look but not act; who is neither is told so, and not asked again', async () => {
      const pooler = await startPooler({});
      const refused = await rejection(ask(consoleOf(pooler, { user: 'onlooker' }), password, 'PAUSE'));
      assert.ok(refused instanceof ServerError && refused.message === 'admin access needed', String(refused));
      await ask(consoleOf(pooler, { user: 'onlooker' }), password, 'SHOW CONFIG');
      const sentence = await fails('notAConsoleUser', consoleOf(pooler, { user: 'stranger' }), password);
      assert.match(sentence, /^The user stranger may not use the console at .*stats_users/);
      await stop(pooler, password);
    });

    it('the user is asked for the password, once for all who wait for it; in the background never', async () => {
      const pooler = await startPooler({});
      const passwords = new Passwords('old', password);
      const consoles = new Consoles(passwords);
      used.push(consoles);
      const profile = consoleOf(pooler);
      const background = await rejection(askConsole(consoles, profile, 'SHOW VERSION'));
      assert.ok(background instanceof ConnectFailed && background.reason === 'passwordWrong', String(background));
      assert.deepEqual([passwords.questions, passwords.forgotten], [[], 1]);
      const [own, answer] = await Promise.all([
        consoles.open(profile, never),
        consoles.use(profile, never, session => session.ask('SHOW VERSION', { timeoutMs: 5000 })),
      ]);
      assert.equal(answer.rows.length, 1);
      assert.deepEqual(passwords.questions, ['needed']);
      await own.close();
      await stop(pooler, password);
    });

    it('what is no console is refused: PostgreSQL, and a database behind this PgBouncer', async () => {
      const pooler = await startPooler({ settings: { auth_type: 'trust' } });
      for (const profile of [
        consoleOf(server, { database: 'postgres' }),
        consoleOf(pooler, { database: 'postgres' }),
      ]) {
        const error = await rejection(version(profile, null));
        assert.ok(error instanceof RouteRefused && error.reason === 'notAConsole', String(error));
        assert.equal(error.message, 'it is PostgreSQL 18.4');
      }
      await fails('databaseMissing', consoleOf(server), null);
      await pooler.stop();
    });

    describe('TLS', () => {
      let folder: string;
      let pooler: PgBouncerServer;
      let plain: PgBouncerServer;
      let byCertificate: PgBouncerServer;
      let sslrootcert: string;

      before(async () => {
        folder = await temporaryFolder('planpool-console-tls');
        servers.atEnd(() => removeFolder(folder));
        const authority = await makeAuthority(folder, 'right');
        sslrootcert = path.join(folder, 'ca.pem');
        await writeFile(sslrootcert, authority.certificate);
        const { certificate, key } = await authority.sign('DNS:localhost,IP:127.0.0.1');
        const files = { 'ca.crt': authority.certificate, 'server.crt': certificate, 'server.key': key };
        const tls = { client_tls_key_file: 'server.key', client_tls_cert_file: 'server.crt' };
        pooler = await startPooler({ files, settings: { client_tls_sslmode: 'require', ...tls } });
        plain = await startPooler({});
        const strict = { client_tls_sslmode: 'verify-full', client_tls_ca_file: 'ca.crt', auth_type: 'cert' };
        byCertificate = await startPooler({ files, settings: { ...tls, ...strict } });
      });
      for (const sslmode of ['require', 'verify-full'] as const) {
        it(`${sslmode} is encrypted`, async () => {
          const profile = consoleOf(pooler, { host: 'localhost', sslmode, sslrootcert });
          const { rows } = await ask(profile, password, 'SHOW CLIENTS');
          assert.match(String(rows[0]?.['tls']), /^TLSv1\.[23]\//);
          const untrusted = consoleOf(pooler, { host: 'localhost', sslmode: 'verify-full' });
          await fails('tlsUntrusted', untrusted, password);
        });
      }

      it('a console that wants TLS, and one that has none', async () => {
        await fails('rejected', consoleOf(pooler), password);
        await fails('tlsRefused', consoleOf(plain, { sslmode: 'require' }), password);
      });

      it('a console that wants a certificate of the client is said to refuse', async () => {
        const sentence = await fails('rejected', consoleOf(byCertificate, { sslmode: 'require' }), password);
        assert.match(sentence, /certificate/);
      });
    });
  });
}

/** What these poolers' sources say; they cannot be had as packages. */
const others = [
  { announces: '9.6.0', shows: 'odyssey 1.4.1-12-g5a1c (Release)' },
  { announces: '1.2.0', shows: 'PgCat 1.2.0' },
  { announces: '16.3 (PgDog v0.1.2)', shows: 'PgDog v0.1.2' },
  { announces: '1.24.1/bouncer', shows: 'Odyssey 1.4.1' },
];

describe('pools: consoles of other poolers (stubs)', () => {
  failOnUnhandledRejection();

  for (const { announces, shows } of others) {
    it(`“${shows}” that announces ${announces} is refused with a sentence`, async () => {
      const stub = await startStubConsole(announces, { 'SHOW VERSION': { columns: ['version'], rows: [[shows]] } });
      const consoles = new Consoles(new Passwords(null));
      const profile = consoleOf(stub);
      const error = await rejection(askConsole(consoles, profile, 'SHOW POOLS'));
      const reason = connectionReason(error);
      assert.ok(reason?.kind === 'notAConsole', String(error));
      assert.match(
        connectionMessage(reason, profile).sentence,
        new RegExp(`not the console of a PgBouncer .it is ${shows.split(' ')[0]}`),
      );
      assert.deepEqual(stub.asked, ['SHOW VERSION']);
      await consoles.dispose();
      await stub.stop();
    });
  }
});
