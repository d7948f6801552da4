import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import { openSession } from '../../src/connection/openSession';
import { rolledBack } from '../../src/connection/rolledBack';
import { settingsFindings } from '../../src/guc/findings';
import { recommendedFor } from '../../src/guc/recommendation';
import type { Remedy } from '../../src/guc/remedy';
import type { ServerSize } from '../../src/guc/settingsFacts';
import type { SettingsFinding } from '../../src/guc/settingsFinding';
import { validateOverrides } from '../../src/guc/validate';
import { decodeServerSettings, serverSettingsParameter, serverSettingsQuery } from '../../src/guc/serverSettings';
import { lookOptions } from '../../src/workers/look';
import { readSettings } from '../../src/workers/settingsQuery';
import { connect } from '../lab/connect';
import { majorsUnderTest } from '../lab/matrix';
import { startPostgres, type PostgresMajor, type PostgresServer } from '../lab/postgres';
import { primarySettings, startStandby, type Standby } from '../lab/standby';
import { until } from '../lab/until';
import { applicationName, never, noBackendLeft, profileOf } from './connectionFixture';
import { asSuperuser, findingsFor, inWords, lookAt, runScript, sizeUnknown, written, type Who } from './settingsLab';

const superuserInPostgres: Who = { user: 'postgres', database: 'postgres' };
const ordinary: Who = { user: 'app', database: 'postgres' };
/** A name that ends every quotation that was not made for it. */
const hostile = `we"ird'; $$ \\ --\nname`;
const quotedHostile = `"we""ird'; $$ \\ --\nname"`;
const mebibyte = 1024 ** 2;

interface Case {
  readonly title: string;
  /** Run by a superuser; what it wrote is taken back by the test. */
  readonly arrange: string;
  /** How the finding's id begins. */
  readonly finding: string;
  readonly who?: Who;
  readonly size?: Partial<ServerSize>;
  /** How many ways out are offered, each alone enough. */
  readonly remedies: number;
  readonly idleConnections?: number;
  /** The value is spelled in another way than the server would; who may not read the file cannot know how. */
  readonly spelled?: boolean;
}

const perGather = 'max_parallel_workers_per_gather';

