import assert from 'node:assert/strict';
import { ConnectFailed, RouteRefused } from '../../../src/connection/errors';
import { needsPassword, needsTheUser } from '../../../src/workers/look';

describe('workers: a look that failed', () => {
  it('asks for a password only where that is what is missing', () => {
    assert.ok(needsPassword(new ConnectFailed('passwordNeeded', '')));
    assert.ok(needsPassword(new ConnectFailed('passwordWrong', '')));
    for (const error of [
      new RouteRefused('console', ''),
      new ConnectFailed('refused', ''),
      new ConnectFailed('rejected', ''),
      new Error('password'),
      null,
    ]) {
      assert.ok(!needsPassword(error));
    }
  });

  it('is not repeated where the answer would be the same', () => {
    assert.ok(needsTheUser(new ConnectFailed('passwordWrong', '')));
    assert.ok(needsTheUser(new RouteRefused('console', '')));
    assert.ok(!needsTheUser(new ConnectFailed('refused', '')));
    assert.ok(!needsTheUser(new Error('passwordWrong')));
    assert.ok(!needsTheUser(null));
  });
});
