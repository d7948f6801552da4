import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { mayBeExplained, parameterNumbers, splitStatements } from '../../../src/sql/statements';
import { nastyText } from './nasty';

function split(text: string): string[] {
  return splitStatements(text).map(({ start, end }) => text.slice(start, end));
}

function assertSplit(text: string, ...expected: string[]): void {
  assert.deepEqual(split(text), expected, text);
}

describe('sql: statements', () => {
  it('ends a statement at a semicolon outside quotes, comments and parentheses', () => {
    assertSplit(' SELECT 1;SELECT 2 ; ', 'SELECT 1', 'SELECT 2');
    assertSplit(
      `SELECT ';', ";", $$;$$, E'\\';', /* ; /* ; */ ; */ 1 -- ;\n;x`,
      `SELECT ';', ";", $$;$$, E'\\';', /* ; /* ; */ ; */ 1`,
      'x',
    );
    assertSplit('CREATE RULE r AS ON INSERT TO t DO (a; b); c', 'CREATE RULE r AS ON INSERT TO t DO (a; b)', 'c');
    assertSplit('a); b', 'a)', 'b');
    assertSplit('a\r\n;\rb', 'a', 'b');
  });

  it('finds no statement in blanks, comments and lone semicolons', () => {
    for (const text of ['', ' \r\n', ';; ;', '-- a;', '/* a; */ ;', '/*+ a */;', '\ufeff']) {
      assertSplit(text);
    }
  });

  it('leaves comments outside, but not inside', () => {
    assertSplit('-- a\nSELECT /* b */ 1 -- c\n;-- d', 'SELECT /* b */ 1');
  });

  it('begins a statement with its hint comment', () => {
    assertSplit('/* a */ /*+ SeqScan(t) */ SELECT 1', '/*+ SeqScan(t) */ SELECT 1');
    assertSplit(
      '/*+ A */ -- why\n/*+ B */ SELECT 1;/*+ C */\nSELECT 2',
      '/*+ A */ -- why\n/*+ B */ SELECT 1',
      '/*+ C */\nSELECT 2',
    );
    assertSplit('/*+ A */; SELECT 1', 'SELECT 1');
    assertSplit('SELECT /*+ A */ 1', 'SELECT /*+ A */ 1');
  });

  it('keeps the body of a routine together', () => {
    const body = 'BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; INSERT INTO t VALUES (1); END';
    for (const head of [
      'CREATE FUNCTION f() RETURNS int',
      'create or replace procedure p(a int)',
      'CREATE OR REPLACE FUNCTION f()',
    ]) {
      assertSplit(`${head} ${body}; SELECT 1`, `${head} ${body}`, 'SELECT 1');
    }
  });

  it('does not take labels and names for BEGIN, CASE and END', () => {
    const labels =
      'CREATE FUNCTION begin() RETURNS int BEGIN ATOMIC SELECT t.end, t.case, 1 AS case, 2 AS end; SELECT 1 AS "a"; END';
    assertSplit(`${labels}; SELECT 1`, labels, 'SELECT 1');
    const atomic = 'CREATE FUNCTION atomic() RETURNS int RETURN 1';
    assertSplit(`${atomic}; SELECT 1`, atomic, 'SELECT 1');
    const dollars = "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'";
    assertSplit(`${dollars}; SELECT 1`, dollars, 'SELECT 1');
  });

  it('sees no body where there is none', () => {
    assertSplit('BEGIN; SELECT 1; END', 'BEGIN', 'SELECT 1', 'END');
    assertSplit('CREATE TRIGGER begin ATOMIC; x', 'CREATE TRIGGER begin ATOMIC', 'x');
    assertSplit('CREATE TABLE function (a int) BEGIN ATOMIC; x', 'CREATE TABLE function (a int) BEGIN ATOMIC', 'x');
  });

  it('skips psql meta-commands, which end a statement', () => {
    assertSplit('\\set a 1\nSELECT 1\\gset\nSELECT 2 \\g out.txt\nSELECT 3', 'SELECT 1', 'SELECT 2', 'SELECT 3');
    assertSplit('\\if :a\r\nSELECT 1;\r\n\\else\r\nSELECT 2;\r\n\\endif', 'SELECT 1', 'SELECT 2');
    assertSplit('\\d t \\dt\nSELECT 1', 'SELECT 1');
    assertSplit('\\echo a \\\\ SELECT 1; SELECT 2', 'SELECT 1', 'SELECT 2');
    assertSplit("\\echo '\\\\' ; \\\\ SELECT 1", 'SELECT 1');
    assertSplit('\\! echo \\\\ SELECT 1\nSELECT 2', 'SELECT 2');
    assertSplit("\\echo 'a\nSELECT 2", 'SELECT 2');
    assertSplit('\\restrict a1;b\nSELECT 1;\n\\unrestrict a1;b', 'SELECT 1');
    assertSplit('SELECT (1 \\r\nSELECT 2; x', 'SELECT (1', 'SELECT 2', 'x');
  });

  it('takes an escaped semicolon for one', () => {
    assertSplit('SELECT 1\\; SELECT 2\\;', 'SELECT 1', 'SELECT 2');
    assertSplit('SELECT (1\\; 2) \\:a; x', 'SELECT (1\\; 2) \\:a', 'x');
  });

  it('skips the data below COPY FROM stdin', () => {
    assertSplit("COPY t (a) FROM stdin;\n1\t'\n\\.x\n\\.\nSELECT 1", 'COPY t (a) FROM stdin', 'SELECT 1');
    assertSplit(
      "copy t from STDIN WITH (FORMAT csv) ; -- c\r\n'\r\n\\.\r\nSELECT 1",
      'copy t from STDIN WITH (FORMAT csv)',
      'SELECT 1',
    );
    assertSplit('COPY t FROM stdin;\r1\r\\.\rSELECT 1', 'COPY t FROM stdin', 'SELECT 1');
    assertSplit('COPY t FROM stdin;\n\\.\nSELECT 1', 'COPY t FROM stdin', 'SELECT 1');
    assertSplit('COPY t FROM stdin \\g\n1;2\n\\.\nSELECT 1', 'COPY t FROM stdin', 'SELECT 1');
    assertSplit("\\copy t from stdin\n'\n\\.\nSELECT 1", 'SELECT 1');
    assertSplit('COPY t FROM stdin;\n1;\n2;', 'COPY t FROM stdin');
    assertSplit('COPY t FROM stdin;\na\\.\nb;\n\\.c\nd;\n\\.', 'COPY t FROM stdin');
  });

  it('sees no data where there is none', () => {
    assertSplit("COPY stdin FROM 'stdin'; a", "COPY stdin FROM 'stdin'", 'a');
    assertSplit('COPY (SELECT 1 FROM stdin) TO stdout;\na', 'COPY (SELECT 1 FROM stdin) TO stdout', 'a');
    assertSplit('SELECT 1 FROM stdin;\na', 'SELECT 1 FROM stdin', 'a');
    assertSplit("\\copy t from 'stdin'\nSELECT 1", 'SELECT 1');
  });

  it('knows the first word', () => {
    const keywords = splitStatements('select 1; (Values (1)); /* a */ "x"; 1; /*+ h */ with a').map(
      ({ keyword }) => keyword,
    );
    assert.deepEqual(keywords, ['SELECT', 'VALUES', '', '', 'WITH']);
  });

  it('tells what EXPLAIN may take', () => {
    const yes =
      'SELECT 1; (SELECT 1); VALUES (1); TABLE t; WITH a; INSERT INTO t; UPDATE t; DELETE FROM t; MERGE INTO t; EXECUTE p;' +
      'DECLARE c CURSOR; EXPLAIN SELECT 1; CREATE TABLE t AS SELECT 1;' +
      'CREATE GLOBAL TEMPORARY TABLE IF NOT EXISTS t (a, b) WITH (c) AS EXECUTE p; CREATE UNLOGGED TABLE t AS TABLE u;' +
      'CREATE MATERIALIZED VIEW v AS SELECT 1';
    for (const statement of splitStatements(yes)) {
      assert.ok(mayBeExplained(statement), yes.slice(statement.start, statement.end));
    }
    const no =
      'CREATE TABLE t (a int GENERATED ALWAYS AS (1) STORED); CREATE INDEX i; VACUUM; SET a = 1; CREATE VIEW v AS SELECT 1;' +
      'CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE sql AS $$$$; COPY t FROM stdout; BEGIN; REFRESH MATERIALIZED VIEW v; "SELECT"; ALTER TABLE t; DO $$$$';
    for (const statement of splitStatements(no)) {
      assert.ok(!mayBeExplained(statement), no.slice(statement.start, statement.end));
    }
  });

  it('finds parameters outside quotes and comments', () => {
    assert.deepEqual(
      parameterNumbers("SELECT $2, $10, $1::int, $2, '$3', $$ $4 $$, a$5, /* $6 */ $7-- $8"),
      [1, 2, 7, 10],
    );
    assert.deepEqual(parameterNumbers('SELECT 1'), []);
  });

  it('splits a dump of pg_dump', () => {
    const dump = readFileSync(path.resolve(__dirname, '../../../../test/unit/sql/dump.sql'), 'utf8');
    const expected = [
      ...[
        'SET',
        'SET',
        'SELECT',
        'CREATE TYPE',
        'CREATE FUNCTION',
        'CREATE FUNCTION',
        'CREATE PROCEDURE',
        'CREATE TABLE',
      ],
      ...[
        'CREATE VIEW',
        'CREATE TABLE',
        'COPY',
        'COPY',
        'COPY',
        'SELECT',
        'ALTER TABLE',
        'CREATE RULE',
        'CREATE TRIGGER',
      ],
    ];
    for (const text of [dump, dump.replaceAll('\n', '\r\n'), dump.replaceAll('\n', '\r')]) {
      const statements = splitStatements(text);
      const heads = statements.map(({ start, end }) => text.slice(start, end));
      assert.deepEqual(
        heads.map((head, index) => head.slice(0, expected[index]?.length)),
        expected,
      );
      for (const { start, end } of statements) {
        assert.equal(text.charAt(end), ';', text.slice(start, end));
      }
    }
  });

  it('finds ordered, disjoint ranges, each of them one statement, and none between them', () => {
    const withoutMeta = nastyText.map(text => text.replaceAll('\\', '').replaceAll('\ufeff', ''));
    fc.assert(
      fc.property(withoutMeta, text => {
        let before = 0;
        for (const statement of splitStatements(text)) {
          const { start, end } = statement;
          assert.ok(before <= start && start < end && end <= text.length);
          assert.deepEqual(split(text.slice(before, start)), [], 'between statements');
          const [alone, ...more] = splitStatements(text.slice(start, end));
          assert.deepEqual(alone, { ...statement, start: 0, end: end - start });
          assert.deepEqual(more, []);
          before = end;
        }
        assert.deepEqual(split(text.slice(before)), []);
      }),
      { numRuns: 1000 },
    );
  }).timeout(30_000);

  it('never fails, and keeps its promises about ranges, on any text', () => {
    fc.assert(
      fc.property(nastyText, text => {
        let before = 0;
        for (const { start, end } of splitStatements(text)) {
          assert.ok(before <= start && start < end && end <= text.length);
          before = end;
        }
        parameterNumbers(text);
      }),
    );
  });
});
