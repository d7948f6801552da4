import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { connect, superuser } from '../lab/connect';
import type { PostgresServer } from '../lab/postgres';
import { createExplainRig, profileOf, reasonOf, runOf, type ExplainRig } from './explainRig';
import { majorsWithOldest, suiteServers } from './serverFixture';

/** `tick` takes a number of a sequence, which no rollback gives back: it shows whether anything was executed. */
const schema = `
  CREATE SEQUENCE ran;
  CREATE FUNCTION tick(n int) RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN PERFORM nextval('ran'); RETURN n; END $$;
  CREATE TABLE item (id int PRIMARY KEY, kind int, label text, at timestamptz DEFAULT now(), extra jsonb);
  INSERT INTO item SELECT n, n % 3, 'item ' || n, now(), '{"a": 1}' FROM generate_series(1, 20) n;

  CREATE OPERATOR ### (FUNCTION = tick, RIGHTARG = int);
  CREATE FUNCTION same(a int, b int) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT tick(a) = b';
  CREATE OPERATOR === (FUNCTION = same, LEFTARG = int, RIGHTARG = int);

  CREATE TYPE box_of_int AS (n int);
  CREATE FUNCTION to_box(n int) RETURNS box_of_int LANGUAGE sql VOLATILE AS 'SELECT ROW(tick(n))::box_of_int';
  CREATE CAST (int AS box_of_int) WITH FUNCTION to_box(int);

  CREATE FUNCTION is_ok(n int) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT tick(n) = n';
  CREATE DOMAIN checked AS int CHECK (is_ok(VALUE));
  CREATE DOMAIN checked_twice AS checked CHECK (VALUE > 0);
  CREATE TYPE with_checked AS (a text, n checked);

  CREATE TYPE number;
  CREATE FUNCTION number_in(cstring) RETURNS number LANGUAGE internal VOLATILE STRICT AS 'int4in';
  CREATE FUNCTION number_out(number) RETURNS cstring LANGUAGE internal VOLATILE STRICT AS 'int4out';
  CREATE TYPE number (INPUT = number_in, OUTPUT = number_out, LIKE = int4);
  CREATE CAST (int AS number) WITHOUT FUNCTION;

  CREATE FUNCTION add_step(state int, n int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT state + tick(n)';
  CREATE FUNCTION add_quietly(state int, n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT state + n';
  CREATE FUNCTION add_end(state int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT tick(state)';
  CREATE AGGREGATE add_up(int) (SFUNC = add_step, STYPE = int, INITCOND = '0');
  CREATE AGGREGATE add_finally(int) (SFUNC = add_quietly, STYPE = int, INITCOND = '0', FINALFUNC = add_end);
  CREATE FUNCTION place() RETURNS bigint LANGUAGE internal WINDOW VOLATILE AS 'window_row_number';

  CREATE FUNCTION doubled(i item) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT tick(i.id) * 2';
  CREATE FUNCTION list() RETURNS SETOF int LANGUAGE sql VOLATILE AS 'SELECT tick(1)';

  CREATE VIEW by_operator AS SELECT ### id AS n FROM item;
  CREATE VIEW by_aggregate AS SELECT add_up(id) AS n FROM item;
  CREATE VIEW by_domain AS SELECT id::checked AS n FROM item;
  CREATE VIEW deeper AS SELECT n FROM by_operator;

  CREATE FUNCTION may_see(n int) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT tick(n) > 0';
  CREATE TABLE guarded AS SELECT 1 AS id;
  ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON guarded FOR SELECT USING (may_see(id));
  CREATE VIEW over_guarded AS SELECT id FROM guarded;
  CREATE TABLE guarded_by_view AS SELECT 1 AS id;
  ALTER TABLE guarded_by_view ENABLE ROW LEVEL SECURITY;
  CREATE POLICY seen ON guarded_by_view USING (EXISTS (SELECT FROM by_operator WHERE n = id));

  CREATE DOMAIN quiet AS int CHECK (VALUE > 0);
  CREATE TABLE unguarded AS SELECT 1::checked AS id;
  ALTER TABLE unguarded ENABLE ROW LEVEL SECURITY;
  CREATE POLICY anybody ON unguarded FOR SELECT USING (id > 0);
  CREATE POLICY writers ON unguarded FOR INSERT WITH CHECK (may_see(id));
  CREATE POLICY removers ON unguarded FOR DELETE USING (may_see(id));
  CREATE FUNCTION volatile_elsewhere(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n';
  CREATE FUNCTION volatile_elsewhere(n text) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT n';
  CREATE ROLE app LOGIN;
  CREATE ROLE poor LOGIN;
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO app, poor;
  REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC;
  GRANT TEMPORARY ON DATABASE postgres TO app;
  ANALYZE;
  ALTER SEQUENCE ran RESTART;`;

