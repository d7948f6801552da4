import assert from 'node:assert/strict';
import { reasonForLog } from '../../../src/explain/ui/reasonForLog';
import { profile } from './profile';

describe('explain: reasons in the log', () => {
  it('have all the words of the server', () => {
    const error = {
      code: '22P02',
      message: 'invalid input syntax for type json',
      detail: 'The input string ended\nunexpectedly.',
      hint: null,
      where: 'JSON data, line 1: {',
    };
    assert.deepEqual(reasonForLog({ tag: 'server', error, offset: 7 }).split('\n  '), [
      'server',
      'error.code: 22P02',
      'error.message: invalid input syntax for type json',
      'error.detail: The input string ended unexpectedly.',
      'error.where: JSON data, line 1: {',
      'offset: 7',
    ]);
  });

  it('have the words of the system, and where the connection leads', () => {
    const reason = { kind: 'refused', words: 'connect ECONNREFUSED 127.0.0.1:5432' } as const;
    assert.deepEqual(reasonForLog({ tag: 'connection', reason, profile }).split('\n  '), [
      'connection',
      'reason.kind: refused',
      'reason.words: connect ECONNREFUSED 127.0.0.1:5432',
      'profile: db.example:5432',
    ]);
  });

  it('name every override that does not fit', () => {
    const reasons = [{ kind: 'refusedName', name: 'role' }] as const;
    assert.match(
      reasonForLog({ tag: 'overrides', setName: 'Mine', reasons }),
      /setName: Mine\n {2}reasons\.0\.kind: ref.*\n.*role$/,
    );
  });

  it('are one word when there is no more to know', () => {
    assert.equal(reasonForLog({ tag: 'cancelled' }), 'cancelled');
  });
});