const cases: readonly Case[] = [
  {
    title: 'more per gather than in all',
    arrange: `ALTER SYSTEM SET ${perGather} = 12`,
    finding: `moreThanInAll:${perGather}:["server"`,
    remedies: 2,
  },
  {
    title: 'more for maintenance than in all, in a database',
    arrange: 'ALTER DATABASE postgres SET max_parallel_maintenance_workers = 17',
    finding: 'moreThanInAll:max_parallel_maintenance_workers:["database"',
    remedies: 1,
  },
  {
    title: 'fewer in all for one role than each gather may plan',
    arrange: `ALTER ROLE ${quotedHostile} SET max_parallel_workers = 1`,
    finding: `moreThanInAll:${perGather}:`,
    remedies: 2,
  },
  {
    title: 'more parallel than background workers',
    arrange: 'ALTER SYSTEM SET max_parallel_workers = 17',
    finding: 'moreThanBackground',
    remedies: 2,
  },
  {
    title: 'more workers than cores',
    arrange: '',
    finding: 'moreThanCores:max_parallel_workers:',
    size: { cores: 4 },
    remedies: 1,
  },
  {
    title: 'more per gather than cores, for a role in a database',
    arrange: `ALTER ROLE ${quotedHostile} IN DATABASE ${quotedHostile} SET ${perGather} = '6'`,
    finding: `moreThanCores:${perGather}:["roleInDatabase"`,
    size: { cores: 4 },
    remedies: 1,
  },
  {
    title: 'a cost far from the default, for the server',
    arrange: "ALTER SYSTEM SET parallel_tuple_cost = '2.50'",
    spelled: true,
    finding: 'far:parallel_tuple_cost:["server"',
    remedies: 1,
  },
  {
    title: 'a minimum size far from the default, for all roles',
    arrange: "ALTER ROLE ALL SET min_parallel_table_scan_size = '1GB'",
    finding: 'far:min_parallel_table_scan_size:["everywhere"',
    remedies: 1,
  },
  {
    title: 'parallelism off for the server',
    arrange: `ALTER SYSTEM SET ${perGather} = 0`,
    finding: `off:${perGather}:["server"`,
    remedies: 1,
  },
  {
    title: 'parallelism off for all roles',
    arrange: `ALTER ROLE ALL SET ${perGather} = 0`,
    finding: `off:${perGather}:["everywhere"`,
    remedies: 1,
  },
  {
    title: 'parallelism off in the database one is in',
    arrange: `ALTER DATABASE ${quotedHostile} SET ${perGather} = 0`,
    finding: `off:${perGather}:["database"`,
    who: { user: 'app', database: hostile },
    remedies: 1,
  },
  {
    title: 'parallelism off for the role that one is',
    arrange: `ALTER ROLE ${quotedHostile} SET max_parallel_workers = 0`,
    finding: 'off:max_parallel_workers:["role"',
    who: { user: hostile, database: hostile },
    remedies: 1,
  },
  {
    title: 'parallelism off for another role in another database',
    arrange: `ALTER ROLE ${quotedHostile} IN DATABASE ${quotedHostile} SET ${perGather} = 0`,
    finding: `off:${perGather}:["roleInDatabase"`,
    remedies: 1,
  },
  {
    title: 'one kind of parallel plan off',
    arrange: 'ALTER DATABASE postgres SET enable_parallel_hash = off',
    finding: 'off:enable_parallel_hash:["database"',
    remedies: 1,
  },
  {
    title: 'tables that are never parallel',
    arrange: `ALTER TABLE plain SET (parallel_workers = 0); ALTER TABLE ${quotedHostile}.${quotedHostile} SET (parallel_workers = 0)`,
    finding: 'tablesOff',
    remedies: 2,
  },
  {
    title: 'relations with a fixed number of workers',
    arrange: 'ALTER TABLE plain SET (parallel_workers = 3); ALTER MATERIALIZED VIEW seen SET (parallel_workers = 2)',
    finding: 'tablesFixed',
    remedies: 2,
  },
  {
    title: 'more memory than there is',
    arrange: "ALTER SYSTEM SET work_mem = '8192kB'",
    spelled: true,
    finding: 'memory',
    size: { memoryBytes: 512 * mebibyte },
    remedies: 1,
  },
  {
    title: 'more memory than the server was told of',
    arrange: "ALTER ROLE app SET work_mem = '1GB'",
    finding: 'memory',
    who: ordinary,
    remedies: 1,
  },
  {
    title: 'more connections than there are slots for',
    arrange: '',
    finding: 'concurrency',
    size: { cores: 16 },
    idleConnections: 6,
    remedies: 2,
  },
];

function nameOfTestSetting(major: PostgresMajor): string {
  return major >= 16 ? 'debug_parallel_query' : 'force_parallel_mode';
}

describe('workers: settings of a server that refuses ALTER SYSTEM', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ major: 18, settings: { allow_alter_system: 'off', parallel_setup_cost: '50000' } });
  });
  after(async () => {
    await noBackendLeft(server);
    await server.stop();
  });

  it('have remedies that it takes', async () => {
    const earlier = await written(server);
    const look = async (): Promise<SettingsFinding | undefined> =>
      (await findingsFor(server, superuserInPostgres, sizeUnknown)).find(({ id }) => id.startsWith('far:'));
    const { sql, undo } = (await look())!.remedies[0]!;
    await runScript(server, sql);
    assert.equal(await look(), undefined);
    await runScript(server, undo);
    assert.deepEqual(await written(server), earlier);
  });
});

describe('workers: settings of a standby', function () {
  this.timeout(60_000);
  let primary: PostgresServer;
  let standby: Standby;
  before(async () => {
    primary = await startPostgres({ major: 18, settings: { ...primarySettings, parallel_setup_cost: '50000' } });
    await runScript(primary, `CREATE ROLE app LOGIN; ALTER ROLE app SET ${perGather} = 0`);
    standby = await startStandby(primary);
  });
  after(async () => {
    await noBackendLeft(primary);
    await standby.stop();
    await primary.stop();
  });

  it('say what is to be run on the primary; ALTER SYSTEM is its own', async () => {
    const look = (): Promise<readonly SettingsFinding[]> => findingsFor(standby, superuserInPostgres, sizeUnknown);
    const remedyOf = async (id: string) => (await look()).find(one => one.id.startsWith(id))!.remedies[0]!;
    assert.match((await remedyOf('off:')).note ?? '', /run it on the primary/);
    const { sql, undo, note } = await remedyOf('far:');
    assert.doesNotMatch(note ?? '', /primary/);
    await runScript(standby, sql);
    await until('the end of the finding', async () =>
      (await look()).some(({ id }) => id.startsWith('far:')) ? undefined : true,
    );
    await runScript(standby, undo);
    await until('the finding again', () => remedyOf('far:').catch(() => undefined));
  });
});

