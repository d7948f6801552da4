import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../src/editor/redact';

/** Passwords that no surrounding text contains by chance; quoting is the place's own business. */
const secret = fc.stringMatching(/^[A-Za-z0-9!#%*+./:=?@^_~-]{4,20}$/).map(text => `S3${text}Z`);

/** Where a password may stand in a log line. */
const places: Readonly<Record<string, (password: string) => string>> = {
  url: password => `cannot reach postgres://ann:${password}@db.example:5432/shop?x=1`,
  'url with encoding': password => `postgresql://ann:${encodeURIComponent(password)}@db/shop`,
  'url parameter': password => `postgresql://db/shop?user=ann&password=${encodeURIComponent(password)}&x=1`,
  keyword: password => `host=db password=${password} dbname=shop`,
  'quoted keyword': password => `host=db password = '${password}' dbname=shop`,
  environment: password => `PGPASSWORD=${password} psql`,
  json: password => JSON.stringify({ user: 'ann', password, port: 1 }),
  'inspected object': password => `{ user: 'ann', password: '${password}' }`,
  'alter role': password => `ALTER ROLE ann WITH PASSWORD '${password}' VALID UNTIL 'infinity'`,
  'alter role, no space': password => `ALTER ROLE ann PASSWORD'${password}'`,
  'encrypted password': password => `CREATE USER ann ENCRYPTED PASSWORD\n '${password}';`,
  'escape string': password => `ALTER ROLE ann PASSWORD E'${password}'`,
  'dollar quotes': password => `ALTER ROLE ann PASSWORD $x$${password}$x$`,
  'user mapping': password => `CREATE USER MAPPING FOR ann SERVER s OPTIONS (user 'ann', password '${password}')`,
  dblink: password => `SELECT dblink_connect('host=db password=${password} user=ann')`,
  'yaml-like': password => `db_password: ${password}`,
};

describe('editor: redact', () => {
  for (const [place, text] of Object.entries(places)) {
    it(`hides a password in: ${place}`, () => {
      fc.assert(
        fc.property(secret, fc.string(), fc.string(), (password, before, after) => {
          const line = `${before} ${text(password)} ${after}`;
          const shown = redact(line);
          assert.ok(!shown.includes(password), shown);
          assert.ok(!shown.includes(encodeURIComponent(password)), shown);
        }),
      );
    });
  }

  it('hides what quotes and backslashes wrap', () => {
    for (const line of [
      `PASSWORD 'it''s S3CRET'`,
      `PASSWORD E'it\\'s S3CRET'`,
      `password='it\\'s S3CRET'`,
      `"password": "say \\"S3CRET\\" now"`,
      `PASSWORD $$it's S3CRET$$`,
      `PASSWORD 'never closed S3CRET`,
    ]) {
      assert.ok(!redact(line).includes('S3CRET'), redact(line));
    }
  });

  it('leaves the rest as it is', () => {
    for (const line of [
      'SELECT password FROM users',
      'password authentication failed for user "ann"',
      'postgres://ann@db.example:5432/shop',
      'Explain of SELECT 1 took 12 ms',
      'http://localhost:8080/?folder=/a',
    ]) {
      assert.equal(redact(line), line);
    }
    assert.equal(redact('host=db password=x dbname=shop'), 'host=db password=*** dbname=shop');
    assert.equal(redact('postgres://ann:x@db/shop'), 'postgres://ann:***@db/shop');
  });

  it('is quick on long text', () => {
    const started = Date.now();
    for (const text of ['password', 'a://b:', "password '", 'password=$x', ' ', '://', 'a']) {
      redact(text.repeat(3000));
    }
    assert.ok(Date.now() - started < 500, `${Date.now() - started} ms`);
  });
});
