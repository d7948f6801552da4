import assert from 'node:assert/strict';
import { roundHalfEven, toBaseUnit, unitNames } from '../../../src/guc/units';
import { parseInteger } from '../../../src/guc/value';

const parsed = (value: string, unit: string | null) => {
  const result = parseInteger(value, unit);
  return result.ok ? result.value : result.fault;
};

describe('guc: numbers and units', () => {
  it('converts to the setting’s own unit and rounds as the server does', () => {
    assert.equal(parsed('1MB', 'kB'), 1024);
    assert.equal(parsed('1MB', '8kB'), 128);
    assert.equal(parsed('1GB', 'MB'), 1024);
    // A fraction is rounded to the next smaller unit first, so this is 30,822 MB and not 31,562,138 kB.
    assert.equal(parsed('30.1GB', 'kB'), 31_561_728);
    assert.equal(parsed('4kB', '8kB'), 0);
    assert.equal(parsed('12kB', '8kB'), 2);
    assert.equal(parsed('1min', 'ms'), 60_000);
    assert.equal(parsed('500us', 'ms'), 0);
    assert.equal(parsed('1500us', 'ms'), 2);
    assert.equal(parsed('90s', 'min'), 2);
    assert.equal(parsed('1.5d', 'h'), 36);
    assert.equal(parsed('0x10', 'kB'), 16);
    assert.equal(parsed('010', 'kB'), 8);
    assert.equal(parsed('010.5', null), 10);
    assert.equal(parsed('99999999999999999999', 'kB'), 'range');
    assert.equal(parsed('1 h', 'kB'), 'unit');
    assert.equal(parsed('1MIN', 'ms'), 'unit');
    assert.equal(parsed('x', 'ms'), 'syntax');
  });

  it('knows the units of each base unit', () => {
    assert.deepEqual(unitNames('8kB'), ['TB', 'GB', 'MB', 'kB', 'B']);
    assert.deepEqual(unitNames('s'), ['d', 'h', 'min', 's', 'ms', 'us']);
    assert.deepEqual(unitNames(null), []);
    assert.equal(toBaseUnit(1, 'kB', null), undefined);
  });

  it('rounds halves to even', () => {
    assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -2.6].map(roundHalfEven), [0, 2, 2, 0, -2, 2, -3]);
  });
});
