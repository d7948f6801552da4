import assert from 'node:assert/strict';
import { formatBytes, formatCost, formatCount, formatMs } from '../../../src/plan/figures';

/** With the special spaces made visible: `_` for the one before a unit, `'` for the one between thousands. */
const seen = (text: string) => text.replaceAll('\u00a0', '_').replaceAll('\u202f', "'");

describe('plan: figures', () => {
  it('writes times with three digits and a unit', () => {
    const written = [
      0, 0.0004, 0.042, 0.5, 1, 12.345, 99.94, 99.95, 812.4, 999.4, 999.5, 4203, 61_234, 599_499, 750_000,
    ];
    assert.deepEqual(
      written.map(ms => seen(formatMs(ms, 'en'))),
      [
        ...['0_ms', '0_ms', '0.042_ms', '0.500_ms', '1.00_ms', '12.3_ms', '99.9_ms', '100_ms', '812_ms', '999_ms'],
        ...['1.00_s', '4.20_s', '61.2_s', '599_s', '12.5_min'],
      ],
    );
  });

  it('writes counts in full, averages with three digits', () => {
    const written = [0, 7, 1_234_567, 3.33, 66.67, 0.05, 1234.5];
    assert.deepEqual(
      written.map(n => seen(formatCount(n, 'en'))),
      ['0', '7', "1'234'567", '3.33', '66.7', '0.05', "1'235"],
    );
  });

  it('writes costs', () => {
    assert.deepEqual(
      [0, 0.01, 8.29, 99.9, 232.17, 12_345.6].map(n => seen(formatCost(n, 'en'))),
      ['0', '0.01', '8.29', '99.9', '232', "12'346"],
    );
  });

  it('writes sizes in units of 1024', () => {
    assert.deepEqual(
      [0, 1023, 8192, 35_651_584, 1024 ** 5].map(n => seen(formatBytes(n, 'en'))),
      ['0_B', "1'023_B", '8.00_kB', '34.0_MB', "1'024_TB"],
    );
  });

  it('follows the locale, and English when there is no such locale', () => {
    assert.equal(seen(formatMs(1234.5, 'de-DE')), '1,23_s');
    assert.equal(seen(formatCount(1_234_567, 'de-DE')), "1'234'567");
    assert.equal(seen(formatCount(1234, 'es')), "1'234");
    assert.equal(seen(formatMs(4.2, 'en_US.UTF-8')), '4.20_ms');
    assert.equal(seen(formatMs(4.2, '')), '4.20_ms');
  });
});
