import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConsoleSnapshot, DatabaseTotals } from '../../../src/pools/model';
import { ratesBetween } from '../../../src/pools/rates';
import { pgBouncerVersion } from '../../../src/pools/version';

const totals = (fields: Partial<DatabaseTotals> = {}): DatabaseTotals => ({
  database: 'app',
  transactions: 0,
  queries: 0,
  receivedBytes: 0,
  sentBytes: 0,
  transactionUs: 0,
  queryUs: 0,
  waitUs: 0,
  serverAssignments: null,
  shown: {},
  ...fields,
});

const snapshot = (takenAtMs: number, all: readonly DatabaseTotals[], connectionId = 1): ConsoleSnapshot => ({
  version: pgBouncerVersion('1.24.1/bouncer'),
  connectionId,
  takenAtMs,
  pools: [],
  databases: [],
  totals: all,
  lists: new Map(),
  state: null,
  config: new Map(),
  configTakenAtMs: 0,
});

const counters = [
  ...(['transactions', 'queries', 'receivedBytes', 'sentBytes'] as const),
  ...(['transactionUs', 'queryUs', 'waitUs', 'serverAssignments'] as const),
];

describe('pools: rates', () => {
  const before = totals({ transactions: 10, queries: 20, receivedBytes: 100, sentBytes: 1000, serverAssignments: 5 });
  const gained = { transactions: 14, queries: 30, receivedBytes: 300, sentBytes: 5000, serverAssignments: 7 };
  const times = { transactionUs: 8000, queryUs: 5000, waitUs: 600 };

  it('are differences by time, and means of what ended in between', () => {
    const rates = ratesBetween(snapshot(1000, [before]), snapshot(3000, [totals({ ...gained, ...times })]));
    assert.deepEqual(rates, [
      {
        database: 'app',
        transactionsPerSecond: 2,
        queriesPerSecond: 5,
        receivedBytesPerSecond: 100,
        sentBytesPerSecond: 2000,
        transactionUs: 2000,
        queryUs: 500,
        waitUs: 300,
      },
    ]);
  });

  it('wait is by transaction where assignments are not counted', () => {
    const [old, now] = [before, { ...gained, ...times }].map(one => totals({ ...one, serverAssignments: null }));
    assert.ok(old && now);
    assert.equal(ratesBetween(snapshot(0, [old]), snapshot(1000, [now]))[0]?.waitUs, 150);
  });

  it('nothing happened: rates of 0, means not known', () => {
    const [rates] = ratesBetween(snapshot(0, [before]), snapshot(1000, [before]));
    assert.deepEqual(
      [rates?.queriesPerSecond, rates?.transactionUs, rates?.queryUs, rates?.waitUs],
      [0, null, null, null],
    );
  });

  for (const counter of counters) {
    it(`${counter} has fallen: left out`, () => {
      const full = totals({ ...gained, ...times });
      const fallen = { ...full, [counter]: (full[counter] ?? 0) - 1 };
      assert.deepEqual(ratesBetween(snapshot(0, [full]), snapshot(1000, [fallen])), []);
    });
  }

  it('a database that is new, or gone, or was there before under another connection, or in no time: left out', () => {
    const other = totals({ database: 'other' });
    assert.deepEqual(ratesBetween(snapshot(0, [before]), snapshot(1000, [other])), []);
    assert.deepEqual(ratesBetween(snapshot(0, [before]), snapshot(1000, [before], 2)), []);
    assert.deepEqual(ratesBetween(snapshot(1000, [before]), snapshot(1000, [before])), []);
    assert.deepEqual(ratesBetween(snapshot(1000, [before]), snapshot(900, [before])), []);
  });

  it('are never negative and always finite', () => {
    const any = fc.record({
      transactions: fc.nat(),
      queries: fc.nat(),
      receivedBytes: fc.nat(),
      sentBytes: fc.nat(),
      transactionUs: fc.nat(),
      queryUs: fc.nat(),
      waitUs: fc.nat(),
      serverAssignments: fc.option(fc.nat()),
    });
    fc.assert(
      fc.property(any, any, fc.integer(), (first, second, ms) => {
        for (const rates of ratesBetween(snapshot(0, [totals(first)]), snapshot(ms, [totals(second)]))) {
          const { database, ...figures } = rates;
          assert.equal(database, 'app');
          assert.ok(
            Object.values(figures).every(figure => figure === null || (figure >= 0 && Number.isFinite(figure))),
          );
        }
      }),
    );
  });
});
