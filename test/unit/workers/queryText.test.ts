import assert from 'node:assert/strict';
import { beginning, inOneLine } from '../../../src/workers/queryText';

describe('workers: the text of a query', () => {
  it('is shown whole where it is short', () => {
    assert.equal(beginning('SELECT 1\n  FROM t'), 'SELECT 1\n  FROM t');
    assert.equal(inOneLine('SELECT 1\n  FROM t ', 20), 'SELECT 1 FROM t');
  });

  it('is cut after some characters or lines, whichever line breaks it has', () => {
    assert.ok(beginning('x'.repeat(5000)).length < 700);
    for (const lineBreak of ['\n', '\r', '\r\n', '\u2028']) {
      const shown = beginning(`a${lineBreak}`.repeat(200));
      assert.equal(shown.split('\n').length, 12, JSON.stringify(lineBreak));
      assert.ok(shown.endsWith(' …'));
    }
    assert.equal(beginning('a\nb\nc', { length: 100, lines: 2 }), 'a\nb …');
    assert.equal(inOneLine('a b c d', 3), 'a b…');
  });

  it('is never cut in the middle of a character', () => {
    assert.equal(inOneLine('a😀', 2), 'a…');
    assert.equal(beginning('a😀', { length: 2, lines: 1 }), 'a …');
  });
});
