import assert from 'node:assert/strict';
import { UsualWorkersCache, type StatementKey } from '../../../src/workers/usualWorkers';

const second = 1000;

function key(queryId: string, databaseId = '1', userId = '10'): StatementKey {
  return { queryId, databaseId, userId };
}

describe('workers: what statements usually ask for', () => {
  let nowMs: number;
  let cache: UsualWorkersCache;
  beforeEach(() => {
    nowMs = 5000;
    cache = new UsualWorkersCache(() => nowMs);
  });

  it('is looked up once a minute for each statement, and kept meanwhile', () => {
    const [one, other] = [key('1'), key('2')];
    assert.deepEqual(cache.due([one, other]), [one, other]);
    cache.keep([one, other], [{ ...one, asked: 4, launched: 3 }]);
    assert.deepEqual([cache.of(one), cache.of(other)], [{ asked: 4, launched: 3 }, null]);
    nowMs += 59 * second;
    assert.deepEqual(cache.due([one, other]), []);
    nowMs += second;
    assert.deepEqual(cache.due([one]), [one]);
    assert.deepEqual(cache.of(one), { asked: 4, launched: 3 }, 'old figures are better than none');
    cache.keep([one], []);
    assert.equal(cache.of(one), null, 'the statistics were reset');
  });

  it('is read at most every ten seconds, however many statements are new', () => {
    cache.keep(cache.due([key('1')]), []);
    nowMs += 9 * second;
    assert.deepEqual(cache.due([key('2')]), []);
    nowMs += second;
    assert.deepEqual(cache.due([key('1'), key('2')]), [key('2')]);
  });

  it('tells statements of other databases and roles apart', () => {
    cache.keep([key('1')], [{ ...key('1'), asked: 2, launched: 2 }]);
    nowMs += 10 * second;
    const others = [key('1', '2'), key('1', '1', '11')];
    assert.deepEqual(cache.due([key('1'), ...others]), others);
    assert.deepEqual(
      others.map(one => cache.of(one)),
      [null, null],
    );
  });

  it('forgets what has not run for ten minutes', () => {
    cache.keep([key('1')], [{ ...key('1'), asked: 2, launched: 2 }]);
    nowMs += 600 * second;
    cache.keep([key('2')], []);
    assert.equal(cache.of(key('1')), null);
  });
});
