import assert from 'node:assert/strict';
import fc from 'fast-check';
import { utf16FromBytes, utf16FromCodePoints } from '../../../src/sql/positions';

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('a', 'é', '漢', '😀', '\ud83d', '\ude00', '\n'), fc.string({ maxLength: 1 })),
});

describe('sql: positions', () => {
  it('counts characters outside the basic plane as two units', () => {
    assert.equal(utf16FromCodePoints("'😀😀', x", 6), 8);
    assert.equal(utf16FromBytes('é漢😀x', 2 + 3 + 4), 4);
  });

  it('answers the character that a byte is a part of', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map(bytes => utf16FromBytes('a😀b', bytes)),
      [0, 1, 1, 1, 1, 3],
    );
  });

  it('keeps within the text', () => {
    assert.deepEqual(
      [-1, 0, 3, 99].map(count => utf16FromCodePoints('a😀', count)),
      [0, 0, 3, 3],
    );
    assert.deepEqual(
      [-1, 0, 5, 99].map(count => utf16FromBytes('a😀', count)),
      [0, 0, 3, 3],
    );
  });

  it('inverts counting, for every character of any text, lone surrogates included', () => {
    fc.assert(
      fc.property(anyText, text => {
        const encoder = new TextEncoder();
        let offset = 0;
        let codePoints = 0;
        let bytes = 0;
        for (const character of text) {
          assert.equal(utf16FromCodePoints(text, codePoints), offset);
          assert.equal(utf16FromBytes(text, bytes), offset);
          offset += character.length;
          codePoints++;
          bytes += encoder.encode(character).length;
        }
        assert.equal(utf16FromCodePoints(text, codePoints), text.length);
        assert.equal(utf16FromBytes(text, bytes), text.length);
      }),
    );
  });
});
