import assert from 'node:assert/strict';
import type { SettingsFacts } from '../../../src/guc/settingsFacts';
import { recommendedSet } from '../../../src/workers/recommendedSet';
import type { Section } from '../../../src/workers/section';
import { factsOf } from '../guc/factsOf';

const eight = { cores: 8, memoryBytes: null };
const good: Section<SettingsFacts> = { state: 'good', value: factsOf() };

function namesOf(own: Readonly<Record<string, unknown>>): readonly string[] {
  const set = recommendedSet(good, eight, own);
  assert.ok(set.ok);
  return Object.keys(set.sets);
}

describe('workers: the recommended values as an override set', () => {
  it('stand beside the user’s own sets', () => {
    const mine = { work_mem: '1GB' };
    const set = recommendedSet(good, eight, { mine });
    assert.ok(set.ok);
    assert.equal(set.name, 'Recommended for 8 cores');
    assert.deepEqual(set.sets, {
      mine,
      'Recommended for 8 cores': {
        max_parallel_workers_per_gather: '4',
        max_parallel_maintenance_workers: '4',
        maintenance_work_mem: '160MB',
      },
    });
  });

  it('replace no other set of that name, and are not there twice', () => {
    const set = recommendedSet(good, eight, {});
    assert.ok(set.ok);
    assert.deepEqual(namesOf(set.sets), ['Recommended for 8 cores']);
    assert.deepEqual(namesOf({ 'Recommended for 8 cores': {} }), [
      'Recommended for 8 cores',
      'Recommended for 8 cores (2)',
    ]);
  });

  it('are none where nothing differs that a session can set, and that is said', () => {
    const settings = {
      max_parallel_workers_per_gather: { setting: '4' },
      max_parallel_maintenance_workers: { setting: '4' },
      maintenance_work_mem: { setting: '163840' },
    };
    const set = recommendedSet({ state: 'good', value: factsOf({ settings }) }, eight, {});
    assert.match(set.ok ? '' : set.sentence, /nothing to try/);
  });

  it('say why the settings are not known', () => {
    const set = recommendedSet({ state: 'failed', sentence: 'Nothing answers.', before: null }, eight, {});
    assert.match(set.ok ? '' : set.sentence, /not known\. Nothing answers\.$/);
    assert.ok(recommendedSet({ state: 'failed', sentence: 'Nothing answers.', before: factsOf() }, eight, {}).ok);
  });
});