/** The hiding place, a statement, and the function that it would call. */
const hidden: readonly (readonly [place: string, sql: string, functionName: string])[] = [
  ['a call', 'SELECT tick(1)', 'tick'],
  ['an operator before a comment and a semicolon', 'SELECT ### 1 -- why not\n;; -- and more', 'tick'],
  ['a call behind a hint', '/*+ SeqScan(item) */ SELECT tick(id) FROM item', 'tick'],
  ['a query in parentheses', '(SELECT ### 1) -- )', 'tick'],
  ['VALUES', 'VALUES (### 1)', 'tick'],
  ['IN', 'SELECT 1 FROM item WHERE (id, ### id) IN (SELECT 1, 2)', 'tick'],
  ['IN with a volatile comparison', 'SELECT id OPERATOR(public.===) ANY (SELECT 1) FROM item', 'same'],
  ['a join', 'SELECT 1 FROM item a JOIN item b ON a.id === b.id', 'same'],
  ['a subquery', 'SELECT (SELECT max(### id) FROM item)', 'tick'],
  ['a WITH', 'WITH x AS (SELECT ### 1 AS n) SELECT n FROM x', 'tick'],
  ['two columns of one name', 'SELECT 1 AS a, ### 1 AS a', 'tick'],
  ['a cursor', 'DECLARE c NO SCROLL CURSOR WITH HOLD FOR SELECT ### 1;', 'tick'],
  ['an operator', 'SELECT ### 1', 'tick'],
  ['an operator with a schema', 'SELECT OPERATOR(public.###) 1', 'tick'],
  ['an operator with ANY', 'SELECT 1 === ANY (ARRAY[id]) FROM item', 'same'],
  ['a function cast', 'SELECT id::box_of_int FROM item', 'to_box'],
  ['an I/O cast, in', 'SELECT label::number FROM item WHERE id < 0', 'number_in'],
  ['an I/O cast, out', 'SELECT id::number::text FROM item', 'number_out'],
  ['a domain', 'SELECT id::checked FROM item', 'is_ok'],
  ['a domain over a domain', 'SELECT id::checked_twice FROM item', 'is_ok'],
  ['an array of a domain', 'SELECT ARRAY[id]::checked[] FROM item', 'is_ok'],
  ['a text read as an array of a domain', 'SELECT label::checked[] FROM item WHERE id < 0', 'is_ok'],
  ['a row read from JSON', `SELECT jsonb_populate_record(NULL::with_checked, '{"n": 1}')`, 'is_ok'],
  ['a list of columns', `SELECT * FROM jsonb_to_record('{"n": 1}') AS r(n checked)`, 'is_ok'],
  ['a transition function', 'SELECT add_up(id) FROM item', 'add_step'],
  ['a final function', 'SELECT add_finally(id) FROM item', 'add_end'],
  ['an aggregate over a window', 'SELECT add_up(id) OVER () FROM item', 'add_step'],
  ['a window function', 'SELECT place() OVER () FROM item', 'place'],
  ['t.f', 'SELECT item.doubled FROM item', 'doubled'],
  ['FROM', 'SELECT * FROM list()', 'list'],
  ['ROWS FROM', 'SELECT * FROM ROWS FROM (generate_series(1, 2), list())', 'list'],
  ['ORDER BY', 'SELECT id FROM item ORDER BY ### id', 'tick'],
  ['a view with an operator', 'SELECT * FROM by_operator', 'tick'],
  ['a view with an aggregate', 'TABLE by_aggregate', 'add_step'],
  ['a view with a domain', 'SELECT * FROM by_domain', 'is_ok'],
  ['a view over a view', 'SELECT * FROM deeper', 'tick'],
  ['a row security policy', 'SELECT * FROM guarded', 'may_see'],
  ['a row security policy below a view', 'SELECT * FROM over_guarded', 'may_see'],
  ['a view in a row security policy', 'SELECT * FROM guarded_by_view', 'tick'],
];

