import assert from 'node:assert/strict';
import { firstLines, oneLine, plainLabel, plainLines, plainMessage } from '../../../src/editor/plainText';

/** Marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm. */
const turning = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';

describe('editor: plain text', () => {
  it('shows icons as text in labels', () => {
    assert.equal(plainLabel('$(zap) shop'), '\\$(zap) shop');
  });

  it('makes no link of a message', () => {
    assert.doesNotMatch(plainMessage('[click](command:workbench.action.quit)'), /\]\(/);
  });

  it('makes one line of several, without control characters', () => {
    assert.equal(oneLine(' a\r\n\tb\u0007c\u0000 '), 'a b c');
  });

  it('keeps lines where lines are wanted, and nothing else that controls', () => {
    assert.equal(plainLines('a\r\n\tb\rc\u0007d\u0085e\n\nf'), 'a\n\tb\nc d e\n\nf');
  });

  it('lets no text turn the direction of what stands around it, and shows that it wanted to', () => {
    const shown = '\ufffd'.repeat(turning.length);
    for (const plain of [oneLine, plainLabel, plainMessage, plainLines]) {
      assert.equal(plain(`a${turning}b`), `a${shown}b`);
    }
    // What holds letters of Indic scripts and emoji together turns nothing.
    assert.equal(oneLine('क्\u200dष'), 'क्\u200dष');
  });

  it('cuts lines off where a modal would lose its buttons', () => {
    assert.equal(firstLines('a\nb', 2), 'a\nb');
    assert.equal(firstLines('a\nb\nc', 2), 'a\nb\n…');
  });
});
