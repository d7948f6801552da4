import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadModule, parseSync } from 'libpg-query';
import { utf16FromBytes } from '../../../src/sql/positions';
import { splitStatements } from '../../../src/sql/statements';
import { TokenCursor } from '../../../src/sql/tokens';

// The server's own grammar decides what the splitter should have found. In one point libpg-query is not the server: it does not
// join strings over a `--` comment, so that is left to the tests of the tokens.

const trivia = fc
  .array(
    fc.constantFrom(' ', '\n', '\r\n', '\t', '\r', '-- ;\n', "--'\r", '/* ; */', "/* /* ' */ ; */", '/**/', '/* 😀 */'),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map(parts => parts.join(''));

const expression = fc.constantFrom(
  ...["'a;b'", "'it''s;'", "'\\'", "E'\\';'", "E'a'\n'\\';'", "'a'\n';'", "U&'\\0041;'", "B'01'", "X'1F'", "N'x;'"],
  ...[
    '$$;$$',
    "$t$ $$;' $t$",
    '$é$;$é$',
    '$a$$b$;$a$',
    '"a;b"',
    '"a"";"',
    'U&"d\\0061;"',
    'a$b$',
    'x$1',
    'é漢',
    '"😀;"',
    "'😀;'",
  ],
  ...[
    '1_000',
    '0x1F',
    '1.5e-3',
    '.5',
    '1.',
    '$1',
    '1 +-- ;\n 2',
    '1 */* ; */ 2',
    '1 - -1',
    '1 @/* ; */ 2',
    "e'x'",
    'e',
    'u',
    'u & 1',
  ],
  ...[
    "(SELECT ';')",
    'ARRAY[1, 2]',
    'x::int',
    'a[1:2]',
    'CASE WHEN true THEN 1 ELSE 2 END',
    '(CASE 1 WHEN 1 THEN 2 END)',
    't.end',
  ],
  ...[
    '1 AS "end"',
    '2 AS begin',
    '3 AS end',
    '4 AS case',
    "f(a := ';')",
    'count(*)',
    "interval '1' day",
    '1 AS atomic',
    'begin',
  ],
);

const select = fc
  .tuple(trivia, fc.array(expression, { minLength: 1, maxLength: 4 }), trivia)
  .map(([before, list, between]) => `SELECT${before}${list.join(`,${between}`)}`);

const bodyStatement = fc.oneof(
  select,
  fc.constantFrom(
    'INSERT INTO t VALUES (1)',
    'UPDATE t SET a = CASE WHEN b THEN 1 END',
    'DELETE FROM t',
    'RETURN CASE a WHEN 1 THEN 2 END',
  ),
);

const routine = fc
  .tuple(
    fc.constantFrom(
      'CREATE FUNCTION f(a int) RETURNS int',
      'create or replace function "f;"()',
      'CREATE PROCEDURE begin()',
      'CREATE FUNCTION s.atomic()',
    ),
    trivia,
    fc.array(bodyStatement, { maxLength: 3 }),
    trivia,
  )
  .map(
    ([head, blank, body, inside]) =>
      `${head}${blank}BEGIN${blank}ATOMIC${inside}${body.map(one => `${one};${inside}`).join('')}END`,
  );

const statement = fc.oneof(
  { weight: 4, arbitrary: select },
  { weight: 3, arbitrary: routine },
  fc.constantFrom(
    ...[
      'BEGIN',
      'END',
      'COMMIT',
      'VALUES (1)',
      '(SELECT 1)',
      '((TABLE t)) UNION SELECT 2',
      'DO $do$ BEGIN NULL; END $do$',
      'COPY t TO stdout',
    ],
    ...[
      "COPY t FROM 'stdin'",
      'COPY stdin (a) TO stdout',
      'EXPLAIN (COSTS off) SELECT 1',
      'CREATE TABLE "case" (a int DEFAULT 1)',
    ],
    ...[
      'CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v;)',
      'CREATE TABLE t AS SELECT 1',
    ],
    ...[
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1;'",
      'CREATE FUNCTION begin() RETURNS int AS $$ begin; $$ LANGUAGE plpgsql',
    ],
    ...[
      'CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END',
      'CREATE OR REPLACE VIEW v AS SELECT 1',
      'GRANT SELECT ON t TO u',
    ],
  ),
);

const file = fc
  .array(fc.tuple(trivia, statement, trivia, fc.constantFrom(';', ';;', '; ;')), { maxLength: 6 })
  .map(parts => parts.map(part => part.join('')).join(''))
  .chain(text => fc.constantFrom(text, text.replace(/;[; ]*$/, '')));

/** Comments only, up to the `;` that PostgreSQL puts the end at. */
function assertTrivia(text: string): void {
  const cursor = new TokenCursor(text);
  while (cursor.next()) {
    assert.equal(cursor.kind, 'comment', text);
  }
}

describe('sql: statements against the grammar of PostgreSQL', () => {
  before(loadModule);

  it('splits as the server does', () => {
    fc.assert(
      fc.property(file, text => {
        const expected = (text === '' ? [] : (parseSync(text).stmts ?? [])).map(
          ({ stmt_location: location = 0, stmt_len: length }) => ({
            start: utf16FromBytes(text, location),
            end: length === undefined ? text.length : utf16FromBytes(text, location + length),
          }),
        );
        const found = splitStatements(text);
        assert.deepEqual(
          found.map(({ start }) => start),
          expected.map(({ start }) => start),
        );
        for (const [index, { end }] of found.entries()) {
          const limit = expected[index]?.end ?? -1;
          assert.ok(end <= limit);
          assertTrivia(text.slice(end, limit));
        }
      }),
      { numRuns: 1000 },
    );
  }).timeout(30_000);
});