/** Nothing in these is to be asked about. */
const ordinary: readonly string[] = [
  'SELECT 1;',
  'SELECT a.kind, count(*), sum(b.id), string_agg(a.label, $$;$$) FROM item a JOIN item b USING (id) GROUP BY a.kind ORDER BY 2',
  'SELECT now(), clock_timestamp(), random(), gen_random_uuid(), current_date, current_user, pg_sleep(0)',
  'SELECT id, row_number() OVER (ORDER BY id), avg(id) OVER (PARTITION BY kind) FROM item',
  "SELECT n, n::text, 'x' || n FROM generate_series(1, 3) n",
  "SELECT extra ->> 'a', extra @> '{}', jsonb_agg(extra) FROM item, jsonb_each(extra) GROUP BY 1, 2",
  "SELECT regexp_replace(label, '\\d', '-', 'g'), label ~ 'x', upper(label) LIKE 'I%' FROM item",
  "SELECT at + interval '1 day', date_trunc('hour', at), extract(year FROM at), age(at), at AT TIME ZONE 'UTC' FROM item",
  "SELECT timetz '12:00+00' AT TIME ZONE 'UTC', to_char(at, 'YYYY') FROM item",
  "SELECT '1'::int, '{1}'::int[], label::varchar(3), id::numeric(5, 2), id = ANY ('{1,2}') FROM item",
  'SELECT 1::quiet, id FROM unguarded',
  'SELECT volatile_elsewhere(1)',
  'SELECT (1, 2) < (2, 3), GREATEST(1, 2), NULLIF(1, 2), 1 IS DISTINCT FROM 2',
  'SELECT * FROM item TABLESAMPLE bernoulli (50)',
  'SELECT * FROM information_schema.tables JOIN information_schema.columns USING (table_name)',
  'SELECT * FROM information_schema.table_constraints, information_schema.sequences, information_schema.routines',
  "SELECT pg_size_pretty(pg_total_relation_size('item')), pg_partition_root('item')",
  'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t',
];