for (const major of new Set<PostgresMajor>([13, ...majorsUnderTest])) {
  describe(`workers: settings of PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    let server: PostgresServer;
    let pristine: readonly unknown[];
    const clients: Client[] = [];

    before(async () => {
      server = await startPostgres({ major });
      await runScript(
        server,
        `CREATE ROLE app LOGIN; CREATE ROLE ${quotedHostile} LOGIN; CREATE DATABASE ${quotedHostile};
         CREATE TABLE plain (a int); CREATE MATERIALIZED VIEW seen AS SELECT 1 AS a;
         CREATE SCHEMA ${quotedHostile}; CREATE TABLE ${quotedHostile}.${quotedHostile} (a int)`,
      );
      pristine = await written(server);
    });

    afterEach(async () => {
      await Promise.all(clients.splice(0).map(client => client.end()));
      await runScript(
        server,
        `ALTER SYSTEM RESET ALL; SELECT pg_reload_conf(); ALTER ROLE ALL RESET ALL; ALTER DATABASE postgres RESET ALL;
         ALTER DATABASE ${quotedHostile} RESET ALL; ALTER ROLE app RESET ALL; ALTER ROLE postgres RESET ALL;
         ALTER ROLE ${quotedHostile} RESET ALL; ALTER ROLE ${quotedHostile} IN DATABASE ${quotedHostile} RESET ALL;
         ALTER TABLE plain RESET (parallel_workers); ALTER MATERIALIZED VIEW seen RESET (parallel_workers);
         ALTER TABLE ${quotedHostile}.${quotedHostile} RESET (parallel_workers)`,
      );
      if (await waitsForRestart(server)) await server.restart();
      await settles(server, pristine);
      await noBackendLeft(server);
    });

    after(async () => {
      await server.stop();
    });

    const arrange = async (script: string): Promise<void> => {
      const untouched = await written(server);
      await runScript(server, `${script}; SELECT pg_reload_conf()`);
      // The server reads its files again when it gets to it.
      await until('the arrangement', async () => {
        return script === '' ||
          !isDeepStrictEqual((await written(server)).slice(0, 2), untouched.slice(0, 2)) ||
          script.includes('(parallel_workers')
          ? true
          : undefined;
      });
    };

    for (const one of cases) {
      const askers = one.who ? [one.who] : [superuserInPostgres, ordinary];
      for (const who of askers) {
        it(`${one.title}: found by ${JSON.stringify(who.user)}, gone by its remedy, back by its undo`, async () => {
          const size = { ...sizeUnknown, ...one.size };
          await arrange(one.arrange);
          for (let i = 0; i < (one.idleConnections ?? 0); i += 1) {
            clients.push(await connect({ ...server, user: 'app', database: 'postgres', password: '' }));
          }
          const look = async (): Promise<SettingsFinding | undefined> =>
            (await findingsFor(server, who, size)).find(({ id }) => id.startsWith(one.finding));
          const found = await until('the finding', look);
          assert.equal(found.remedies.length, one.remedies, JSON.stringify(found));
          // Tables have each their own remedy; elsewhere one is enough.
          const ways = found.id.startsWith('tables') ? [found.remedies] : found.remedies.map(remedy => [remedy]);
          for (const way of ways) {
            const restarts = way.some(({ note }) => note?.includes('restart') === true);
            const bring = async (scripts: readonly string[]): Promise<void> => {
              for (const script of scripts) await runScript(server, script);
              if (restarts) await server.restart();
            };
            const earlier = await written(server);
            const undos = await Promise.all(way.map(remedy => undoOf(server, remedy)));
            await bring(way.map(({ sql }) => sql));
            await until('the end of the finding', async () => ((await look()) ? undefined : true));
            await bring(undos);
            await settles(server, earlier, one.spelled === true && who === ordinary);
            assert.deepEqual(await until('the finding again', look), found);
          }
        });
      }
    }

    it('finds a value that waits for a restart, and nothing after it', async () => {
      await runScript(server, 'ALTER SYSTEM SET max_worker_processes = 20; SELECT pg_reload_conf()');
      const look = async (who: Who): Promise<SettingsFinding | undefined> =>
        (await findingsFor(server, who, sizeUnknown)).find(({ id }) => id === 'restart:max_worker_processes');
      const found = await until('the finding', () => look(superuserInPostgres));
      assert.deepEqual(found.figures, ['Now: 16', 'After a restart: 20']);
      assert.deepEqual((await look(ordinary))?.figures, ['Now: 16', 'After a restart: hidden from this user']);
      await server.restart();
      assert.equal(await look(superuserInPostgres), undefined);
    });

    it('finds the setting for tests of PostgreSQL under the name of the version', async () => {
      const name = nameOfTestSetting(major);
      await runScript(server, `ALTER ROLE app SET ${name} = regress`);
      const earlier = await written(server);
      const look = async (): Promise<SettingsFinding | undefined> =>
        (await findingsFor(server, ordinary, sizeUnknown)).find(({ id }) => id.startsWith('forced:'));
      const remedy = (await look())!.remedies[0]!;
      await runScript(server, remedy.sql);
      assert.equal(await look(), undefined);
      await runScript(server, remedy.undo);
      await settles(server, earlier);
    });

    it('finds what the session itself has set, and its remedy is for that session', async () => {
      const options = { connectTimeoutMs: 10_000, applicationName };
      const session = await openSession(profileOf(server, ordinary), null, options);
      try {
        const look = async (): Promise<SettingsFinding | undefined> =>
          settingsFindings(await rolledBack(session, lookOptions, never, readSettings), sizeUnknown, inWords).find(
            ({ id }) => id.startsWith(`off:${perGather}:["session"`),
          );
        assert.equal(await look(), undefined);
        await session.query(`SET ${perGather} = 0`);
        const { sql, undo } = (await look())!.remedies[0]!;
        await session.query(sql);
        assert.equal(await look(), undefined);
        await session.query(undo);
        assert.ok(await look());
      } finally {
        await session.close();
      }
    });

    it('finds what the server has switched off behind a role that has not, as far as it may be read', async () => {
      await arrange(
        `ALTER SYSTEM SET ${perGather} = 0; ALTER ROLE postgres SET ${perGather} = 2; ALTER ROLE app SET ${perGather} = 2`,
      );
      const look = async (who: Who): Promise<SettingsFinding | undefined> =>
        (await findingsFor(server, who, sizeUnknown)).find(({ id }) => id.startsWith(`off:${perGather}:["server"`));
      const found = await until('the finding', () => look(superuserInPostgres));
      assert.equal(found.severity, 'hint');
      assert.equal(await look(ordinary), undefined);
      const earlier = await written(server);
      await runScript(server, found.remedies[0]!.sql);
      await until('the end of the finding', async () => ((await look(superuserInPostgres)) ? undefined : true));
      await runScript(server, found.remedies[0]!.undo);
      await settles(server, earlier);
    });

    it('undoes a change that waits for a restart to what the file said, not to what the server works with', async () => {
      await runScript(server, 'ALTER SYSTEM SET max_worker_processes = 9; SELECT pg_reload_conf()');
      await until('the change', async () => ((await waitsForRestart(server)) ? true : undefined));
      const earlier = await written(server);
      const facts = await lookAt(server, superuserInPostgres);
      const row = recommendedFor(facts, 32, null, inWords).rows.find(({ name }) => name === 'max_worker_processes')!;
      await runScript(server, row.remedy!.sql);
      assert.notDeepEqual(await written(server), earlier);
      await runScript(server, `${row.remedy!.undo} SELECT pg_reload_conf()`);
      await settles(server, earlier);
    });

    it('knows an ordinary user from one who may see where values come from', async () => {
      await arrange(`ALTER SYSTEM SET ${perGather} = 3`);
      const all = await lookAt(server, superuserInPostgres);
      assert.equal(all.settings.get(perGather)?.fromAutoConf, true);
      assert.equal(all.settings.get('max_connections')?.fromAutoConf, false);
      assert.deepEqual(all.files?.get(perGather), { auto: '3', last: '3' });
      const hidden = await lookAt(server, ordinary);
      assert.equal(hidden.settings.get(perGather)?.fromAutoConf, null);
      assert.equal(hidden.files, null);
      assert.equal(hidden.connections.active, 0);
      await runScript(server, 'GRANT pg_read_all_settings TO app');
      assert.equal((await lookAt(server, ordinary)).settings.get(perGather)?.fromAutoConf, true);
      await runScript(server, 'REVOKE pg_read_all_settings FROM app');
    });

    it('counts connections that it may not look into, and says that it may not', async () => {
      clients.push(await connect({ ...server, user: 'postgres', database: 'postgres', password: '' }));
      clients.push(await connect({ ...server, user: 'app', database: 'postgres', password: '' }));
      const mine = await until('the connections', async () => {
        const { connections } = await lookAt(server, superuserInPostgres);
        return connections.now === 2 ? connections : undefined;
      });
      assert.deepEqual(mine, { now: 2, active: 0, maximum: 100 });
      assert.deepEqual((await lookAt(server, ordinary)).connections, { now: 2, active: null, maximum: 100 });
    });

    it('is known without waiting for a table that somebody has locked', async () => {
      await runScript(server, 'ALTER TABLE plain SET (parallel_workers = 1)');
      const locker = await connect({ ...server, user: 'postgres', database: 'postgres', password: '' });
      clients.push(locker);
      await locker.query('BEGIN');
      await locker.query('LOCK TABLE plain IN ACCESS EXCLUSIVE MODE');
      const { tables } = await lookAt(server, ordinary);
      assert.deepEqual(tables, [{ kind: 'TABLE', table: 'public.plain', workers: 1, sizeBytes: 0 }]);
      await locker.query('ROLLBACK');
    });

    it('recommends for a session only what the server takes from it', async () => {
      await arrange("ALTER SYSTEM SET parallel_setup_cost = '1e5'; ALTER SYSTEM SET enable_gathermerge = off");
      const facts = await lookAt(server, ordinary);
      const { overrides } = recommendedFor(facts, 12, 8 * 1024 * mebibyte, inWords);
      assert.ok(overrides.length >= 5);
      const { rows } = await asSuperuser(server, client =>
        client.query(serverSettingsQuery, [serverSettingsParameter]),
      );
      const set = { name: 'test', description: '', builtIn: false, overrides };
      assert.deepEqual(validateOverrides(set, decodeServerSettings(rows), facts.serverVersion), {
        ok: true,
        overrides,
      });
    });

    it('leaves nothing to recommend once the recommended statements were run', async () => {
      await arrange("ALTER SYSTEM SET parallel_setup_cost = '1e5'; ALTER ROLE postgres SET max_parallel_workers = 64");
      const earlier = await written(server);
      const recommended = recommendedFor(await lookAt(server, superuserInPostgres), 24, null, inWords);
      const remedies = recommended.rows.flatMap(({ remedy }) => (remedy ? [remedy] : []));
      assert.ok(remedies.length >= 5);
      for (const { sql } of remedies) await runScript(server, sql);
      await server.restart();
      const after = await lookAt(server, superuserInPostgres);
      assert.deepEqual(
        recommendedFor(after, 24, null, inWords).rows.filter(({ changed }) => changed),
        [],
      );
      assert.deepEqual(
        settingsFindings(after, { cores: 24, memoryBytes: null }, inWords).filter(({ id }) =>
          id.startsWith('moreThan'),
        ),
        [],
      );
      for (const { undo } of remedies) await runScript(server, undo);
      await server.restart();
      await settles(server, earlier);
    });
  });
}

/** The undo; where its note says that it depends on a file that the user could not see, what the note says of it. */
async function undoOf(server: PostgresServer, { undo, note }: Remedy): Promise<string> {
  const doubt = /(SELECT \* FROM pg_file_settings .*?)\. If that file does not name it, (.*) is the undo/.exec(
    note ?? '',
  );
  if (!doubt) return undo;
  const [, look = '', other = ''] = doubt;
  const { rows } = await asSuperuser(server, client => client.query<{ sourcefile: string }>(look));
  return rows.some(({ sourcefile }) => sourcefile.endsWith('postgresql.auto.conf'))
    ? undo
    : `${other}; SELECT pg_reload_conf()`;
}

async function waitsForRestart(server: PostgresServer): Promise<boolean> {
  const { rows } = await asSuperuser(server, client => client.query('SELECT 1 FROM pg_settings WHERE pending_restart'));
  return rows.length > 0;
}

/** Until everything that a remedy may change is as it was; fails with the difference. */
async function settles(server: PostgresServer, earlier: readonly unknown[], respelled = false): Promise<void> {
  // The values themselves are in the first of the answers.
  const compared = (answers: readonly unknown[]): readonly unknown[] =>
    respelled ? answers.filter((_, index) => index !== 2) : answers;
  let now: readonly unknown[] = [];
  try {
    await until('the earlier settings', async () => {
      now = await written(server);
      return isDeepStrictEqual(compared(now), compared(earlier)) ? true : undefined;
    });
  } catch {
    assert.deepEqual(compared(now), compared(earlier));
  }
}
