import assert from 'node:assert/strict';
import fc from 'fast-check';
import { historySpanMs } from '../../../src/page/poolHistoryPage';
import type { HistoryPoint } from '../../../src/page/poolHistoryPage';
import { charts } from '../../../webview/poolHistory/charts';
import type { Chart, ChartId } from '../../../webview/poolHistory/charts';
import { indexAt, momentAfterKey } from '../../../webview/poolHistory/cursor';
import { minutesOf } from '../../../webview/poolHistory/minutes';
import { areaPath, linePath, stepPath } from '../../../webview/poolHistory/paths';
import type { Spot } from '../../../webview/poolHistory/paths';
import { gapsOf, nearestIndex, timeSpanOf, timeTicks, withAdded } from '../../../webview/poolHistory/points';
import { scaleOf } from '../../../webview/poolHistory/scale';
import { chartSentence, poolText, summary } from '../../../webview/poolHistory/words';

const seconds = 1000;
const minutes = 60 * seconds;

function pointAt(atMs: number, figures: Partial<HistoryPoint> = {}): HistoryPoint {
  return {
    atMs,
    clientsActive: 1,
    clientsWaiting: 0,
    serversActive: 1,
    serversIdle: 0,
    poolSize: 20,
    maxWaitUs: 0,
    transactionsPerSecond: 1,
    queriesPerSecond: 1,
    ...figures,
  };
}

const at = (...times: readonly number[]): readonly HistoryPoint[] => times.map(time => pointAt(time * seconds));

function chartOf(id: ChartId): Chart {
  return charts.find(chart => chart.id === id)!;
}

describe('webview: pool history, time', () => {
  it('adds what is later and drops what is too old', () => {
    const now = withAdded(at(0, 2, 4), at(2, 4, 6));
    assert.deepEqual(
      now.map(({ atMs }) => atMs),
      [0, 2000, 4000, 6000],
    );
    const later = withAdded(now, [pointAt(historySpanMs + 4 * seconds)]);
    assert.deepEqual(
      later.map(({ atMs }) => atMs),
      [4000, 6000, historySpanMs + 4000],
    );
  });

  it('finds the nearest point', () => {
    assert.equal(nearestIndex([], 5), -1);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(10_000), { minLength: 1 }).map(times => times.sort((one, other) => one - other)),
        fc.integer({ min: -100, max: 10_100 }),
        (times, wanted) => {
          const found =
            times[
              nearestIndex(
                times.map(time => pointAt(time)),
                wanted,
              )
            ]!;
          const least = Math.min(...times.map(time => Math.abs(time - wanted)));
          assert.equal(Math.abs(found - wanted), least);
        },
      ),
    );
  });

  for (const [what, times, gaps] of [
    ['in step', [0, 2, 4, 6, 8], []],
    ['late answers', [0, 2, 4, 11, 13, 15], []],
    ['a pause', [0, 2, 4, 64, 66, 68], [[4, 64]]],
    [
      'a pause with a lone point in it',
      [0, 2, 4, 64, 124, 126, 128],
      [
        [4, 64],
        [64, 124],
      ],
    ],
    ['a pause just before the newest', [0, 2, 4, 64], [[4, 64]]],
    ['seldom but in step', [0, 60, 120, 180], []],
    ['from often to seldom', [0, 2, 4, 6, 36, 66, 96, 126], []],
    ['two points', [0, 300], []],
    ['nothing', [], []],
  ] as const) {
    it(`knows gaps: ${what}`, () => {
      assert.deepEqual(
        gapsOf(at(...times)).map(({ fromMs, untilMs }) => [fromMs / seconds, untilMs / seconds]),
        gaps,
      );
    });
  }

  it('shows a span that seldom changes, up to now', () => {
    const spanOf = (heldMs: number): number => {
      const { fromMs, untilMs } = timeSpanOf([pointAt(0), pointAt(heldMs)]);
      assert.equal(untilMs, heldMs);
      return (untilMs - fromMs) / minutes;
    };
    assert.deepEqual(
      [0, 4, 5, 6, 10, 11, 30].map(held => spanOf(held * minutes)),
      [5, 5, 5, 10, 10, 30, 30],
    );
  });

  it('marks full minutes only', () => {
    const ticks = timeTicks({ fromMs: 90 * seconds, untilMs: 390 * seconds });
    assert.deepEqual(
      ticks,
      [2, 3, 4, 5, 6].map(minute => minute * minutes),
    );
    assert.equal(timeTicks({ fromMs: 1, untilMs: 30 * minutes + 1 }).length, 6);
  });
});