for (const major of majorsWithOldest) {
  describe(`explain: volatile functions, PostgreSQL ${String(major)}`, function () {
    this.timeout(60_000);
    const servers = suiteServers();
    let server: PostgresServer;
    let admin: Client;
    let rig: ExplainRig;

    before(async () => {
      server = await servers.postgres({ major });
      admin = await servers.superuser(server);
      await admin.query(schema);
      rig = createExplainRig(profileOf(server));
      servers.atEnd(() => rig.dispose());
    });

    beforeEach(() => void (rig.questions.length = 0));
    afterEach('nothing is left, and nothing was executed', () => assertNothingLeft(admin));

    for (const [place, sql, functionName] of hidden) {
      it(`asks about a function in ${place}`, async () => {
        reasonOf(await rig.explain(sql, { analyze: true }), 'declined');
        assert.equal(rig.questions.length, 1);
        assert.match(
          rig.questions[0]?.detail ?? '',
          new RegExp(`volatile functions: .*\\bpublic\\.${functionName}\\b`),
        );
      });
    }

    it('asks before a session is ended by an operator', async () => {
      const victim = await superuser(server);
      await admin.query(`
        CREATE FUNCTION ends(pid int) RETURNS boolean LANGUAGE sql AS 'SELECT pg_terminate_backend(pid)';
        CREATE OPERATOR !!! (FUNCTION = ends, RIGHTARG = int)`);
      const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      reasonOf(await rig.explain(`SELECT !!! ${String(rows[0]?.pid)}`, { analyze: true }), 'declined');
      assert.equal((await victim.query('SELECT 1 AS alive')).rowCount, 1);
      await victim.end();
    });

    for (const sql of ordinary) {
      it(`does not ask about ${sql}`, async () => {
        runOf(await rig.explain(sql, { analyze: true }));
        assert.deepEqual(rig.questions, []);
      });
    }

    it("does not ask about the system's own views", async () => {
      const { rows } = await admin.query<{ view: string }>(`
        SELECT n.nspname || '.' || c.relname AS view
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'v' AND n.nspname IN ('pg_catalog', 'information_schema') ORDER BY 1`);
      assert.ok(rows.length > 100);
      const all = rows.map(({ view }) => `(SELECT 1 FROM ${view} LIMIT 0)`).join(' UNION ALL ');
      runOf(await rig.explain(all, { analyze: true }));
      assert.deepEqual(rig.questions, []);
    });

    it('asks nothing for a statement that the server refuses, and says where it is wrong', async () => {
      const sql = 'SELECT id,\n nosuch FROM item';
      const { offset } = reasonOf(await rig.explain(sql, { analyze: true }), 'server');
      assert.equal(offset, sql.indexOf('nosuch'));
      assert.deepEqual(rig.questions, []);
    });

    it('finds functions by name, in views and in policies for a role that cannot create a view', async () => {
      const poor = createExplainRig(profileOf(server, { user: 'poor' }));
      for (const [sql, functionName] of [
        ['SELECT tick(1)', 'tick'],
        ['SELECT * FROM deeper', 'tick'],
        ['SELECT * FROM by_aggregate', 'add_step'],
        ['SELECT * FROM by_domain', 'is_ok'],
        ['SELECT * FROM over_guarded', 'may_see'],
      ] as const) {
        poor.questions.length = 0;
        reasonOf(await poor.explain(sql, { analyze: true }), 'declined');
        assert.equal(poor.questions.length, 1, sql);
        assert.match(poor.questions[0]?.detail ?? '', new RegExp(`\\bpublic\\.${functionName}\\b`));
      }
      runOf(await poor.explain('SELECT kind, count(*) FROM item GROUP BY kind', { analyze: true }));
      await poor.dispose();
    });
  });
}

describe('explain: volatile functions through PgBouncer in transaction mode', function () {
  this.timeout(60_000);
  const servers = suiteServers();

  it('asks, and leaves nothing with the server connection', async () => {
    const password = 'pool secret';
    const server = await servers.postgres({ major: 18 });
    const admin = await servers.superuser(server);
    await admin.query(`${schema} ALTER ROLE app PASSWORD '${password}'`);
    const pool = await servers.pgBouncer({
      postgres: server,
      users: { app: password },
      poolMode: 'transaction',
      settings: { default_pool_size: '1' },
    });
    const login = { host: pool.host, port: pool.port, database: 'postgres', user: 'app', password };
    const neighbour = await connect(login);
    servers.atEnd(() => neighbour.end());
    const rig = createExplainRig(profileOf(pool, { user: 'app', pooling: 'transaction' }), password);
    servers.atEnd(() => rig.dispose());
    reasonOf(await rig.explain('SELECT ### id FROM item', { analyze: true }), 'declined');
    assert.match(rig.questions[0]?.detail ?? '', /public\.tick/);
    runOf(await rig.explain('SELECT count(*) FROM item', { analyze: true }));
    assert.equal(rig.questions.length, 1);
    const { rows } = await neighbour.query('SELECT pg_my_temp_schema()::int AS schema');
    assert.deepEqual(rows, [{ schema: 0 }]);
    await assertNothingLeft(admin);
  });
});

/** No temporary view, transaction or lock of ours is left, and `tick` was never called. */
async function assertNothingLeft(admin: Client): Promise<void> {
  const { rows } = await admin.query(`
    SELECT (SELECT is_called FROM ran) AS ran,
           (SELECT count(*)::int FROM pg_class WHERE relname LIKE 'planpool%' OR relpersistence = 't') AS views,
           (SELECT count(*)::int FROM pg_stat_activity
             WHERE application_name = 'Planpool' AND state <> 'idle') AS open,
           (SELECT count(*)::int FROM pg_locks l JOIN pg_stat_activity a USING (pid)
             WHERE a.application_name = 'Planpool') AS locks`);
  assert.deepEqual(rows, [{ ran: false, views: 0, open: 0, locks: 0 }]);
}
