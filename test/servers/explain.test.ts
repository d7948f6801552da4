import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { splitStatements } from '../../src/sql/statements';
import { repositoryFolder } from '../lab/repository';
import type { PostgresServer } from '../lab/postgres';
import { until } from './connectionFixture';
import { createExplainRig, nodeNames, overrideSet, profileOf, reasonOf, runOf, type ExplainRig } from './explainRig';
import { noAdvisoryLock } from './noAdvisoryLock';
import { majorsWithOldest, suiteServers } from './serverFixture';

const hostile = '<script>alert(1)</script> "$(zap)" \u202e🐘';
const quotedHostile = `"${hostile.replaceAll('"', '""')}"`;

for (const major of majorsWithOldest) {
  describe(`explain: PostgreSQL ${String(major)}`, function () {
    this.timeout(60_000);
    const servers = suiteServers();
    let server: PostgresServer;
    let admin: Client;
    let rig: ExplainRig;

    before(async () => {
      server = await servers.postgres({ major, settings: { log_statement: 'all' } });
      admin = await servers.superuser(server);
      await admin.query(`
        CREATE TABLE item (id int PRIMARY KEY, kind int, label text);
        INSERT INTO item SELECT n, n % 10, repeat('x', 60) FROM generate_series(1, 200000) n;
        CREATE TABLE victim (id int);
        INSERT INTO victim VALUES (1), (2);
        CREATE SEQUENCE ticket;
        CREATE TABLE part (k int, v int) PARTITION BY RANGE (k);
        CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (10);
        CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (10) TO (20);
        INSERT INTO part SELECT n % 20, n FROM generate_series(1, 1000) n;
        CREATE FUNCTION writer() RETURNS int LANGUAGE plpgsql VOLATILE AS
          $$ BEGIN INSERT INTO victim VALUES (3); RETURN 1; END $$;
        -- A function that says STABLE and lies: the planner runs it, and nothing asks before ANALYZE does.
        CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN writer(); END $$;
        CREATE FUNCTION tells() RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT 1 $$;
        CREATE VIEW told AS SELECT id, tells() AS told FROM victim;
        CREATE VIEW told_twice AS SELECT * FROM told;
        CREATE TABLE ${quotedHostile} (${quotedHostile} int);
        CREATE FUNCTION locks_while_planned() RETURNS int LANGUAGE plpgsql STABLE AS
          $$ BEGIN PERFORM pg_advisory_lock(7); RETURN 1; END $$;
        ANALYZE;`);
      rig = createExplainRig(profileOf(server));
      servers.atEnd(() => rig.dispose());
    });

    afterEach(async () => {
      // A session that did not confirm its rollback in time is closed, and its backend then needs a moment to notice.
      await until('no transaction or query of ours is open', async () => {
        const { rows } = await admin.query(
          `SELECT FROM pg_stat_activity WHERE application_name = 'Planpool' AND state <> 'idle'`,
        );
        return rows.length === 0;
      });
      const victims = await admin.query('SELECT array_agg(id ORDER BY id) AS ids FROM victim');
      assert.deepEqual(victims.rows, [{ ids: [1, 2] }], 'data was changed');
    });

    it('shows a parallel plan and the override sets change it', async () => {
      const sql = 'SELECT kind, count(*) FROM item GROUP BY kind';
      const usual = runOf(await rig.explain(sql));
      assert.deepEqual(nodeNames(usual).slice(-2), ['Partial HashAggregate', 'Parallel Seq Scan']);
      assert.equal(usual.plan.regions.length, 1);
      const serial = runOf(await rig.explain(sql, { overrideSet: overrideSet('Serial') }));
      assert.deepEqual(nodeNames(serial), ['HashAggregate', 'Seq Scan']);
      const eager = runOf(await rig.explain(sql, { overrideSet: overrideSet('Eager') }));
      assert.equal(eager.plan.regions[0]?.workersPlanned, 4);
      assert.deepEqual(
        nodeNames(runOf(await rig.explain(sql))),
        nodeNames(usual),
        'an override leaked into the next run',
      );
    });

    it('measures with Explain Analyze and asks nothing for a plain SELECT', async () => {
      rig.questions.length = 0;
      const run = runOf(await rig.explain('SELECT count(*) FROM item', { analyze: true }));
      assert.equal(run.plan.analyzed, true);
      assert.equal(run.plan.nodes[0]?.actual?.rows, 1);
      assert.deepEqual(rig.questions, []);
    });

    it('refuses several statements before anything is sent', async () => {
      reasonOf(await rig.explain('SELECT 1; DROP TABLE victim'), 'severalStatements');
      // Text that our parser cannot read goes to the server, which refuses a second statement itself.
      const { error } = reasonOf(await rig.explain('SELECT 1 +; DROP TABLE victim'), 'server');
      assert.equal(error.code, '42601');
    });

    it('the server refuses a second statement even when our parser is blind', async () => {
      const facts = () => Promise.resolve({ ok: false as const, message: 'blind', offset: null });
      const blind = createExplainRig(profileOf(server), null, { facts });
      const { error } = reasonOf(await blind.explain('SELECT 1; DROP TABLE victim'), 'server');
      assert.equal(error.code, '42601');
      await blind.dispose();
    });

    for (const [text, tag] of [
      ['', 'empty'],
      ['-- only a comment\n/* and another */', 'empty'],
      ['SELECT 1\0', 'nul'],
    ] as const) {
      it(`answers ${JSON.stringify(text)} with a sentence`, async () => {
        reasonOf(await rig.explain(text), tag);
      });
    }

    for (const [text, command] of [
      ['CREATE INDEX ON item (kind)', 'CREATE INDEX'],
      ['VACUUM item', 'VACUUM'],
      ['DROP TABLE victim', 'DROP TABLE'],
      ['EXPLAIN ANALYZE DROP TABLE victim', 'DROP TABLE'],
      ['COPY item TO stdout', 'COPY'],
      ['BEGIN', 'BEGIN'],
      ['REFRESH MATERIALIZED VIEW nothing', 'REFRESH MATERIALIZED VIEW'],
    ] as const) {
      it(`says that PostgreSQL cannot explain ${text}`, async () => {
        assert.equal(reasonOf(await rig.explain(text), 'notExplainable').command, command);
      });
    }

    it('puts a server error at its place, also behind non-ASCII text and a typed EXPLAIN', async () => {
      const text = "EXPLAIN (BUFFERS off) /* é漢😀 */ SELECT '😀😀', nosuch FROM item";
      const { error, offset } = reasonOf(await rig.explain(text), 'server');
      assert.equal(error.code, '42703');
      assert.equal(offset, text.indexOf('nosuch'));
    });

    it('puts an error in a statement with parameters at its place', async () => {
      const text = 'SELECT * FROM item WHERE id = $1 AND nosuch = 1';
      assert.equal(reasonOf(await rig.explain(text), 'server').offset, text.indexOf('nosuch'));
    });

    it('shows the generic plan of a statement with parameters and leaves nothing prepared', async () => {
      const run = runOf(await rig.explain('SELECT * FROM part WHERE k = $1 AND v > $2'));
      assert.equal(run.generic, true);
      assert.equal(run.pruningUnknown, major < 16);
      const scans = run.plan.nodes.filter(node => node.name === 'Seq Scan');
      assert.equal(scans.length, major >= 16 ? 2 : 0);
      assert.ok(scans.every(scan => String(scan.properties['Filter']).includes('$1')));
      const [scan] = runOf(await rig.explain('SELECT * FROM victim WHERE id = $1')).plan.nodes;
      assert.equal(scan?.properties['Filter'], '(victim.id = $1)');
      const next = runOf(await rig.explain('SELECT name FROM pg_prepared_statements', { analyze: true }));
      assert.equal(next.plan.nodes[0]?.actual?.rows, 0);
    });

    it('wants values before it analyzes a statement with parameters', async () => {
      const outcome = await rig.explain('SELECT * FROM item WHERE id = $1', { analyze: true });
      assert.deepEqual(reasonOf(outcome, 'analyzeNeedsValues').parameters, [1]);
    });

    it('refuses parameters where PostgreSQL has none, before anything is sent', async () => {
      for (const text of ['SELECT $90000000', 'SELECT $65536']) {
        reasonOf(await rig.explain(text), 'parameterNumber');
      }
      for (const text of ['DECLARE c CURSOR FOR SELECT $1::int', 'CREATE TABLE q AS SELECT $1::int', 'EXECUTE p($1)']) {
        reasonOf(await rig.explain(text), 'parametersNotAllowed');
      }
      for (const text of ['a budget of $90000000 is', 'SELECT $99999999999::int']) {
        assert.match(reasonOf(await rig.explain(text), 'server').error.code, /^(42601|42P02)$/);
      }
    });

    it('refuses a typed option that says neither yes nor no', async () => {
      for (const text of ['EXPLAIN (ANALYZE maybe) SELECT 1', "EXPLAIN (COSTS 'off) x') SELECT 1"]) {
        reasonOf(await rig.explain(text, { analyze: true }), 'typedOption');
      }
    });

    it('leaves no session lock, whether it was taken while planning or while executing', async () => {
      rig.answer = true;
      runOf(await rig.explain('SELECT * FROM item WHERE id = locks_while_planned()'));
      await noAdvisoryLock(admin);
      runOf(await rig.explain('SELECT pg_advisory_lock(7)', { analyze: true }));
      await noAdvisoryLock(admin);
      reasonOf(await rig.explain('SELECT pg_advisory_lock(7), 1 / (id - 1) FROM victim', { analyze: true }), 'server');
      await noAdvisoryLock(admin);
      rig.answer = false;
    });

    it('gives up waiting for a lock with a sentence', async () => {
      await admin.query('BEGIN; LOCK TABLE victim');
      try {
        assert.equal(reasonOf(await rig.explain('SELECT * FROM victim'), 'lockTimedOut').seconds, 1);
      } finally {
        await admin.query('ROLLBACK');
      }
    });

    it('executes a write after a yes also where read-only is the default', async () => {
      await admin.query('ALTER ROLE postgres SET default_transaction_read_only = on');
      const careful = createExplainRig(profileOf(server));
      try {
        careful.answer = true;
        runOf(await careful.explain('INSERT INTO victim VALUES (9)', { analyze: true }));
      } finally {
        await careful.dispose();
        await admin.query('SET default_transaction_read_only = off');
        await admin.query('ALTER ROLE postgres RESET default_transaction_read_only');
      }
    });

    it('sends a hint comment right behind the prefix, where pg_hint_plan looks', async () => {
      for (const text of [
        '/*+ SeqScan(item) */ SELECT 1 FROM item',
        '/*+ SeqScan(item) */ EXPLAIN SELECT 1 FROM item',
      ]) {
        runOf(await rig.explain(text));
        assert.match(await server.log(), /EXPLAIN \([A-Z ,]+\) \/\*\+ SeqScan\(item\) \*\/ SELECT 1 FROM item/);
      }
    });

    it('answers every statement of a dump', async () => {
      const dump = readFileSync(path.join(repositoryFolder, 'test/unit/sql/dump.sql'), 'utf8');
      const statements = splitStatements(dump);
      assert.ok(statements.length > 10);
      for (const { start, end } of statements) {
        const outcome = await rig.explain(dump.slice(start, end));
        assert.ok(
          'run' in outcome || ['notExplainable', 'server'].includes(outcome.reason.tag),
          dump.slice(start, end),
        );
      }
    });

    it('lets the options of a typed EXPLAIN win', async () => {
      const run = runOf(await rig.explain('EXPLAIN (ANALYZE, TIMING off, VERBOSE off) SELECT count(*) FROM victim'));
      assert.equal(run.analyze, true);
      assert.equal(run.plan.nodes[0]?.actual?.totalMs, null);
      assert.equal(run.plan.nodes[0]?.properties['Output'], undefined);
      assert.equal(runOf(await rig.explain('EXPLAIN (ANALYZE off) SELECT 1', { analyze: true })).plan.analyzed, false);
    });

    it('asks before it executes what writes, locks or is volatile, and does nothing when told no', async () => {
      for (const text of [
        'INSERT INTO victim VALUES (9)',
        'WITH gone AS (DELETE FROM victim RETURNING id) SELECT * FROM gone',
        'SELECT * INTO stolen FROM victim',
        'CREATE TABLE stolen AS SELECT * FROM victim',
        'SELECT * FROM victim FOR UPDATE',
        'SELECT tells()',
        'SELECT * FROM told_twice',
        "SELECT nextval('ticket')",
        'EXPLAIN ANALYZE DELETE FROM victim',
      ]) {
        rig.questions.length = 0;
        reasonOf(await rig.explain(text, { analyze: !text.startsWith('EXPLAIN') }), 'declined');
        assert.equal(rig.questions.length, 1, text);
      }
    });

    it('executes and rolls back when told yes', async () => {
      rig.answer = true;
      const run = runOf(await rig.explain('DELETE FROM victim', { analyze: true }));
      rig.answer = false;
      assert.equal(run.plan.nodes[0]?.name, 'Delete');
    });

    it('says so when a function wants to write, while executing or while planning', async () => {
      reasonOf(await rig.explain('SELECT writes()', { analyze: true }), 'wantsToWrite');
      reasonOf(await rig.explain('SELECT * FROM item WHERE id = writes()'), 'wantsToWrite');
      runOf(await rig.explain('SELECT writes()', { analyze: true, mayWrite: true }));
    });

    it('never analyzes what our parser cannot read, and does plain EXPLAIN of it', async () => {
      reasonOf(await rig.explain('SELECT FROM WHERE', { analyze: true }), 'notParsed');
      reasonOf(await rig.explain('SELECT FROM WHERE'), 'server');
    });

    it('does not let the text become options', async () => {
      for (const text of ['ANALYZE DELETE FROM victim', '(ANALYZE) DELETE FROM victim', 'VERBOSE SELECT 1']) {
        const outcome = await rig.explain(text);
        assert.ok('reason' in outcome, text);
      }
    });

    it('carries hostile names through unharmed', async () => {
      const run = runOf(await rig.explain(`SELECT ${quotedHostile} FROM ${quotedHostile}`));
      assert.ok(run.plan.nodes[0]?.object?.includes('<script>'));
      const { error } = reasonOf(await rig.explain('SELECT "<img src=x onerror=alert(1)>" FROM item'), 'server');
      assert.ok(error.message.includes('<img'));
    });

    it('explains a statement of a megabyte', async () => {
      const run = runOf(await rig.explain(`SELECT count(*) FROM item WHERE label <> '${'é'.repeat(500_000)}'`));
      assert.ok(nodeNames(run).includes('Parallel Seq Scan'));
    });

    it('gives up at the statement timeout with a sentence', async () => {
      const outcome = await rig.explain('SELECT pg_sleep(30)', { analyze: true, statementTimeoutSeconds: 1 });
      assert.equal(reasonOf(outcome, 'timedOut').seconds, 1);
    });

    it('is cancelled at any moment, and the next Explain works', async () => {
      for (const delayMs of [0, 1, 3, 10, 30, 100, 300]) {
        const stop = new AbortController();
        const timer = setTimeout(() => stop.abort(), delayMs);
        const outcome = await rig.explain('SELECT pg_sleep(20)', { analyze: true, signal: stop.signal });
        clearTimeout(timer);
        reasonOf(outcome, 'cancelled');
        runOf(await rig.explain('SELECT 1'));
      }
    });

    it('survives a server that dies in the middle, and the next Explain works', async () => {
      const dying = rig.explain('SELECT pg_sleep(20)', { analyze: true });
      await untilActive(admin, 'pg_sleep(20)');
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Planpool'`);
      reasonOf(await dying, 'connection');
      runOf(await rig.explain('SELECT 1'));
      // Warm now: the server closes it while nobody looks.
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Planpool'`);
      runOf(await rig.explain('SELECT 1'));
    });

    it('answers with a sentence where nothing listens', async () => {
      const nowhere = createExplainRig(profileOf({ host: '127.0.0.1', port: 1 }));
      assert.equal(reasonOf(await nowhere.explain('SELECT 1'), 'connection').reason.kind, 'refused');
      await nowhere.dispose();
    });
  });
}

/** Waits until a session of ours runs the query. */
async function untilActive(admin: Client, query: string): Promise<void> {
  for (;;) {
    const { rowCount } = await admin.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'Planpool' AND state = 'active' AND strpos(query, $1) > 0`,
      [query],
    );
    if (rowCount) return;
  }
}
