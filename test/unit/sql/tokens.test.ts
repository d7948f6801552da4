import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TokenCursor } from '../../../src/sql/tokens';
import { nastyText } from './nasty';

function tokens(text: string): string[] {
  const cursor = new TokenCursor(text);
  const found: string[] = [];
  while (cursor.next()) {
    found.push(`${cursor.kind} ${text.slice(cursor.start, cursor.end)}`);
  }
  return found;
}

function assertTokens(text: string, ...expected: string[]): void {
  assert.deepEqual(tokens(text), expected, text);
}

describe('sql: tokens', () => {
  it('reads every kind of quoted string', () => {
    assertTokens("'a;''b'c", "string 'a;''b'", 'word c');
    assertTokens("'\\'c", "string '\\'", 'word c');
    assertTokens("E'\\'c'd", "string E'\\'c'", 'word d');
    assertTokens("e'a''b\\\\'d", "string e'a''b\\\\'", 'word d');
    assertTokens("U&'\\'d", "string U&'\\'", 'word d');
    assertTokens("B'01'X'1f'N'n'", "string B'01'", "string X'1f'", "string N'n'");
    assertTokens(`"a""b"U&"c"d`, `quotedIdentifier "a""b"`, `quotedIdentifier U&"c"`, 'word d');
    assertTokens("aE'b'", 'word aE', "string 'b'");
    assertTokens('u&x', 'word u', 'operator &', 'word x');
  });

  it('keeps backslash escapes on in the continuation of an E string, and only there', () => {
    assertTokens("E'a'\n'\\';'b", "string E'a'\n'\\';'", 'word b');
    assertTokens("E'a' -- c\r\t'\\''b", "string E'a' -- c\r\t'\\''", 'word b');
    assertTokens("E'a' '\\'b", "string E'a'", "string '\\'", 'word b');
    assertTokens("E'a'\n/**/'\\'b", "string E'a'", 'comment /**/', "string '\\'", 'word b');
    assertTokens("'a'\n'\\'b", "string 'a'", "string '\\'", 'word b');
  });

  it('reads dollar quotes', () => {
    assertTokens('$$a$b$$c', 'string $$a$b$$', 'word c');
    assertTokens('$a$ $$ $b$ $a$c', 'string $a$ $$ $b$ $a$', 'word c');
    assertTokens('$é1$x$é1$', 'string $é1$x$é1$');
    assertTokens('a$b$c$b$', 'word a$b$c$b$');
    assertTokens('1$b$c$b$', 'number 1', 'string $b$c$b$');
    assertTokens('$a$x$aa$y$a$', 'string $a$x$aa$y$a$');
    assertTokens('$a b', 'other $', 'word a', 'word b');
    assertTokens('$12$$3$$', 'parameter $12', 'string $$3$$');
  });

  it('ends comments where PostgreSQL does', () => {
    assertTokens('/* /* */ */a', 'comment /* /* */ */', 'word a');
    assertTokens('/*/ */a', 'comment /*/ */', 'word a');
    assertTokens('/* -- */a', 'comment /* -- */', 'word a');
    assertTokens('--a\rb', 'comment --a', 'word b');
    assertTokens('--a\r\nb--', 'comment --a', 'word b', 'comment --');
    assertTokens('a+--b\n*/*c*/', 'word a', 'operator +', 'comment --b', 'operator *', 'comment /*c*/');
    assertTokens('@-/*c*/', 'operator @-', 'comment /*c*/');
  });

  it('reads numbers, parameters, names and operators', () => {
    assertTokens('1_000 0x1F 1.5e-3 .5 1.', 'number 1_000', 'number 0x1F', 'number 1.5e-3', 'number .5', 'number 1.');
    assertTokens(
      '1..2 .. a.b',
      'number 1',
      'punctuation ..',
      'number 2',
      'punctuation ..',
      'word a',
      'punctuation .',
      'word b',
    );
    assertTokens('1e+x', 'number 1e', 'operator +', 'word x');
    assertTokens('$1::int', 'parameter $1', 'punctuation :', 'punctuation :', 'word int');
    assertTokens('été漢😀\u00a0x', 'word été漢😀\u00a0x');
    assertTokens('a->>b', 'word a', 'operator ->>', 'word b');
    assertTokens('\\d\0', 'backslash \\', 'word d', 'other \0');
    assertTokens('\ufeffa', 'word a');
  });

  it('takes what is not terminated to the end of the text', () => {
    for (const text of ["'a", '"a', "E'a\\", "E'a'\n", '$a$b', '/* /* */', "U&'", '$', "B'"]) {
      const cursor = new TokenCursor(text);
      while (cursor.next());
      assert.equal(cursor.end, text.length, text);
    }
  });

  it('covers every text without gaps but white space', () => {
    fc.assert(
      fc.property(nastyText, text => {
        const cursor = new TokenCursor(text);
        let before = 0;
        while (cursor.next()) {
          assert.match(text.slice(before, cursor.start), /^\ufeff?[ \t\n\r\f\v]*$/);
          assert.ok(cursor.end > cursor.start);
          before = cursor.end;
        }
        assert.match(text.slice(before), /^\ufeff?[ \t\n\r\f\v]*$/);
        assert.ok(before <= text.length);
      }),
    );
  });
});
