import assert from 'node:assert/strict';
import type { LayerResult } from '../../../src/pools/healthCheck';
import { healthReport } from '../../../src/pools/healthReport';
import { profileOf } from '../../servers/connectionFixture';

const profile = profileOf({ host: '10.0.0.1', port: 6432 }, { name: 'east', label: 'production' });
const reached: LayerResult = { layer: 'reach', ok: true, ms: 1.5, sentence: 'Something answers there.' };

describe('pools: health report', () => {
  it('says first what is wrong, and every layer in its order', () => {
    const results: readonly LayerResult[] = [
      reached,
      { layer: 'login', ok: false, ms: 20, sentence: 'The password was refused.' },
      { layer: 'pool', ok: null, ms: null, sentence: 'Not without a login.' },
    ];
    const { sentence, report } = healthReport(profile, results, 'en');
    assert.equal(sentence, 'east: The password was refused.');
    assert.deepEqual(
      report
        .split('\n')
        .filter(line => !line.startsWith(' '))
        .map(line => line.replace(/\u00a0/g, ' ')),
      [
        'Health of east (production) at 10.0.0.1:6432',
        'TCP: well (1.50 ms)',
        'Login at the console: wrong (20.0 ms)',
        'A query through the pool: not tried',
      ],
    );
  });

  it('does not call well what was not tried', () => {
    const { sentence } = healthReport(
      profile,
      [reached, { layer: 'postgres', ok: null, ms: null, sentence: 'Not known.' }],
      'en',
    );
    assert.equal(sentence, 'east is well, as far as it was checked: 1 of 2 layers.');
  });
});