describe('webview: pool history, lines', () => {
  const spot = (x: number, y: number | null, afterGap = false): Spot => ({ x, y, afterGap });

  it('breaks where a value is missing and where nothing was taken', () => {
    const spots = [spot(0, 1), spot(1, 2), spot(2, null), spot(3, 4), spot(4, 5), spot(5, 6, true), spot(6, 7)];
    assert.equal(linePath(spots), 'M0 1L1 2M3 4L4 5M5 6L6 7');
    assert.equal(areaPath(spots, 9), 'M0 9L0 1L1 2L1 9ZM3 9L3 4L4 5L4 9ZM5 9L5 6L6 7L6 9Z');
    assert.equal(stepPath(spots), 'M0 1H1V2M3 4H4V5M5 6H6V7');
  });

  it('draws a value that stands alone as a point', () => {
    assert.equal(linePath([spot(0, null), spot(1.26, 2), spot(3, null)]), 'M1.3 2h0');
    assert.equal(linePath([]), '');
  });

  it('scales to round figures with their unit', () => {
    const texts = (id: ChartId, figures: Partial<HistoryPoint>): readonly string[] =>
      scaleOf(chartOf(id), [pointAt(0, figures)], 'en').ticks.map(({ text }) => text.replace(/\s/g, ' '));
    assert.deepEqual(texts('clients', { clientsActive: 0 }), ['0', '2', '4']);
    assert.deepEqual(texts('clients', { clientsWaiting: 4812 }), ['0', '2 000', '4 000', '6 000']);
    assert.deepEqual(texts('servers', { poolSize: 20 }), ['0', '10', '20']);
    assert.deepEqual(texts('wait', { maxWaitUs: 0 }), ['0', '5 ms', '10 ms']);
    assert.deepEqual(texts('wait', { maxWaitUs: 1_400_000 }), ['0', '0.5 s', '1 s', '1.5 s']);
    assert.deepEqual(texts('wait', { maxWaitUs: 300_000_000 }), ['0', '2 min', '4 min', '6 min']);
    const quiet = { transactionsPerSecond: null, queriesPerSecond: 0.2 };
    assert.deepEqual(texts('throughput', quiet), ['0', '0.5', '1']);
  });

  it('has every value within its scale, in few marks', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.constantFrom(...charts), (value, chart) => {
        const point = pointAt(0, { clientsWaiting: Math.round(value), maxWaitUs: value, queriesPerSecond: value });
        const { top, ticks } = scaleOf(chart, [point], 'en');
        assert.ok(chart.series.every(series => (series.value(point) ?? 0) <= top * (1 + 1e-9)));
        assert.ok(ticks.length >= 2 && ticks.length <= 5, `${ticks.length} marks`);
      }),
    );
  });
});

describe('webview: pool history, cursor', () => {
  const points = at(0, 2, 4, 30, 62, 64, 130);

  for (const [key, from, to] of [
    ['ArrowLeft', 4, 2],
    ['ArrowDown', 4, 2],
    ['ArrowLeft', 0, 0],
    ['ArrowRight', 4, 30],
    ['ArrowUp', 4, 30],
    ['ArrowRight', 130, 130],
    ['PageDown', 64, 4],
    ['PageDown', 4, 0],
    ['PageUp', 4, 64],
    ['PageUp', 130, 130],
    ['Home', 64, 0],
  ] as const) {
    it(`goes from ${from} s to ${to} s with ${key}`, () => {
      assert.equal(momentAfterKey(key, points, from * seconds), to * seconds);
    });
  }

  it('goes back to the latest with End and Escape, and starts from it', () => {
    assert.equal(momentAfterKey('End', points, 0), 'latest');
    assert.equal(momentAfterKey('Escape', points, 0), 'latest');
    assert.equal(momentAfterKey('ArrowLeft', points, 'latest'), 64 * seconds);
    assert.equal(momentAfterKey('Tab', points, 0), null);
    assert.equal(momentAfterKey('Home', [], 'latest'), null);
  });

  it('means the oldest point when its own is gone', () => {
    assert.equal(indexAt(points, -5 * seconds), 0);
    assert.equal(indexAt(points, 'latest'), points.length - 1);
  });
});

