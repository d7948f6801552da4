import assert from 'node:assert/strict';
import { parseSync } from 'libpg-query';
import type { Client } from 'pg';
import { withPrepared } from '../../src/connection/prepared';
import { relationNames } from '../../src/connection/sessionNames';
import { withoutSessionLocks } from '../../src/connection/advisoryLocks';
import type { Transaction } from '../../src/connection/transaction';
import { volatileFunctions } from '../../src/explain/volatileFunctions';
import { serverSettingsParameter, serverSettingsQuery } from '../../src/guc/serverSettings';
import { statementFacts } from '../../src/sql/statementFacts';
import { lookOptions } from '../../src/workers/look';
import { readMaintenance } from '../../src/workers/maintenanceProgress';
import { readMaintenanceFacts } from '../../src/workers/maintenanceQuery';
import { maintenanceWorkers } from '../../src/workers/maintenanceWorkers';
import { readActivity } from '../../src/workers/readActivity';
import { readSettings } from '../../src/workers/settingsQuery';
import { sendSignal } from '../../src/workers/signal';
import { readStatements } from '../../src/workers/statementsQuery';
import { UsualWorkersCache } from '../../src/workers/usualWorkers';
import { connect } from '../lab/connect';
import { createHeldTable, holdQuery, parallelSettings, workersSleep, type HeldQuery } from '../lab/heldQueries';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, profileOf, until } from './connectionFixture';
import { createExplainRig, reasonOf, runOf, type ExplainRig } from './explainRig';
import { majorsWithOldest, suiteServers } from './serverFixture';
import { createTrapSchema, trapped } from './trapSchema';
import { openWindow } from './workersNowFixture';

/** Everything of ours that asks a PostgreSQL; a look that is not here is not tested against a hostile server. */
interface Look {
  readonly what: string;
  readonly ask: (tx: Transaction, about: { readonly sleeper: number }) => Promise<unknown>;
}

function factsOf(sql: string) {
  return { sql, facts: statementFacts(parseSync(sql), sql) };
}

function maintenanceOf(sql: string) {
  return factsOf(sql).facts.maintenance ?? assert.fail(`Neither CREATE INDEX nor VACUUM: ${sql}`);
}

const looks: readonly Look[] = [
  { what: 'the activity', ask: tx => readActivity(tx, new Set(), new UsualWorkersCache(Date.now)) },
  { what: 'the progress of maintenance', ask: readMaintenance },
  { what: 'the statements', ask: readStatements },
  { what: 'the settings', ask: readSettings },
  { what: 'the planner settings', ask: tx => tx.query(serverSettingsQuery, [serverSettingsParameter]) },
  ...[
    'VACUUM',
    'VACUUM (FULL) public.held',
    'VACUUM public.held, nowhere',
    'CREATE INDEX ON public.held (n)',
    'CREATE INDEX ON public.held (public.label(n))',
  ].map(sql => ({
    what: `the workers of ${sql}`,
    ask: async (tx: Transaction) => {
      const statement = maintenanceOf(sql);
      return maintenanceWorkers(statement, await readMaintenanceFacts(tx, statement), 'en');
    },
  })),
  ...['SELECT public.label(n) FROM public.held', 'UPDATE public.held SET n = public.label(n)'].map(sql => ({
    what: `the volatile functions of ${sql}`,
    ask: (tx: Transaction) => volatileFunctions(tx, factsOf(sql)),
  })),
  { what: 'the names of relations', ask: tx => relationNames(tx, ['1259', '0', '1']) },
  {
    what: 'a signal',
    ask: (tx, { sleeper }) =>
      sendSignal(tx, { pid: sleeper, startedAt: '2026-01-01T00:00:00Z', queryStartedAt: null }, 'terminate'),
  },
];

/**
 * A like of an operator or a function that fits the operands better than the server's own. In the `public` of every database before
 * PostgreSQL 15, anybody may create one.
 */
