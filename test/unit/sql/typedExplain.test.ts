import assert from 'node:assert/strict';
import fc from 'fast-check';
import { optionIsOn, unwrapExplain } from '../../../src/sql/typedExplain';
import { nastyText } from './nasty';

/** Options as `NAME=value`, then what is inside, then the hint. */
function assertUnwrapped(sql: string, options: readonly string[], inner: string, hint: string | null = null): void {
  const typed = unwrapExplain(sql);
  assert.ok(typed, sql);
  assert.deepEqual(
    typed.options.map(({ name, value }) => (value === null ? name : `${name}=${value}`)),
    options,
    sql,
  );
  assert.equal(sql.slice(typed.inner.start, typed.inner.end), inner, sql);
  assert.equal(typed.hint && sql.slice(typed.hint.start, typed.hint.end), hint, sql);
}

describe('sql: typed EXPLAIN', () => {
  it('unwraps the bare form', () => {
    assertUnwrapped('EXPLAIN SELECT 1', [], 'SELECT 1');
    assertUnwrapped('explain analyze select 1;', ['ANALYZE'], 'select 1');
    assertUnwrapped('EXPLAIN ANALYSE VERBOSE TABLE t ; -- c', ['ANALYSE', 'VERBOSE'], 'TABLE t');
    assertUnwrapped('-- a\nEXPLAIN/* b */VERBOSE/* c */VALUES (1)', ['VERBOSE'], 'VALUES (1)');
    assertUnwrapped('EXPLAIN VERBOSE ANALYZE SELECT 1', ['VERBOSE'], 'ANALYZE SELECT 1');
    assertUnwrapped('EXPLAIN ANALYZE (SELECT 1)', ['ANALYZE'], '(SELECT 1)');
  });

  it('unwraps the form with parentheses', () => {
    assertUnwrapped('EXPLAIN (ANALYZE, buffers OFF) SELECT 1', ['ANALYZE', 'BUFFERS=off'], 'SELECT 1');
    assertUnwrapped(
      `EXPLAIN("format" 'json',Costs/* a */1 , wal -2.5)SELECT 1`,
      ['FORMAT=json', 'COSTS=1', 'WAL=-2.5'],
      'SELECT 1',
    );
    assertUnwrapped(
      'EXPLAIN (a +1, b $$x$$, c E\'it\'\'s\', d "Q""q") SELECT 1',
      ['A=1', 'B=x', "C=it's", 'D=Q"q'],
      'SELECT 1',
    );
    assertUnwrapped('EXPLAIN (ANALYZE) (SELECT 1)', ['ANALYZE'], '(SELECT 1)');
  });

  it('does not take a query in parentheses for options', () => {
    for (const query of [
      '(SELECT 1)',
      '(SELECT 1) UNION SELECT 2',
      '( /* a */ ((VALUES (1))))',
      '(TABLE t)',
      '(WITH a AS (SELECT 1) TABLE a)',
    ]) {
      assertUnwrapped(`EXPLAIN ${query}`, [], query);
    }
    assertUnwrapped('EXPLAIN (VALUES (1))', [], '(VALUES (1))');
  });

  it('keeps hint comments', () => {
    assertUnwrapped('EXPLAIN (ANALYZE) /* a */ /*+ H */ SELECT 1', ['ANALYZE'], '/*+ H */ SELECT 1');
    assertUnwrapped('/*+ H */ EXPLAIN ANALYZE SELECT 1', ['ANALYZE'], 'SELECT 1', '/*+ H */');
    assertUnwrapped('EXPLAIN /*+ H */ ANALYZE SELECT 1', ['ANALYZE'], 'SELECT 1', '/*+ H */');
    assertUnwrapped('EXPLAIN /*+ H */ SELECT 1', [], '/*+ H */ SELECT 1');
  });

  it('leaves an inner EXPLAIN to the server', () => {
    assertUnwrapped('EXPLAIN EXPLAIN SELECT 1', [], 'EXPLAIN SELECT 1');
  });

  it('answers nothing for what is no EXPLAIN or has nothing inside', () => {
    for (const sql of [
      '',
      'SELECT 1',
      '"EXPLAIN" SELECT 1',
      'EXPLAINS SELECT 1',
      'EXPLAIN',
      'EXPLAIN ;',
      'EXPLAIN ANALYZE -- a',
      'EXPLAIN (ANALYZE)',
    ]) {
      assert.equal(unwrapExplain(sql), undefined, sql);
    }
  });

  it('answers nothing for malformed options', () => {
    for (const options of [
      '()',
      '(ANALYZE',
      '(ANALYZE SELECT 1',
      '(ANALYZE,) ',
      '(1)',
      '(a b c)',
      '(a - b)',
      "('a')",
      '(a, ;)',
    ]) {
      assert.equal(unwrapExplain(`EXPLAIN ${options} SELECT 1`), undefined, options);
    }
  });

  it('reads option values as defGetBoolean does', () => {
    assert.deepEqual([null, 'true', 'on', '1', 'ON'].map(optionIsOn), [true, true, true, true, true]);
    assert.deepEqual(['false', 'off', '0', '', 'json', '2'].map(optionIsOn), [
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('never fails, and its ranges lie in the text', () => {
    fc.assert(
      fc.property(nastyText, fc.constantFrom('EXPLAIN ', 'EXPLAIN (', 'EXPLAIN (a ', ''), (text, prefix) => {
        const typed = unwrapExplain(prefix + text);
        assert.ok(!typed || (typed.inner.start < typed.inner.end && typed.inner.end <= prefix.length + text.length));
      }),
    );
  });
});