describe('webview: pool history, words', () => {
  it('has a row for each minute, newest first, also for one without figures', () => {
    const taken = [
      pointAt(0, { serversActive: 3, serversIdle: 9, transactionsPerSecond: 10 }),
      pointAt(2 * seconds, { serversActive: 7, serversIdle: 4, transactionsPerSecond: 20, queriesPerSecond: null }),
      pointAt(2 * minutes, { poolSize: 0, transactionsPerSecond: null }),
    ];
    assert.deepEqual(minutesOf(taken, chartOf('servers').series), [
      { startMs: 2 * minutes, values: [1, 0, null], last: taken[2] },
      { startMs: minutes, values: [null, null, null], last: null },
      { startMs: 0, values: [7, 4, 20], last: taken[1] },
    ]);
    assert.deepEqual(
      minutesOf(taken, chartOf('throughput').series).map(({ values }) => values),
      [
        [null, 1],
        [null, null],
        [15, 1],
      ],
    );
    assert.deepEqual(minutesOf([], chartOf('wait').series), []);
  });

  const quiet = [pointAt(0, { serversActive: 3 }), pointAt(minutes, { serversActive: 18 })];
  const plain = (points: readonly HistoryPoint[]): string =>
    summary(points, 'en').replace(/\d\d?:[\d:]+( [AP]M)?/g, '#');

  it('says that nobody waited', () => {
    assert.equal(
      plain(quiet),
      'From # to # no client was seen waiting; at most 18 of 20 server connections were in use.',
    );
    assert.match(plain(quiet.map(point => ({ ...point, poolSize: 0 }))), /at most 18 server connections/);
  });

  it('says how many waited, and how long', () => {
    const most = pointAt(2000, { clientsWaiting: 14, maxWaitUs: 3_100_000 });
    assert.match(plain([...quiet, most]), /up to 14 clients waited, at #, the longest for 3.10.s; at most/);
    const longest = pointAt(4000, { clientsWaiting: 1, maxWaitUs: 5_000_000 });
    assert.match(plain([most, longest]), /up to 14 clients waited, at #; the longest wait was 5.00.s, at #; at most/);
    assert.match(plain([pointAt(0, { clientsWaiting: 1 })]), /up to 1 client waited, at #; at most/);
    assert.equal(summary([], 'en'), '');
  });

  it('reads out a chart’s figures', () => {
    const point = pointAt(0, { poolSize: 0, queriesPerSecond: null, maxWaitUs: 1_500_000 });
    assert.match(chartSentence(chartOf('servers'), { ...point, poolSize: null }, 'en'), /pool size not known\.$/);
    const sentences = charts.map(chart => chartSentence(chart, point, 'en').replace(/\s/g, ' '));
    assert.deepEqual(sentences, [
      'Clients: active 1, waiting 0.',
      'Server connections: active 1, idle 0, pool size no limit.',
      'Wait for a server connection: longest 1.50 s.',
      'Throughput: transactions 1/s, queries not known.',
    ]);
  });

  it('sets the names of a pool apart, whatever they hold', () => {
    const pool = { id: 'a', instance: 'p', database: 'a\u202eb', user: 'x' };
    assert.equal(poolText(pool, false), '\u2068a⟨U+202E⟩b\u2069 / \u2068x\u2069');
    assert.equal(poolText(pool, true), '\u2068a⟨U+202E⟩b\u2069 / \u2068x\u2069 · \u2068p\u2069');
  });
});
