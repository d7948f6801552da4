import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cancelLadder } from '../../src/connection/cancelLadder';
import { ConnectFailed, type ConnectFailure } from '../../src/connection/errors';
import { openSession } from '../../src/connection/openSession';
import type { SslMode } from '../../src/connection/profile';
import type { PostgresServer } from '../lab/postgres';
import { removeFolder, temporaryFolder } from '../lab/watched';
import { applicationName, backends, failOnUnhandledRejection, profileOf, rejection, until } from './connectionFixture';
import { startImpostor } from './faultyProxy';
import { makeAuthority, type KeyPair } from './tlsCertificates';
import { suiteServers } from './serverFixture';

type ServerKind = 'right name' | 'wrong name' | 'self-signed' | 'expired' | 'no TLS';
type Outcome = 'encrypted' | 'plain' | ConnectFailure;

/** What libpq's table "SSL Mode Descriptions" promises, for each mode and each kind of server. `ca` is the right authority. */
const promises: readonly (readonly [SslMode, 'none' | 'ca' | 'other ca', Readonly<Record<ServerKind, Outcome>>])[] = [
  ['disable', 'none', row('plain', 'plain', 'plain', 'plain', 'plain')],
  ['require', 'none', row('encrypted', 'encrypted', 'encrypted', 'encrypted', 'tlsRefused')],
  ['require', 'ca', row('encrypted', 'encrypted', 'tlsUntrusted', 'tlsUntrusted', 'tlsRefused')],
  ['require', 'other ca', row('tlsUntrusted', 'tlsUntrusted', 'tlsUntrusted', 'tlsUntrusted', 'tlsRefused')],
  ['verify-full', 'none', row('tlsUntrusted', 'tlsUntrusted', 'tlsUntrusted', 'tlsUntrusted', 'tlsRefused')],
  ['verify-full', 'ca', row('encrypted', 'tlsUntrusted', 'tlsUntrusted', 'tlsUntrusted', 'tlsRefused')],
  ['verify-full', 'other ca', row('tlsUntrusted', 'tlsUntrusted', 'tlsUntrusted', 'tlsUntrusted', 'tlsRefused')],
];

function row(...[right, wrong, self, expired, none]: [Outcome, Outcome, Outcome, Outcome, Outcome]) {
  return { 'right name': right, 'wrong name': wrong, 'self-signed': self, expired, 'no TLS': none };
}

describe('connection: TLS', function () {
  this.timeout(60_000);
  failOnUnhandledRejection();
  let folder: string;
  const started = suiteServers();
  const servers = new Map<ServerKind, PostgresServer>();
  const authorities = { none: null, ca: '', 'other ca': '' };

  before(async () => {
    folder = await temporaryFolder('planpool-tls');
    started.atEnd(() => removeFolder(folder));
    const [authority, other] = await Promise.all([makeAuthority(folder, 'right'), makeAuthority(folder, 'other')]);
    authorities.ca = path.join(folder, 'ca.pem');
    authorities['other ca'] = path.join(folder, 'other.pem');
    await writeFile(authorities.ca, authority.certificate);
    await writeFile(authorities['other ca'], other.certificate);
    const here = 'DNS:localhost,IP:127.0.0.1';
    const pairs: readonly (readonly [ServerKind, KeyPair | null])[] = [
      ['right name', await authority.sign(here)],
      ['wrong name', await authority.sign('DNS:elsewhere.example,IP:192.0.2.1')],
      ['self-signed', await authority.selfSign(here)],
      ['expired', await authority.sign(here, -1)],
      ['no TLS', null],
    ];
    await Promise.all(
      pairs.map(async ([kind, tls]) =>
        servers.set(kind, await started.postgres({ major: 18, ...(tls === null ? {} : { tls }) })),
      ),
    );
  });

  const outcome = async (kind: ServerKind, mode: SslMode, authority: keyof typeof authorities, host: string) => {
    const server = servers.get(kind);
    assert.ok(server);
    const profile = profileOf({ host, port: server.port }, { sslmode: mode, sslrootcert: authorities[authority] });
    try {
      const session = await openSession(profile, null, { connectTimeoutMs: 5000, applicationName });
      const { rows } = await session.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      await session.close();
      return rows[0]?.['ssl'] === true ? 'encrypted' : 'plain';
    } catch (error) {
      assert.ok(error instanceof ConnectFailed, String(error));
      return error.reason;
    }
  };

  for (const host of ['localhost', '127.0.0.1']) {
    for (const [mode, authority, expected] of promises) {
      it(`${mode} with ${authority === 'none' ? 'no authority of its own' : authority}, to ${host}`, async () => {
        const actual: Record<string, Outcome> = {};
        for (const kind of servers.keys()) {
          actual[kind] = await outcome(kind, mode, authority, host);
        }
        assert.deepEqual(actual, expected);
      });
    }
  }

  it('a root certificate that is missing, or none, is said to be', async () => {
    const server = servers.get('right name');
    assert.ok(server);
    const none = path.join(folder, 'none.pem');
    await writeFile(none, 'no certificate\n');
    for (const sslrootcert of ['/nonexistent', none]) {
      const profile = profileOf(server, { sslmode: 'verify-full', sslrootcert });
      const error = await rejection(openSession(profile, null, { connectTimeoutMs: 5000, applicationName }));
      assert.ok(error instanceof ConnectFailed && error.reason === 'rootCertificateUnreadable');
    }
  });

  it('plain text slipped in behind the answer is refused', async () => {
    const impostor = await startImpostor(Buffer.from('SR\0\0\0\x08\0\0\0\0'), false);
    const profile = profileOf(impostor, { sslmode: 'require' });
    const error = await rejection(openSession(profile, null, { connectTimeoutMs: 2000, applicationName }));
    assert.ok(error instanceof ConnectFailed && error.reason === 'notPostgres', String(error));
    await impostor.stop();
  });

  it('a CancelRequest goes the same way', async () => {
    const server = servers.get('right name');
    assert.ok(server);
    const profile = profileOf(server, { host: 'localhost', sslmode: 'verify-full', sslrootcert: authorities.ca });
    const session = await openSession(profile, null, { connectTimeoutMs: 5000, applicationName });
    const running = rejection(session.query('SELECT pg_sleep(60)'));
    await until('it sleeps', async () => (await backends(server)).some(({ state }) => state === 'active'));
    assert.equal(await cancelLadder(session, 0, running), 'cancelRequest');
    assert.match(String(await running), /canceling statement/);
    await session.close();
  });
});