async function plantBetterFits(attacker: Client): Promise<void> {
  const plant = (name: string, parameters: string, result: string, value: string): Promise<unknown> =>
    attacker.query(`
      CREATE FUNCTION public.${name}(${parameters}) RETURNS ${result} LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        IF current_user <> 'attacker' THEN
          PERFORM pg_catalog.pg_notify('taken', current_user::text);
          RAISE 'ran public.${name} as %', current_user;
        END IF;
        RETURN ${value};
      END $$`);
  await plant('evil_cat', 'text, integer', 'text', '$1');
  await attacker.query('CREATE OPERATOR public.|| (LEFTARG = text, RIGHTARG = integer, FUNCTION = public.evil_cat)');
  await plant('evil_multiply', 'double precision, integer', 'double precision', '$1');
  await attacker.query(
    'CREATE OPERATOR public.* (LEFTARG = double precision, RIGHTARG = integer, FUNCTION = public.evil_multiply)',
  );
  await plant('evil_divide', 'double precision, bigint', 'double precision', '$1');
  await attacker.query(
    'CREATE OPERATOR public./ (LEFTARG = double precision, RIGHTARG = bigint, FUNCTION = public.evil_divide)',
  );
  for (const types of ['text, name, text, name, text, bigint', 'text, name, text, bigint']) {
    await plant('json_build_object', types, 'json', `'{"method":"btree","blocks":1}'`);
  }
}

