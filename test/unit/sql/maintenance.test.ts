import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSync } from 'libpg-query';
import { indexExpressions } from '../../../src/sql/indexExpressions';
import type { MaintenanceStatement } from '../../../src/sql/maintenance';
import { statementFacts } from '../../../src/sql/statementFacts';

function maintenance(sql: string): MaintenanceStatement | null {
  return statementFacts(parseSync(sql), sql).maintenance;
}

function expressionsOf(sql: string): readonly string[] | null {
  const statement = maintenance(sql);
  return statement?.kind === 'createIndex' ? statement.expressions : assert.fail(sql);
}

describe('sql: maintenance', () => {
  it('reads CREATE INDEX', () => {
    assert.deepEqual(
      maintenance('CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY "S".T USING Gin (a, (b + 1), f(c)) WHERE s.g(d)'),
      {
        kind: 'createIndex',
        relation: { schema: 'S', name: 't', alone: true },
        method: 'gin',
        expressions: ['(b + 1)', 'f(c)', 's.g(d)'],
        functions: [
          { schema: null, name: 'f' },
          { schema: 's', name: 'g' },
        ],
      },
    );
    const plain = maintenance('CREATE INDEX ON t (a)');
    assert.deepEqual(plain, {
      kind: 'createIndex',
      relation: { schema: null, name: 't', alone: false },
      method: 'btree',
      expressions: [],
      functions: [],
    });
  });

  it('reads VACUUM', () => {
    const nothing = {
      kind: 'vacuum',
      relations: [],
      parallel: null,
      full: false,
      indexCleanup: null,
      processMain: true,
    };
    const t = { schema: null, name: 't', alone: false };
    const cases: readonly (readonly [string, object])[] = [
      ['VACUUM', {}],
      ['VACUUM ANALYZE t', { relations: [t] }],
      ['VACUUM ONLY t', { relations: [{ ...t, alone: true }] }],
      ['VACUUM (PARALLEL 4) s.t (a), t', { parallel: 4, relations: [{ ...t, schema: 's' }, t] }],
      ['VACUUM (PARALLEL 0)', { parallel: 0 }],
      ['VACUUM (PARALLEL 1, PARALLEL 2)', { parallel: 2 }],
      ...['PARALLEL', 'PARALLEL -1', 'PARALLEL 1025', "PARALLEL '2'", 'PARALLEL 1.5', 'PARALLEL on'].map(
        option => [`VACUUM (${option})`, { parallel: 'invalid' }] as const,
      ),
      ['VACUUM FULL t', { full: true, relations: [t] }],
      ['VACUUM (FULL OFF)', {}],
      ['VACUUM (FULL 0)', {}],
      ['VACUUM (FULL 1)', { full: true }],
      ['VACUUM (INDEX_CLEANUP)', { indexCleanup: 'other' }],
      ["VACUUM (INDEX_CLEANUP 'Auto')", { indexCleanup: 'other' }],
      ['VACUUM (INDEX_CLEANUP OFF)', { indexCleanup: 'off' }],
      ['VACUUM (INDEX_CLEANUP 0)', { indexCleanup: 'off' }],
      ['VACUUM (PROCESS_MAIN FALSE)', { processMain: false }],
    ];
    for (const [sql, differs] of cases) {
      assert.deepEqual(maintenance(sql), { ...nothing, ...differs }, sql);
    }
  });

  it('is silent about everything else', () => {
    for (const sql of [
      'SELECT 1',
      'ANALYZE t',
      'REINDEX TABLE t',
      'VACUUM; VACUUM',
      'CREATE TABLE t (a int PRIMARY KEY)',
      ' ',
    ]) {
      assert.equal(maintenance(sql), null, sql);
    }
  });

  it('tells expressions from all that may surround them', () => {
    assert.deepEqual(
      expressionsOf(`CREATE INDEX i ON t /* (a) */ USING gist (
        "a (b" gist_ops (siglen = 32), -- ( one
        ( (a || '),(' ) /* ) */ ) COLLATE "C" gist_ops (siglen = 32) DESC NULLS LAST,
        coalesce(a, (ARRAY[1, 2])[1]), pg_catalog . lower (b)
      ) INCLUDE (c, d) NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE x
      WHERE a > ALL (ARRAY[1]) AND b <> ' WHERE ; ' /* ; */ ; -- end`),
      [
        "( (a || '),(' ) /* ) */ )",
        'coalesce(a, (ARRAY[1, 2])[1])',
        'pg_catalog . lower (b)',
        "a > ALL (ARRAY[1]) AND b <> ' WHERE ; '",
      ],
    );
  });

  it('finds expressions that parse alone, whatever they are', () => {
    const expression = fc.constantFrom(
      '(a + 1)',
      'f(a, (b))',
      "('),(' || a)",
      's."F("(a)',
      '(CASE WHEN a THEN b END)',
      '(a[1])',
    );
    const element = fc.oneof(fc.constantFrom('a', '"b,("', 'c COLLATE "C" DESC'), expression);
    const predicate = fc.option(fc.constantFrom('a > 1', "f(a) AND b = 'where'", '(a OR b) AND c IS NULL'), {
      nil: null,
    });
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 6 }), predicate, (elements, where) => {
        const sql = `CREATE INDEX ON t (${elements.join(', ')})${where === null ? '' : ` WHERE ${where}`}`;
        const expected = elements.filter(one => one.includes('(') && !one.startsWith('"'));
        assert.deepEqual(expressionsOf(sql), where === null ? expected : [...expected, where]);
      }),
    );
  });

  it('rather says nothing than something wrong', () => {
    assert.equal(indexExpressions('CREATE INDEX ON t (a)', [true], false), null);
    assert.equal(indexExpressions('CREATE INDEX ON t (a, b)', [false], false), null);
    assert.equal(indexExpressions('CREATE INDEX ON t (a)', [false], true), null);
    assert.equal(indexExpressions('CREATE INDEX ON t (a', [false], false), null);
    assert.equal(indexExpressions('', [], false)?.length, 0);
  });
});
