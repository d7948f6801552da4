import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cancelRequest } from '../../../src/connection/cancel';
import { greeting } from '../../../src/connection/connectFailure';
import { Cancelled, ConnectFailed, ConnectionLost, RouteRefused, ServerError } from '../../../src/connection/errors';
import type { Profile } from '../../../src/connection/profile';
import { connectionMessage, connectionReason } from '../../../src/connection/reasons';
import type { ConnectionReason } from '../../../src/connection/reasons';
import { secretKey } from '../../../src/connection/secretKey';
import { serverErrorFields } from '../../../src/connection/serverErrorFields';
import { isConsoleVersion, serverVersionNumber } from '../../../src/connection/serverVersion';
import { tlsOptions } from '../../../src/connection/tls';

const profile: Profile = {
  name: 'shop',
  kind: 'postgresql',
  label: null,
  host: 'db.example',
  port: 5432,
  database: 'shop',
  user: 'ann',
  sslmode: 'verify-full',
  sslrootcert: null,
  pooling: 'unknown',
  source: 'setting',
};

describe('connection: parts', () => {
  it('the key of a secret changes with every field of the endpoint, and with nothing else', () => {
    const key = secretKey(profile);
    assert.match(key, /^[0-9a-f]{64}$/);
    for (const change of [
      { host: 'db.example2' },
      { port: 5433 },
      { database: 'shop2' },
      { user: 'bob' },
      { sslmode: 'require' as const },
    ]) {
      assert.notEqual(secretKey({ ...profile, ...change }), key);
    }
    assert.equal(secretKey({ ...profile, name: 'other', label: 'x' } as Profile), key);
  });

  it('the key of a secret cannot be forged by moving a boundary', () => {
    const field = fc.string();
    const endpoint = fc.record({ host: field, database: field, user: field });
    fc.assert(
      fc.property(endpoint, endpoint, (a, b) => {
        const same = a.host === b.host && a.database === b.database && a.user === b.user;
        assert.equal(secretKey({ ...profile, ...a }) === secretKey({ ...profile, ...b }), same);
      }),
    );
    assert.notEqual(
      secretKey({ ...profile, database: 'a","b', user: 'c' }),
      secretKey({ ...profile, database: 'a', user: 'b","c' }),
    );
  });

  it('a CancelRequest is sixteen bytes', () => {
    const bytes = cancelRequest({ processId: 0x01020304, secret: -2 });
    assert.equal(bytes.toString('hex'), '00000010' + '04d2162e' + '01020304' + 'fffffffe');
  });

  it('versions are counted as the server does', () => {
    for (const [text, number] of [
      ['18.4', 180_004],
      ['13.23 (Debian 13.23-1.pgdg120+1)', 130_023],
      ['17', 170_000],
      ['19beta2', 190_000],
      ['1.18.0/bouncer', null],
      ['9.6.24', null],
      ['', null],
    ] as const) {
      assert.equal(serverVersionNumber(text), number, text);
    }
    assert.ok(isConsoleVersion('1.18.0/bouncer'));
    assert.ok(!isConsoleVersion('18.4'));
  });

  it('TLS is what libpq means', async () => {
    assert.equal(await tlsOptions({ ...profile, sslmode: 'disable' }), null);
    assert.equal(await tlsOptions({ ...profile, host: '/run/postgresql' }), null);
    const full = await tlsOptions(profile);
    assert.deepEqual(
      [full?.rejectUnauthorized, full?.servername, full?.host, full?.checkServerIdentity],
      [true, 'db.example', 'db.example', undefined],
    );
    const address = await tlsOptions({ ...profile, host: '10.0.0.1' });
    assert.deepEqual([address?.servername, address?.host], ['', '10.0.0.1']);
    assert.equal((await tlsOptions({ ...profile, sslmode: 'require' }))?.rejectUnauthorized, false);
    assert.equal((await tlsOptions({ ...profile, sslrootcert: 'system' }))?.ca, undefined);
  });

  it('only what a server wrote is a server error', () => {
    const thrown = { code: '42601', message: 'm', severity: 'ERROR', position: '7', length: 90, detail: undefined };
    assert.deepEqual(serverErrorFields(thrown), {
      code: '42601',
      message: 'm',
      severity: 'ERROR',
      position: 7,
      detail: null,
      hint: null,
      where: null,
    });
    assert.equal(serverErrorFields({ ...thrown, position: 'x' })?.position, null);
    assert.equal(serverErrorFields(Object.assign(new Error('x'), { code: 'EPIPE' })), null);
    assert.equal(serverErrorFields(undefined), null);
    fc.assert(fc.property(fc.anything(), value => void serverErrorFields(value)));
  });

  it('a position behind a prefix is moved to the front of it, or taken away', () => {
    const fields = { severity: 'ERROR', code: '42601', message: 'm', detail: null, hint: null, where: null };
    assert.equal(new ServerError({ ...fields, position: 12 }).behindPrefix(10).position, 2);
    assert.equal(new ServerError({ ...fields, position: 10 }).behindPrefix(10).position, null);
    assert.equal(new ServerError({ ...fields, position: null }).behindPrefix(10).position, null);
  });

  it('the first bytes tell PostgreSQL from others', () => {
    const bytes = (...numbers: number[]): Buffer => Buffer.from(numbers);
    assert.equal(greeting(bytes(82, 0, 0, 0, 8, 0, 0, 0, 0)), 'understood');
    assert.equal(greeting(bytes(82, 0, 0, 0, 23, 0, 0, 0, 10)), 'understood');
    assert.equal(greeting(bytes(82, 0, 0, 0, 8, 0, 0, 0, 7)), 'unsupported');
    assert.equal(greeting(bytes(69, 0, 0, 0, 90)), 'understood');
    assert.equal(greeting(Buffer.from('HTTP/1.1 400')), 'foreign');
    assert.equal(greeting(Buffer.from('SSH-2.0-x')), 'foreign');
    assert.equal(greeting(bytes(82)), 'foreign');
  });

  it('every reason has a sentence that ends and at most two actions', () => {
    const kinds: Record<ConnectionReason['kind'], true> = {
      refused: true,
      unknownHost: true,
      unreachable: true,
      timedOut: true,
      tlsRefused: true,
      tlsUntrusted: true,
      rootCertificateUnreadable: true,
      passwordNeeded: true,
      passwordWrong: true,
      databaseMissing: true,
      tooManyConnections: true,
      startingUp: true,
      notAConsoleUser: true,
      rejected: true,
      notPostgres: true,
      aborted: true,
      other: true,
      connectionLost: true,
      noAnswer: true,
      notAConsole: true,
      statementPooling: true,
      console: true,
    };
    const sentences = Object.keys(kinds).map(kind => {
      const reason = { kind: kind as ConnectionReason['kind'], words: 'Words.' };
      const { sentence, actions } = connectionMessage(reason, profile);
      assert.match(sentence, /^[A-Z“d].*\.$/);
      assert.ok(!sentence.includes('..') && actions.length >= 1 && actions.length <= 2);
      return sentence;
    });
    assert.equal(new Set(sentences).size, sentences.length);
  });

  it('a reason is found in what is about the connection, and only there', () => {
    assert.deepEqual(connectionReason(new ConnectFailed('refused', 'm')), { kind: 'refused', words: 'm' });
    assert.deepEqual(connectionReason(new RouteRefused('console', 'm')), { kind: 'console', words: 'm' });
    assert.deepEqual(connectionReason(new ConnectionLost('m')), { kind: 'connectionLost', words: 'm' });
    assert.equal(connectionReason(new Cancelled()), null);
    assert.equal(connectionReason(new Error('m')), null);
  });
});
