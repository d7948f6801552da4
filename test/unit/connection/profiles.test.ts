import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolveProfiles } from '../../../src/connection/profiles';

const resolve = (setting: unknown, env: Record<string, string> = {}) => resolveProfiles(setting, env, 'me');

describe('connection: profiles', () => {
  it('have defaults for everything but the name', () => {
    assert.deepEqual(resolve([{ name: 'a' }]), {
      profiles: [
        {
          name: 'a',
          kind: 'postgresql',
          label: null,
          host: 'localhost',
          port: 5432,
          database: 'me',
          user: 'me',
          sslmode: 'disable',
          sslrootcert: null,
          pooling: 'unknown',
          source: 'setting',
        },
      ],
      problems: [],
    });
  });

  it('of a console have its own defaults', () => {
    const [profile] = resolve([{ name: 'a', kind: 'pgbouncer', user: 'stats' }]).profiles;
    assert.deepEqual([profile?.port, profile?.database, profile?.user], [6432, 'pgbouncer', 'stats']);
  });

  it('use TLS with every check unless the host is this machine', () => {
    const sslmode = (host: string) => resolve([{ name: 'a', host }]).profiles[0]?.sslmode;
    for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.9.8.7', '::1', '/var/run/postgresql']) {
      assert.equal(sslmode(host), 'disable', host);
    }
    for (const host of ['db', '10.0.0.1', '127.0.0.1.example.com', 'localhost.example.com', '::2', '128.0.0.1']) {
      assert.equal(sslmode(host), 'verify-full', host);
    }
  });

  it('take the database from the user', () => {
    assert.equal(resolve([{ name: 'a', user: 'shop' }]).profiles[0]?.database, 'shop');
  });

  for (const [entry, problem] of [
    [{}, /^Connection 1 of planpool\.connections: .*name/],
    ['text', /^Connection 1 of planpool\.connections: must be an object/],
    [null, /^Connection 1 of planpool\.connections/],
    [{ name: '  ' }, /^Connection 1 .* name must not be empty\.$/],
    [{ name: 'a', port: 0 }, /^Connection “a”: port must be a whole number from 1 to 65535\.$/],
    [{ name: 'a', port: '5432' }, /^Connection “a”: port must be/],
    [{ name: 'a', port: 1.5 }, /^Connection “a”: port must be/],
    [{ name: 'a', sslmode: 'prefer' }, /^Connection “a”: sslmode must be one of disable, require, verify-full\.$/],
    [{ name: 'a', sslMode: 'require' }, /^Connection “a”: sslMode is not a field of a connection\.$/],
    [{ name: 'a', host: 'a,b' }, /^Connection “a”: host must be one host\.$/],
    [{ name: 'a', host: 'a\0b' }, /^Connection “a”: host must not be empty/],
    [{ name: 'a', password: 'x' }, /^Connection “a”: a password is never read from the settings/],
    [{ name: 'a', pooling: 'yes' }, /^Connection “a”: pooling must be one of/],
    [{ name: 'a', sslmode: 'require', sslrootcert: 'system' }, /^Connection “a”: sslrootcert “system” needs/],
  ] as const) {
    it(`refuse ${JSON.stringify(entry)} with a sentence`, () => {
      const { profiles, problems } = resolve([entry, { name: 'good' }]);
      assert.deepEqual(
        profiles.map(({ name }) => name),
        ['good'],
      );
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', problem);
    });
  }

  it('refuse a name that is taken', () => {
    const { profiles, problems } = resolve([{ name: 'a' }, { name: 'a', host: 'db' }]);
    assert.equal(profiles.length, 1);
    assert.match(problems[0] ?? '', /“a”: the name is taken/);
  });

  it('refuse a setting that is no list', () => {
    assert.deepEqual(resolve({ name: 'a' }).problems, ['planpool.connections must be a list of connections.']);
  });

  it('of any shape at all never throw, and never keep a password', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ minLength: 8 }), (setting, password) => {
        const { profiles } = resolve([setting, { name: 'p', password }]);
        assert.ok(!profiles.some(profile => 'password' in profile));
      }),
    );
  });

  describe('of the environment', () => {
    it('are offered only without a setting', () => {
      const env = { PGHOST: 'db' };
      assert.equal(resolve(undefined, env).profiles[0]?.source, 'environment');
      assert.equal(resolve([], env).profiles[0]?.source, 'environment');
      assert.equal(resolve(null, env).profiles.length, 1);
      assert.deepEqual(
        resolve([{ name: 'a' }], env).profiles.map(({ source }) => source),
        ['setting'],
      );
    });

    it('need a host or a database', () => {
      assert.deepEqual(resolve(undefined, { PGUSER: 'u', PGPORT: '1', PGPASSWORD: 'p', PGHOST: '' }), {
        profiles: [],
        problems: [],
      });
      assert.equal(resolve(undefined, { PGDATABASE: 'd' }).profiles[0]?.host, 'localhost');
    });

    it('are what the variables say', () => {
      const [profile] = resolve(undefined, {
        PGHOST: 'db.example',
        PGPORT: '6000',
        PGDATABASE: 'shop',
        PGUSER: 'ann',
        PGSSLMODE: 'require',
        PGSSLROOTCERT: '/ca.pem',
        PGPASSWORD: 'never here',
      }).profiles;
      assert.deepEqual(profile, {
        name: 'db.example:6000 (environment)',
        kind: 'postgresql',
        label: null,
        host: 'db.example',
        port: 6000,
        database: 'shop',
        user: 'ann',
        sslmode: 'require',
        sslrootcert: '/ca.pem',
        pooling: 'unknown',
        source: 'environment',
      });
    });

    it('are named by where they lead', () => {
      const nameOf = (env: Record<string, string>): string | undefined => resolve(undefined, env).profiles[0]?.name;
      assert.equal(nameOf({ PGDATABASE: 'shop' }), 'localhost (environment)');
      assert.equal(nameOf({ PGHOST: 'db.example', PGPORT: '5432' }), 'db.example (environment)');
      assert.equal(nameOf({ PGHOST: '::1', PGPORT: '5433' }), '[::1]:5433 (environment)');
    });

    for (const [name, value] of [
      ['PGSSLMODE', 'prefer'],
      ['PGSSLMODE', 'allow'],
      ['PGSSLMODE', 'verify-ca'],
      ['PGSSLMODE', 'nonsense'],
      ['PGPORT', '70000'],
      ['PGPORT', '5432,5433'],
      ['PGPORT', 'x'],
      ['PGHOST', 'a,b'],
      ['PGSERVICE', 'prod'],
      ['PGHOSTADDR', '10.0.0.1'],
      ['PGCHANNELBINDING', 'require'],
    ] as const) {
      it(`are refused with a sentence for ${name}=${value}`, () => {
        const { profiles, problems } = resolve(undefined, { PGDATABASE: 'd', [name]: value });
        assert.deepEqual(profiles, []);
        assert.match(problems[0] ?? '', new RegExp(`^Connection of the environment: .*${name}.*\\.$`));
      });
    }
  });
});
