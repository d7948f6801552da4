import assert from 'node:assert/strict';
import { errorSentence, isLargerThan, readEnvelope } from '../../../src/page/wire';

describe('page: wire', () => {
  it('reads envelopes and leaves out what does not belong there', () => {
    assert.deepEqual(readEnvelope({ planpool: 'request', id: 1, name: 'x', payload: null, more: 1 }), {
      planpool: 'request',
      id: 1,
      name: 'x',
      payload: null,
    });
  });

  for (const [what, message] of Object.entries({
    'no tag': { id: 1, payload: null },
    'another tag': { planpool: 'hello', id: 1 },
    'an id that is no number': { planpool: 'reply', id: '1' },
    'an id that is no integer': { planpool: 'reply', id: Number.NaN },
    'a long name': { planpool: 'event', name: 'x'.repeat(65) },
    'an error without a sentence': { planpool: 'error', id: 1 },
  })) {
    it(`does not read one with ${what}`, () => {
      assert.equal(readEnvelope(message), null);
    });
  }

  it('counts the characters and values of a message', () => {
    const size = (value: unknown): number => {
      let limit = 0;
      while (isLargerThan(value, limit)) limit++;
      return limit;
    };
    assert.deepEqual([size(null), size('abc'), size(['abc']), size({ ab: 'abc' })], [1, 4, 5, 7]);
  });

  it('gives up early on what is huge, deep or opaque', () => {
    let deep: unknown = null;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    assert.equal(isLargerThan(deep, 1000), true);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    assert.equal(isLargerThan(circular, 1000), true);
    assert.equal(isLargerThan(new Array(1e6).fill(0), 1000), true);
    assert.equal(isLargerThan(new Uint8Array(10), 1000), true);
    assert.equal(isLargerThan({ runId: 'x', overrideSet: 'y' }, 1000), false);
  });

  it('makes one sentence of an error, of bounded length', () => {
    assert.equal(errorSentence(new TypeError('no')), 'no');
    assert.equal(errorSentence('plain'), 'plain');
    assert.equal(errorSentence(new Error('x'.repeat(10_000))).length, 4001);
  });
});
