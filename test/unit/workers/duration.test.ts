import assert from 'node:assert/strict';
import { formatDuration } from '../../../src/workers/duration';

describe('workers: durations', () => {
  it('show no digit that changes all the time', () => {
    const minute = 60_000;
    const golden: readonly (readonly [ms: number, expected: string])[] = [
      [0, '0 ms'],
      [812, '812 ms'],
      [4200, '4.20 s'],
      [9994, '9.99 s'],
      [9995, '10 s'],
      [31_499, '31 s'],
      [59_500, '1 min'],
      [125_000, '2 min 5 s'],
      [60 * minute - 1, '1 h'],
      [3 * 60 * minute + 12 * minute + 59_000, '3 h 12 min'],
      [24 * 60 * minute + 5 * minute, '1 d'],
      [1500 * 24 * 60 * minute + 60 * minute, '1\u202f500 d 1 h'],
    ];
    assert.deepEqual(
      golden.map(([ms]) => [ms, formatDuration(ms, 'en').replaceAll('\u00a0', ' ')]),
      golden,
    );
  });
});
