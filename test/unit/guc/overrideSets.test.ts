import assert from 'node:assert/strict';
import { catalogueNames, existsIn, findSetting, nearestName } from '../../../src/guc/catalogue';
import { builtInOverrideSets, decodeOverrideSets } from '../../../src/guc/overrideSets';
import { decodeServerSettings } from '../../../src/guc/serverSettings';
import { settingRow } from './servers';

describe('guc: override sets', () => {
  it('has the built-in ones, made of settings of every version', () => {
    assert.deepEqual(
      builtInOverrideSets.map(set => set.name),
      ['Server defaults', 'Serial', 'Eager', 'Eight cores'],
    );
    assert.deepEqual(builtInOverrideSets[0]?.overrides, []);
    for (const { name } of builtInOverrideSets.flatMap(set => set.overrides)) {
      const setting = findSetting(name);
      assert.ok(setting && [13, 14, 15, 16, 17, 18].every(major => existsIn(setting, major)), name);
    }
  });

  it('decodes the user’s own', () => {
    assert.deepEqual(
      decodeOverrideSets({ 'Big memory': { work_mem: '1GB', jit: false, enable_sort: true, geqo_seed: 0.5 } }),
      {
        sets: [
          {
            name: 'Big memory',
            description: 'work_mem = 1GB, jit = off, enable_sort = on, geqo_seed = 0.5',
            overrides: [
              { name: 'work_mem', value: '1GB' },
              { name: 'jit', value: 'off' },
              { name: 'enable_sort', value: 'on' },
              { name: 'geqo_seed', value: '0.5' },
            ],
            builtIn: false,
          },
        ],
        problems: [],
      },
    );
    assert.deepEqual(decodeOverrideSets(undefined), { sets: [], problems: [] });
  });

  it('leaves out whole sets, each with a sentence', () => {
    const { sets, problems } = decodeOverrideSets({
      good: { a: 1, b: 2, c: 3, d: 4, e: 5 },
      ' ': {},
      SERIAL: {},
      Good: {},
      list: ['work_mem'],
      odd: { work_mem: null, WORK_MEM: 1, work_Mem: 2 },
    });
    assert.deepEqual(
      sets.map(set => [set.name, set.description]),
      [['good', 'a = 1, b = 2, c = 3, d = 4, 1 more']],
    );
    assert.deepEqual(problems, [
      'An override set in planpool.overrideSets has no name.',
      'Override set "SERIAL" is left out: another set, built in or your own, has that name.',
      'Override set "Good" is left out: another set, built in or your own, has that name.',
      'Override set "list" must be an object of planner settings and their values.',
      'Override set "odd" is left out: the value of "work_mem" must be text, a number, true or false; work_mem stands in it twice.',
    ]);
    assert.deepEqual(decodeOverrideSets([1]).problems, ['planpool.overrideSets must be an object of override sets.']);
  });
});

describe('guc: catalogue', () => {
  it('has every setting once and none that a run must not change', () => {
    assert.equal(new Set(catalogueNames).size, catalogueNames.length);
    for (const name of ['role', 'session_authorization', 'search_path', 'default_statistics_target']) {
      assert.equal(findSetting(name), undefined);
    }
    for (const name of catalogueNames) {
      const { effect, otherName } = findSetting(name)!;
      assert.match(effect, /^[A-Z].*\.$/);
      assert.ok(otherName === null || findSetting(otherName)?.otherName === name);
    }
  });

  it('finds the name that was meant', () => {
    assert.equal(nearestName('work-mem'), 'work_mem');
    assert.equal(nearestName('max_parallel_worker_per_gather'), 'max_parallel_workers_per_gather');
    assert.equal(nearestName('shared_buffers'), undefined);
    assert.equal(nearestName('x'.repeat(100_000)), undefined);
  });
});

describe('guc: server settings', () => {
  it('decodes rows and leaves out what is not one', () => {
    const row = settingRow({ name: 'jit', vartype: 'bool', extra: 1 });
    const settings = decodeServerSettings([row, { ...row, name: 7 }, { ...row, vartype: 'new' }, null, 'x']);
    assert.deepEqual([...settings.keys()], ['jit']);
    assert.deepEqual(
      decodeServerSettings([settingRow({ name: 'e', vartype: 'enum', enumvals: 'a,b' })]).get('e')?.enumValues,
      ['a', 'b'],
    );
  });
});
