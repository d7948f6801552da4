import assert from 'node:assert/strict';
import { explainMessage, type ExplainReason } from '../../../src/explain/reasons';
import { profile } from './profile';

const told: readonly ExplainReason[] = [
  { tag: 'nul' },
  { tag: 'empty' },
  { tag: 'severalStatements' },
  { tag: 'notExplainable', command: 'VACUUM' },
  { tag: 'notParsed', message: 'syntax error at or near "FROM"', offset: 7 },
  { tag: 'analyzeNeedsValues', parameters: [1, 2] },
  { tag: 'typedOption', name: 'ANALYZE', value: 'maybe' },
  { tag: 'parameterNumber', parameter: 90_000_000 },
  { tag: 'parametersNotAllowed', command: 'DECLARE CURSOR' },
  { tag: 'overrides', setName: 'Mine', reasons: [{ kind: 'refusedName', name: 'role' }] },
  { tag: 'consoleProfile', profile },
  { tag: 'serverTooOld', serverVersion: 120022 },
  { tag: 'connection', reason: { kind: 'refused', words: null }, profile },
  { tag: 'timedOut', seconds: 300 },
  { tag: 'lockTimedOut', seconds: 10 },
  { tag: 'wantsToWrite', message: 'cannot execute INSERT in a read-only transaction' },
  {
    tag: 'server',
    error: { code: '42703', message: 'column "x" does not exist', detail: null, hint: null, where: null },
    offset: 7,
  },
  { tag: 'planUnreadable', sentence: 'The server answered with something that is no plan.' },
];

describe('explain: reasons', () => {
  for (const reason of told) {
    it(`${reason.tag} is a sentence with at most two buttons`, () => {
      const message = explainMessage(reason);
      assert.ok(message);
      assert.match(message.sentence, /^[A-Z“].*[.)a-z]$/s);
      assert.doesNotMatch(message.sentence, /undefined|null|!|\.\./);
      assert.ok(message.actions.length <= 2);
    });
  }

  it('says nothing where the user knows already', () => {
    assert.equal(explainMessage({ tag: 'cancelled' }), null);
    assert.equal(explainMessage({ tag: 'declined' }), null);
  });
});