for (const major of majorsWithOldest) {
  describe(`workers: a hostile server, PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const window = openWindow();
    let sleeper: HeldQuery;
    let server: PostgresServer;
    let admin: Client;
    let rig: ExplainRig;

    before(async () => {
      server = await servers.postgres({ major });
      servers.atEnd(() => window.sessions.dispose());
      admin = await servers.superuser(server);
      for (const database of ['planted', 'trapped']) {
        await admin.query(`CREATE DATABASE ${database}`);
        await createHeldTable(server, database, 200);
        const inside = await servers.superuser(server, database);
        await inside.query(`
          CREATE EXTENSION pg_stat_statements SCHEMA public;
          CREATE FUNCTION public.label(n integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN n; END';
          CREATE INDEX ON public.held (n); CREATE INDEX ON public.held (public.label(n))`);
      }
      await admin.query('CREATE ROLE attacker LOGIN');
      const planted = await servers.superuser(server, 'planted');
      await planted.query('GRANT CREATE ON SCHEMA public TO attacker');
      const { host, port } = server;
      const attacker = await connect({ host, port, database: 'planted', user: 'attacker', password: '' });
      await plantBetterFits(attacker);
      await attacker.end();
      const inside = await servers.superuser(server, 'trapped');
      await createTrapSchema(inside, 'evil');
      await inside.query('ALTER DATABASE trapped SET search_path = evil, pg_catalog');
      rig = createExplainRig(profileOf(server, { database: 'trapped' }));
      servers.atEnd(() => rig.dispose());
      // Two of its processes are in the activity, and its statement is one to look up.
      sleeper = await holdQuery({ server, database: 'planted', settings: parallelSettings(2) }, workersSleep);
      servers.atEnd(() => sleeper.release());
    });

    const ask = ({ ask: work }: Look, database: string): Promise<unknown> =>
      window.sessions.rolledBack(
        profileOf(server, { database }),
        // One of them makes a temporary view.
        { ...lookOptions, readOnly: false },
        never,
        tx => work(tx, { sleeper: sleeper.pid }),
      );

    it('has traps that shut', async () => {
      const inside = await servers.superuser(server, 'trapped');
      for (const sql of [
        'SELECT 1 + 1',
        "SELECT 'a'::text || 1",
        'SELECT 2::float8 * 1000',
        'SELECT count(*)',
        'SELECT json_agg(1)',
        'SELECT sum(n) FROM public.held',
        "SELECT set_config('a.b', 'c', true)",
        'SELECT FROM public.held WHERE n = 1',
        'SELECT FROM public.held WHERE n IN (1, 2)',
        "SELECT NULLIF('a', 'b')",
        'SELECT FROM pg_class',
        "SELECT 'a'::text",
        'SELECT unnest($1::pg_catalog.text[])',
      ]) {
        // What stands for an aggregate is none.
        const bites = new RegExp(`${trapped}|not an aggregate`);
        await assert.rejects(inside.query(sql, sql.includes('$1') ? [['a']] : []), bites, sql);
      }
    });

    for (const look of looks) {
      it(`runs no code of others while it looks at ${look.what}`, async () => {
        await ask(look, 'planted');
        await ask(look, 'trapped');
      });
    }

    it('finds the same as where nobody has planted anything', async () => {
      for (const look of looks.filter(({ what }) => / (workers|functions) of .*held/.test(what))) {
        const [one, other] = [await ask(look, 'planted'), await ask(look, 'trapped')];
        const plain = (found: unknown): string => JSON.stringify(found).replaceAll(/public\.|planted|trapped/g, '');
        assert.equal(plain(other), plain(one), look.what);
      }
    });

    it('explains along the path of the session, and runs nothing else of it', async () => {
      const run = runOf(await rig.explain('SELECT n FROM public.held'));
      assert.equal(run.plan.nodes.length, 1);
      runOf(await rig.explain('SELECT $1::pg_catalog.int4'));
      runOf(await rig.explain('SELECT n FROM public.held', { analyze: true }));
      assert.equal(rig.questions.length, 0);
      reasonOf(await rig.explain('SELECT 1 + 1', { analyze: true }), 'declined');
      assert.match(rig.questions[0]?.detail ?? '', /volatile functions: evil\.operator_\d+\./);
    });

    it('looks after advisory locks and prepared statements beside a statement of the user', async () => {
      // Somebody else's, which has to be told from ours.
      const other = await servers.superuser(server, 'trapped');
      await other.query('SELECT pg_catalog.pg_advisory_lock(7)');
      const { value, released } = await window.sessions.rolledBack(
        profileOf(server, { database: 'trapped' }),
        { ...lookOptions, searchPath: 'session' },
        never,
        tx =>
          withoutSessionLocks({ ...tx, pooled: true }, () =>
            withPrepared(tx, 'SELECT n FROM public.held', name => tx.query(`EXPLAIN EXECUTE ${name}`)),
          ),
      );
      assert.equal(value.rows.length, 1);
      assert.deepEqual(released, []);
    });

    it('works by the path it was told, and goes back to it', async () => {
      const path = async (tx: Transaction) =>
        (await tx.query("SELECT pg_catalog.current_setting('search_path') AS path")).rows[0]?.['path'];
      const paths = await window.sessions.rolledBack(
        profileOf(server, { database: 'trapped' }),
        lookOptions,
        never,
        async tx => {
          const seen = [await path(tx), await tx.bySessionPath(() => path(tx)), await path(tx)];
          await tx.savepoint(() =>
            assert.rejects(
              tx.bySessionPath(() => tx.query('SELECT 1 + 1')),
              new RegExp(trapped),
            ),
          );
          await assert.rejects(tx.bySessionPath(() => Promise.reject(new Error('of ours'))));
          return [...seen, await path(tx)];
        },
      );
      const [catalog, session] = ['pg_catalog, pg_temp', 'evil, pg_catalog'];
      assert.deepEqual(paths, [catalog, session, catalog, catalog]);
      const own = await window.sessions.rolledBack(
        profileOf(server, { database: 'trapped' }),
        { ...lookOptions, searchPath: 'session' },
        never,
        async tx => [await path(tx), await tx.bySessionPath(() => path(tx))],
      );
      assert.deepEqual(own, [session, session]);
    });
  });
}

describe('workers: a window behind a PgBouncer in transaction mode', function () {
  this.timeout(60_000);
  failOnUnhandledRejection();
  const servers = suiteServers();
  const window = openWindow('secret');

  it('knows its own backends while they work for it, and the name of the real database', async () => {
    const server = await servers.postgres({ major: 18, superuserPassword: 'secret' });
    servers.atEnd(() => window.sessions.dispose());
    const pooler = await servers.pgBouncer({ postgres: server, poolMode: 'transaction' });
    const stop = new AbortController();
    const running = window.sessions
      .rolledBack(profileOf(pooler), lookOptions, stop.signal, tx => tx.query('SELECT pg_sleep(60)'))
      .catch(() => undefined);
    const look = () => window.look(profileOf(pooler), window.sessions.backendPids(pooler));
    const sleepers = async () =>
      (await look()).backends.filter(({ query }) => query.kind === 'text' && query.text.includes('pg_sleep'));
    await until('it runs', async () => (await sleepers()).length === 1);
    const [sleeper] = await sleepers();
    assert.equal(sleeper?.own, true);
    assert.equal((await look()).database, 'postgres');
    stop.abort();
    await running;
    assert.ok(!window.sessions.backendPids(pooler).has(sleeper.pid), 'the pool has given it to nobody of ours');
  });
});
