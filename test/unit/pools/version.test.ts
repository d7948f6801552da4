import assert from 'node:assert/strict';
import { isAtLeast, pgBouncerVersion } from '../../../src/pools/version';

describe('pools: version', () => {
  const known: readonly (readonly [string, readonly number[], string])[] = [
    ['1.18.0/bouncer', [1, 18, 0], '1.18.0'],
    ['PgBouncer 1.24.1', [1, 24, 1], '1.24.1'],
    ['1.27/bouncer', [1, 27, 0], '1.27'],
    ['1.26.1dev/bouncer', [1, 26, 1], '1.26.1dev'],
    ['odd', [0, 0, 0], 'odd'],
    ['', [0, 0, 0], ''],
  ];
  for (const [text, [major, minor, patch], rest] of known) {
    it(`“${text}”`, () => assert.deepEqual(pgBouncerVersion(text), { major, minor, patch, text: rest }));
  }

  it('1.9 is older than 1.19, and 2.0 newer than both', () => {
    const atLeast = (text: string) => isAtLeast(pgBouncerVersion(text), 1, 19);
    assert.deepEqual(['1.9.0', '1.18.9', '1.19.0', '1.20.0', '2.0.0', 'odd'].map(atLeast), [
      false,
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});
