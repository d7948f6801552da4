import assert from 'node:assert/strict';
import type { Memory } from '../../../src/memory';
import { decodeDatabases } from '../../../src/pools/decodeRows';
import { candidates, pooledProfiles, ServerMapping } from '../../../src/pools/serverMapping';
import { profileOf } from '../../servers/connectionFixture';

function memory(): Memory {
  const kept = new Map<string, string>();
  return { get: key => kept.get(key), update: async (key, value) => void kept.set(key, value) };
}

const pooler = profileOf({ host: 'pooler', port: 6432 }, { name: 'pooler', kind: 'pgbouncer', database: 'pgbouncer' });

function database(fields: Readonly<Record<string, string | number | null>>) {
  return decodeDatabases([{ name: 'shop', host: 'db1', port: 5432, database: 'shop', ...fields }])[0]!;
}

describe('pools: server mapping', () => {
  const shop = profileOf({ host: 'db1', port: 5432 }, { name: 'shop', database: 'shop' });
  const hostile = 'a b:6432 c';

  it('remembers the server of each database of each PgBouncer', async () => {
    const mapping = new ServerMapping(memory());
    assert.equal(mapping.of(pooler, 'shop', [shop]), null);
    await mapping.map(pooler, 'shop', shop);
    assert.equal(mapping.of(pooler, 'shop', [shop]), shop);
    assert.equal(mapping.of({ ...pooler, name: 'another name of it' }, 'shop', [shop]), shop);
    assert.equal(mapping.of(pooler, 'other', [shop]), null);
    assert.equal(mapping.of({ ...pooler, port: 6433 }, 'shop', [shop]), null);
    await mapping.map(pooler, hostile, shop);
    assert.equal(mapping.of(pooler, hostile, [shop]), shop);
    await mapping.forget(pooler, 'shop');
    assert.equal(mapping.of(pooler, 'shop', [shop]), null);
  });

  it('forgets a connection that is gone or is no PostgreSQL any more', async () => {
    const mapping = new ServerMapping(memory());
    await mapping.map(pooler, 'shop', shop);
    assert.equal(mapping.of(pooler, 'shop', []), null);
    assert.equal(mapping.of(pooler, 'shop', [{ ...shop, kind: 'pgbouncer' }]), null);
  });

  it('offers the likeliest first, and never what leads through the PgBouncer itself', () => {
    const others = [
      profileOf({ host: 'elsewhere', port: 5432 }, { name: 'nothing alike', database: 'x' }),
      profileOf({ host: 'db1', port: 5433 }, { name: 'host', database: 'x' }),
      profileOf({ host: 'elsewhere', port: 5432 }, { name: 'database', database: 'shop' }),
      profileOf({ host: 'DB1', port: 5432 }, { name: 'address', database: 'x' }),
      shop,
      profileOf({ host: 'pooler', port: 6432 }, { name: 'pooled', database: 'shop' }),
      pooler,
    ];
    const names = (given: ReturnType<typeof database>) => candidates(others, pooler, given).map(({ name }) => name);
    assert.deepEqual(names(database({})), ['shop', 'address', 'database', 'host', 'nothing alike']);
    assert.deepEqual(
      pooledProfiles(others, pooler, 'shop').map(({ name }) => name),
      ['pooled'],
    );
  });

  it('knows that a local server is on the machine of the PgBouncer, not on this one', () => {
    const here = profileOf({ host: 'localhost', port: 5432 }, { name: 'here', database: 'shop' });
    const beside = profileOf({ host: 'pooler', port: 5432 }, { name: 'beside', database: 'shop' });
    for (const host of ['127.0.0.1', '/run/postgresql', null]) {
      assert.equal(candidates([here, beside], pooler, database({ host }))[0], beside);
    }
    const local = { ...pooler, host: '127.0.0.1' };
    assert.equal(candidates([beside, here], local, database({ host: '::1' }))[0], here);
  });
});
