import assert from 'node:assert/strict';
import { oneLine, plainLabel, plainMessage } from '../../../src/editor/plainText';

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
});
