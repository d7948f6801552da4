import assert from 'node:assert/strict';
import { fromPoolHistoryPage, maxFromPoolHistoryPage, toPoolHistoryPage } from '../../../src/page/poolHistoryPage';
import { isLargerThan } from '../../../src/page/wire';

const pool = { id: 'pool-0', instance: 'primary', database: 'shop', user: 'app' };
const point = {
  atMs: 1,
  clientsActive: 1,
  clientsWaiting: 0,
  serversActive: 1,
  serversIdle: 0,
  poolSize: 20,
  maxWaitUs: 0,
  transactionsPerSecond: null,
  queriesPerSecond: 1.5,
};

describe('page: pool history messages', () => {
  const { choose } = fromPoolHistoryPage.requests;

  it('takes the choice of a pool, which is within the size that the host reads', () => {
    const largest = { poolId: 'x'.repeat(64) };
    assert.deepEqual(choose.sends(largest), largest);
    assert.equal(isLargerThan(largest, maxFromPoolHistoryPage), false);
  });

  for (const [what, payload] of Object.entries({
    'no id': {},
    'an empty id': { poolId: '' },
    'a long id': { poolId: 'x'.repeat(65) },
    'a number': { poolId: 1 },
    'a command beside it': { poolId: 'pool-0', command: 'PAUSE' },
    nothing: null,
  })) {
    it(`refuses to choose by ${what}`, () => {
      assert.throws(() => choose.sends(payload));
    });
  }

  it('takes a state and points, rates that are not known among them', () => {
    const state = { pool, pools: [pool], points: [point] };
    assert.deepEqual(toPoolHistoryPage.events.state(state), state);
    const added = { poolId: 'pool-0', points: [point] };
    assert.deepEqual(toPoolHistoryPage.events.points(added), added);
  });

  for (const [what, odd] of Object.entries({
    'not a number': { atMs: Number.NaN },
    infinite: { queriesPerSecond: Number.POSITIVE_INFINITY },
    text: { clientsWaiting: '1' },
    missing: { maxWaitUs: undefined },
  })) {
    it(`takes no point of which a figure is ${what}`, () => {
      assert.throws(() => toPoolHistoryPage.events.points({ poolId: 'pool-0', points: [{ ...point, ...odd }] }));
    });
  }
});
