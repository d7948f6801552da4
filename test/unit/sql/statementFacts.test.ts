import assert from 'node:assert/strict';
import { loadModule, parseSync } from 'libpg-query';
import { statementFacts, type StatementFacts } from '../../../src/sql/statementFacts';

function facts(sql: string): StatementFacts {
  return statementFacts(parseSync(sql), sql);
}

function names(list: readonly { readonly schema: string | null; readonly name: string }[]): string[] {
  return list.map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`));
}

describe('sql: statement facts', () => {
  before(loadModule);

  it('knows what EXPLAIN takes', () => {
    const kinds = {
      'SELECT 1': 'select',
      'VALUES (1)': 'select',
      'TABLE t': 'select',
      '(SELECT 1) UNION SELECT 2': 'select',
      'SELECT 1 INTO t': 'select',
      'WITH a AS (SELECT 1) TABLE a': 'select',
      'INSERT INTO t DEFAULT VALUES': 'insert',
      'UPDATE t SET a = 1': 'update',
      'WITH a AS (SELECT 1) DELETE FROM t': 'delete',
      'MERGE INTO t USING s ON a = b WHEN MATCHED THEN DELETE': 'merge',
      'CREATE TABLE t AS SELECT 1': 'createTableAs',
      'CREATE MATERIALIZED VIEW v AS SELECT 1': 'createTableAs',
      'DECLARE c CURSOR FOR SELECT 1': 'declareCursor',
      'EXECUTE p (1)': 'execute',
      'REFRESH MATERIALIZED VIEW v': 'refreshMaterializedView',
    };
    for (const [sql, kind] of Object.entries(kinds)) {
      const { kind: found, explainable } = facts(sql);
      assert.deepEqual([found, explainable], [kind, true], sql);
    }
  });

  it('knows what EXPLAIN does not take, in the words of the command tag', () => {
    const commands = {
      'CREATE INDEX i ON t (a)': 'CREATE INDEX',
      'CREATE TABLE t (a int)': 'CREATE TABLE',
      'CREATE VIEW v AS SELECT 1': 'CREATE VIEW',
      'CREATE FUNCTION f() RETURNS int RETURN 1': 'CREATE FUNCTION',
      'CREATE PROCEDURE p() BEGIN ATOMIC END': 'CREATE PROCEDURE',
      'CREATE EXTENSION e': 'CREATE EXTENSION',
      'CREATE TYPE t AS (a int)': 'CREATE TYPE',
      "CREATE TYPE t AS ENUM ('a')": 'CREATE TYPE',
      'CREATE AGGREGATE a (int) (sfunc = f, stype = int)': 'CREATE AGGREGATE',
      'CREATE SCHEMA s': 'CREATE SCHEMA',
      'CREATE DATABASE d': 'CREATE DATABASE',
      'CREATE ROLE r': 'CREATE ROLE',
      'ALTER TABLE t ADD a int': 'ALTER TABLE',
      'ALTER TABLE t RENAME a TO b': 'ALTER TABLE',
      'ALTER INDEX i RENAME TO j': 'ALTER INDEX',
      'ALTER FUNCTION f() PARALLEL SAFE': 'ALTER FUNCTION',
      'ALTER MATERIALIZED VIEW v SET SCHEMA s': 'ALTER MATERIALIZED VIEW',
      'ALTER SYSTEM SET a = 1': 'ALTER SYSTEM',
      'DROP MATERIALIZED VIEW v': 'DROP MATERIALIZED VIEW',
      'DROP TABLE t': 'DROP TABLE',
      'DROP OWNED BY r': 'DROP OWNED',
      'TRUNCATE t': 'TRUNCATE TABLE',
      'LOCK t': 'LOCK TABLE',
      'COPY t TO stdout': 'COPY',
      "COMMENT ON TABLE t IS 'a'": 'COMMENT',
      'GRANT SELECT ON t TO r': 'GRANT',
      'REVOKE a FROM b': 'REVOKE ROLE',
      'DO $$$$': 'DO',
      'CALL p()': 'CALL',
      'VACUUM t': 'VACUUM',
      'ANALYZE t': 'ANALYZE',
      'REINDEX TABLE t': 'REINDEX',
      'CLUSTER t': 'CLUSTER',
      CHECKPOINT: 'CHECKPOINT',
      'SET a = 1': 'SET',
      'RESET a': 'RESET',
      'SHOW a': 'SHOW',
      'DISCARD ALL': 'DISCARD ALL',
      BEGIN: 'BEGIN',
      'START TRANSACTION': 'START TRANSACTION',
      COMMIT: 'COMMIT',
      'ROLLBACK TO a': 'ROLLBACK',
      "PREPARE TRANSACTION 'a'": 'PREPARE TRANSACTION',
      "COMMIT PREPARED 'a'": 'COMMIT PREPARED',
      'SAVEPOINT a': 'SAVEPOINT',
      'PREPARE p AS SELECT 1': 'PREPARE',
      'DEALLOCATE p': 'DEALLOCATE',
      'FETCH c': 'FETCH',
      'MOVE c': 'MOVE',
      'CLOSE c': 'CLOSE CURSOR',
      'LISTEN a': 'LISTEN',
      'NOTIFY a': 'NOTIFY',
      'SET CONSTRAINTS ALL DEFERRED': 'SET CONSTRAINTS',
      'REASSIGN OWNED BY a TO b': 'REASSIGN OWNED',
      'IMPORT FOREIGN SCHEMA a FROM SERVER b INTO c': 'IMPORT FOREIGN SCHEMA',
    };
    for (const [sql, command] of Object.entries(commands)) {
      const found = facts(sql);
      assert.deepEqual([found.kind, found.explainable, found.command], ['utility', false, command], sql);
      assert.ok(found.writes.includes(command), sql);
    }
    assert.deepEqual(['explain', false], [facts('EXPLAIN SELECT 1').kind, facts('EXPLAIN SELECT 1').explainable]);
  });

  it('counts statements, and knows none', () => {
    assert.equal(facts('SELECT 1; SELECT 2;').statementCount, 2);
    assert.ok(facts('SELECT 1; DROP TABLE t').writes.includes('DROP TABLE'));
    const { kind, explainable, statementCount } = facts('-- a');
    assert.deepEqual([kind, explainable, statementCount], ['empty', false, 0]);
    assert.equal(statementFacts(undefined, '').kind, 'empty');
  });

  it('finds what is written, wherever it stands', () => {
    const writes = {
      'SELECT 1': [],
      'INSERT INTO s.t SELECT 1': ['INSERT INTO s.t'],
      'UPDATE "T""x" SET a = 1': ['UPDATE "T""x"'],
      'DELETE FROM ONLY t': ['DELETE FROM t'],
      'MERGE INTO t USING s ON a = b WHEN NOT MATCHED THEN DO NOTHING': ['MERGE INTO t'],
      'WITH a AS (INSERT INTO t VALUES (1) RETURNING *), b AS (DELETE FROM u) SELECT * FROM a': [
        'INSERT INTO t',
        'DELETE FROM u',
      ],
      'SELECT 1 UNION (WITH a AS (UPDATE t SET a = 1) SELECT 2)': ['UPDATE t'],
      'SELECT 1 INTO t': ['SELECT INTO t'],
      'SELECT 1 INTO t UNION SELECT 2': ['SELECT INTO t'],
      'CREATE TEMP TABLE t AS EXECUTE p': ['CREATE TABLE t', 'EXECUTE p'],
      'CREATE MATERIALIZED VIEW v AS SELECT 1': ['CREATE MATERIALIZED VIEW v'],
      'REFRESH MATERIALIZED VIEW s.v': ['REFRESH MATERIALIZED VIEW s.v'],
      'EXECUTE "P"': ['EXECUTE "P"'],
      'EXPLAIN ANALYZE DELETE FROM t': ['DELETE FROM t'],
    };
    for (const [sql, expected] of Object.entries(writes)) {
      assert.deepEqual([...facts(sql).writes].sort(), [...expected].sort(), sql);
    }
  });

  it('finds row locks, wherever they stand', () => {
    assert.deepEqual(facts('SELECT * FROM t FOR UPDATE OF t NOWAIT').rowLocks, ['FOR UPDATE']);
    assert.deepEqual(facts('SELECT (SELECT 1 FROM t FOR SHARE)').rowLocks, ['FOR SHARE']);
    assert.deepEqual(facts('WITH a AS (SELECT 1 FROM t FOR NO KEY UPDATE) TABLE a').rowLocks, ['FOR NO KEY UPDATE']);
    assert.deepEqual(facts('DECLARE c CURSOR FOR SELECT 1 FROM t FOR KEY SHARE').rowLocks, ['FOR KEY SHARE']);
    assert.deepEqual(facts('SELECT 1 UNION ALL (SELECT 1 FROM t FOR UPDATE)').rowLocks, ['FOR UPDATE']);
  });

  it('finds functions, wherever they stand', () => {
    const sql =
      'SELECT f(g(1)), s.h() OVER (ORDER BY i()), "F"(), now(), current_date, coalesce(j(), 1), count(*) FILTER (WHERE k()) ' +
      'FROM l(1) WITH ORDINALITY, LATERAL (SELECT m()) x, ROWS FROM (n(), o()) WHERE EXISTS (SELECT p()) ' +
      'GROUP BY q() HAVING r() ORDER BY t() LIMIT u()';
    const expected = ['F', 'count', 'now', 's.h', ...'f g i j k l m n o p q r t u'.split(' ')].sort();
    assert.deepEqual(names(facts(sql).functions).sort(), expected);
    assert.deepEqual(names(facts('SELECT extract(year FROM a), f(), f()').functions), ['pg_catalog.extract', 'f']);
    assert.deepEqual(names(facts('CALL s.p(f())').functions), ['s.p', 'f']);
    assert.deepEqual(
      names(facts('INSERT INTO t VALUES (f()) ON CONFLICT (a) DO UPDATE SET a = g() RETURNING h()').functions).sort(),
      ['f', 'g', 'h'],
    );
    assert.deepEqual(names(facts('EXECUTE p (f())').functions), ['f']);
  });

  it('finds relations, and does not take the names of a WITH for them', () => {
    const relations = {
      'SELECT * FROM a, b.c x JOIN "D" ON true, (TABLE e) y WHERE EXISTS (TABLE f)': ['a', 'b.c', 'D', 'e', 'f'],
      'SELECT * FROM a FOR UPDATE OF x': ['a'],
      'WITH a AS (TABLE b) TABLE a': ['b'],
      'WITH a AS (TABLE a) TABLE a': ['a'],
      'WITH RECURSIVE a AS (SELECT 1 UNION TABLE a) TABLE a': [],
      'WITH a AS (TABLE b), b AS (TABLE a) TABLE b': ['b'],
      'WITH RECURSIVE a AS (TABLE b), b AS (SELECT 1) TABLE a': [],
      'WITH a AS (SELECT 1) SELECT * FROM s.a': ['s.a'],
      'SELECT * FROM (WITH a AS (SELECT 1) TABLE a) x, a': ['a'],
      'WITH a AS (SELECT 1) SELECT (SELECT 1 FROM a), (WITH b AS (TABLE a) SELECT 1 FROM b, c)': ['c'],
      'WITH a AS (SELECT 1) SELECT 1 UNION TABLE a': [],
      'WITH t AS (SELECT 1) INSERT INTO t TABLE t': ['t'],
      'WITH t AS (SELECT 1) UPDATE t SET a = 1 FROM u': ['t', 'u'],
      'WITH t AS (SELECT 1) DELETE FROM t USING t x': ['t'],
      'SELECT * FROM t TABLESAMPLE system (1)': ['t'],
      'CREATE TABLE a AS TABLE b': ['a', 'b'],
      'TABLE a UNION TABLE a': ['a'],
    };
    for (const [sql, expected] of Object.entries(relations)) {
      assert.deepEqual(names(facts(sql).relations).sort(), [...expected].sort(), sql);
    }
  });

  it('finds parameters', () => {
    assert.deepEqual(facts("SELECT $3, '$4' FROM f($1) WHERE $3 = $10").parameters, [1, 3, 10]);
  });

  it('does not recurse: deep and wide trees are no danger', () => {
    let deep: unknown = { FuncCall: { funcname: [{ String: { sval: 'f' } }] } };
    for (let depth = 0; depth < 300_000; depth++) {
      deep = { A_Expr: { lexpr: deep } };
    }
    const ctes = Array.from({ length: 200_000 }, (_, index) => ({
      CommonTableExpr: { ctename: `a${String(index)}`, ctequery: {} },
    }));
    const tree = { stmts: [{ stmt: { SelectStmt: { targetList: [deep], withClause: { ctes } } } }] };
    assert.deepEqual(names(statementFacts(tree, '').functions), ['f']);
  }).timeout(20_000);

  it('knows many common tables in linear time', () => {
    const tables = Array.from({ length: 20_000 }, (_, index) => ({
      CommonTableExpr: {
        ctename: `a${String(index)}`,
        ctequery: { SelectStmt: { fromClause: [{ RangeVar: { relname: 'a0' } }] } },
      },
    }));
    const tree = { stmts: [{ stmt: { SelectStmt: { withClause: { ctes: tables } } } }] };
    // The first one cannot see itself.
    assert.deepEqual(names(statementFacts(tree, '').relations), ['a0']);
  });
});
