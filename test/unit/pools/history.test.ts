import assert from 'node:assert/strict';
import { historyMs, PoolHistory } from '../../../src/pools/history';
import { byMinute, sparkline } from '../../../src/pools/sparkline';
import { pool, snapshot } from './snapshots';

const shop = { database: 'shop', user: 'app' };

describe('pools: history', () => {
  it('keeps 30 minutes of each pool of each instance, and forgets those that are gone', () => {
    const history = new PoolHistory();
    for (let second = 0; second <= 3600; second += 2) {
      const pools = second < 600 ? [pool(), pool({ user: 'gone' })] : [pool()];
      history.add('one', snapshot({ takenAtMs: second * 1000, pools }), []);
    }
    const points = history.series('one', shop);
    assert.equal(points.length, historyMs / 2000 + 1);
    assert.equal(points[0]?.atMs, 3_600_000 - historyMs);
    assert.deepEqual(history.series('one', { database: 'shop', user: 'gone' }), []);
    assert.ok(history.minutes('one', shop).length <= 31);
    assert.deepEqual(history.series('other', shop), []);
    history.forget('one');
    assert.deepEqual(history.series('one', shop), []);
  });

  it('has the rates of the database, and null when there are none', () => {
    const history = new PoolHistory();
    const mean = { transactionUs: null, queryUs: null, waitUs: null };
    const rates = { database: 'shop', transactionsPerSecond: 5, queriesPerSecond: 9, ...mean };
    history.add('one', snapshot(), [{ ...rates, receivedBytesPerSecond: 0, sentBytesPerSecond: 0 }]);
    history.add('one', snapshot({ takenAtMs: 62_000 }), []);
    assert.deepEqual(
      history.series('one', shop).map(({ queriesPerSecond }) => queriesPerSecond),
      [9, null],
    );
  });

  it('of very many pools it keeps fewer points, and no wait is lost', () => {
    const history = new PoolHistory();
    const users = Array.from({ length: 1000 }, (_, n) => `user ${n}`);
    for (let second = 0; second < 120; second += 1) {
      const maxWaitUs = second === 61 ? 7_000_000 : 0;
      const pools = users.map(user => pool({ user, maxWaitUs }));
      history.add('one', snapshot({ takenAtMs: second * 1000, pools }), []);
    }
    const points = history.series('one', { database: 'shop', user: 'user 3' });
    assert.ok(points.length <= 121 / 9 + 2, String(points.length));
    assert.equal(Math.max(...points.map(({ maxWaitUs }) => maxWaitUs)), 7_000_000);
    assert.equal(points.at(-1)?.atMs, 119_000);
  });
});

describe('pools: sparkline', () => {
  it('goes from nothing to the highest value', () => {
    assert.equal(sparkline([0, 1, 4, 8, null, 0]), '▁▂▅█ ▁');
    assert.equal(sparkline([0, 0]), '');
    assert.equal(sparkline([0, 1, 1_000_000]), '▁▂█', 'what is not nothing is seen');
  });

  it('has a gap where nothing is known', () => {
    const minute = { clientsWaiting: 0, serversActive: 1, maxWaitUs: 0 };
    const minutes = [
      { ...minute, minute: 5 },
      { ...minute, minute: 8, serversActive: 2 },
    ];
    assert.deepEqual(
      byMinute(minutes, ({ serversActive }) => serversActive),
      [1, null, null, 2],
    );
    assert.deepEqual(
      byMinute([], () => 1),
      [],
    );
  });
});
