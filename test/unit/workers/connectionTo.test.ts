import assert from 'node:assert/strict';
import type { Profile } from '../../../src/connection/profile';
import { connectionTo, type Whereabouts } from '../../../src/workers/connectionTo';
import { profile } from '../explain/profile';

const here: Profile = { ...profile, name: 'pooled', database: 'shop' };
const elsewhere = (fields: Partial<Profile> = {}): Profile => ({
  ...here,
  name: 'other',
  database: 'reports',
  ...fields,
});
const reports = { database: 'reports', inCurrentDatabase: false };

describe('workers: the connection to a statement’s database', () => {
  let asked: string[];
  /** What the server says that is behind each connection. */
  const behind =
    (database: string | null) =>
    async ({ name, user }: Profile): Promise<Whereabouts | null> => {
      asked.push(name);
      return database === null ? null : { database, user: `${user} of the server` };
    };

  beforeEach(() => {
    asked = [];
  });

  it('is the chosen one where that leads to it, whatever the pooler calls it', async () => {
    const place = { database: 'shop_copy', inCurrentDatabase: true };
    assert.deepEqual(await connectionTo(place, here, 'role', [here], behind(null)), {
      ok: true,
      connection: 'pooled',
      user: 'role',
    });
    assert.deepEqual(asked, []);
  });

  it('is another one of the same server that says that it leads there', async () => {
    const profiles = [here, elsewhere({ name: 'admin', user: 'admin' }), elsewhere()];
    assert.deepEqual(await connectionTo(reports, here, 'role', profiles, behind('reports')), {
      ok: true,
      connection: 'other',
      user: 'me of the server',
    });
    assert.deepEqual(asked, ['other']);
  });

  it('is none where a pooler has another database behind that name', async () => {
    const found = await connectionTo(reports, here, 'role', [here, elsewhere()], behind('reports_copy'));
    assert.match(found?.ok === false ? found.sentence : '', /“other” leads to reports_copy/);
  });

  it('is none where none is called so, and nobody is asked', async () => {
    const others = [
      elsewhere({ host: 'elsewhere' }),
      elsewhere({ port: 1 }),
      elsewhere({ kind: 'pgbouncer' }),
      elsewhere({ database: 'REPORTS' }),
    ];
    const found = await connectionTo(reports, here, 'role', [here, ...others], behind('reports'));
    assert.match(found?.ok === false ? found.sentence : '', /runs in the database reports\. Add a connection/);
    const dropped = await connectionTo({ ...reports, database: null }, here, 'role', [here], behind('reports'));
    assert.match(dropped?.ok === false ? dropped.sentence : '', /is gone/);
    // The chosen one is known to lead elsewhere, whatever its name.
    const chosen = { ...here, database: 'reports' };
    assert.equal((await connectionTo(reports, chosen, 'role', [chosen], behind('reports')))?.ok, false);
    assert.deepEqual(asked, []);
  });

  it('is told with the role that it is used as, for that is whose rights count', async () => {
    const profiles = [here, elsewhere({ name: 'admin', user: 'postgres' })];
    const found = await connectionTo(reports, here, 'role', profiles, behind('reports'));
    assert.deepEqual(found, { ok: true, connection: 'admin', user: 'postgres of the server' });
  });

  it('is not known without an answer', async () => {
    assert.equal(await connectionTo(reports, here, 'role', [elsewhere()], behind(null)), null);
  });
});
