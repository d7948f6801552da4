import assert from 'node:assert/strict';
import { overrideSentence } from '../../../src/guc/reasons';
import { validateOverrides } from '../../../src/guc/validate';
import { settings18 } from './servers';

/** What a set of this one override gets on 18 (or another version): the sentences, or nothing when it is taken. */
function refusals(name: string, value: string, serverVersion = 180_004): string[] {
  const set = { name: 'test', description: '', builtIn: false, overrides: [{ name, value }] };
  const result = validateOverrides(set, settings18, serverVersion);
  return result.ok ? [] : result.reasons.map(overrideSentence);
}

describe('guc: names of overrides', () => {
  const refused: [string, string][] = [
    ['role', 'role cannot be overridden: a run always uses the connection’s own user.'],
    [
      'SESSION_AUTHORIZATION',
      'session_authorization cannot be overridden: a run always uses the connection’s own user.',
    ],
    ['search_path', 'search_path cannot be overridden: the statement would mean other tables.'],
    ['a.b', '"a.b" cannot be overridden: names with a dot belong to extensions, and the server takes them unchecked.'],
    ['statement_timeout', '"statement_timeout" is not a planner setting that a run can override.'],
    ['', '"" is not a planner setting that a run can override.'],
    [
      'enable_seq_scan',
      '"enable_seq_scan" is not a planner setting that a run can override. Perhaps enable_seqscan is meant.',
    ],
    [
      'force_parallel_mode',
      'force_parallel_mode exists up to PostgreSQL 15; this server is 18. Its name here is debug_parallel_query.',
    ],
    ['enable_sort', 'This server has no setting enable_sort.'],
    ['jit', 'jit cannot be overridden for a run: this server lets only a superuser change it.'],
    ['geqo', 'geqo cannot be overridden for a run: it changes only when the server restarts.'],
  ];
  for (const [name, sentence] of refused) {
    it(`refuses ${name || 'an empty name'}`, () => assert.deepEqual(refusals(name, 'on'), [sentence]));
  }

  it('names the version that a setting comes with, and its old name', () => {
    const none = new Map();
    const on = (name: string, serverVersion: number) => {
      const set = { name: 'test', description: '', builtIn: false, overrides: [{ name, value: 'on' }] };
      const result = validateOverrides(set, none, serverVersion);
      return result.ok ? undefined : result.reasons.map(overrideSentence);
    };
    assert.deepEqual(on('debug_parallel_query', 150_018), [
      'debug_parallel_query exists from PostgreSQL 16 on; this server is 15. Its name here is force_parallel_mode.',
    ]);
    assert.deepEqual(on('enable_memoize', 130_023), [
      'enable_memoize exists from PostgreSQL 14 on; this server is 13.',
    ]);
    // A fork may lack what its version should have.
    assert.deepEqual(on('enable_memoize', 140_000), ['This server has no setting enable_memoize.']);
  });

  it('takes names in any case and hands back the server’s spelling', () => {
    const overrides = [{ name: 'Work_Mem', value: '64MB' }];
    const set = { name: 'test', description: '', builtIn: false, overrides };
    assert.deepEqual(validateOverrides(set, settings18, 180_004), {
      ok: true,
      overrides: [{ name: 'work_mem', value: '64MB' }],
    });
  });

  it('gives every reason of a set, not only the first', () => {
    const overrides = [
      { name: 'role', value: 'x' },
      { name: 'work_mem', value: '1' },
      { name: 'enable_seqscan', value: 'off' },
    ];
    const set = { name: 'test', description: '', builtIn: false, overrides };
    const result = validateOverrides(set, settings18, 180_004);
    assert.deepEqual(result.ok ? [] : result.reasons.map(reason => reason.kind), ['refusedName', 'outOfRange']);
  });
});

describe('guc: values of overrides', () => {
  it('says what is allowed', () => {
    assert.deepEqual(refusals('work_mem', '63'), ['work_mem takes 64 kB to 2147483647 kB; "63" is outside.']);
    assert.deepEqual(refusals('work_mem', 'lots'), ['work_mem takes 64 kB to 2147483647 kB, not "lots".']);
    assert.deepEqual(refusals('work_mem', '64mb'), [
      'work_mem takes the units TB, GB, MB, kB or B (upper and lower case matter), not "64mb".',
    ]);
    assert.deepEqual(refusals('effective_cache_size', '0'), [
      'effective_cache_size takes 8 kB to 17179869176 kB; "0" is outside.',
    ]);
    assert.deepEqual(refusals('max_parallel_workers_per_gather', '1025'), [
      'max_parallel_workers_per_gather takes a whole number from 0 to 1024; "1025" is outside.',
    ]);
    assert.deepEqual(refusals('max_parallel_workers_per_gather', '4 kB'), [
      'max_parallel_workers_per_gather takes a number without a unit, not "4 kB".',
    ]);
    assert.deepEqual(refusals('parallel_setup_cost', '-1'), [
      'parallel_setup_cost takes a number from 0 upwards; "-1" is outside.',
    ]);
    assert.deepEqual(refusals('hash_mem_multiplier', 'inf'), [
      'hash_mem_multiplier takes a number from 1 to 1000; "inf" is outside.',
    ]);
    assert.deepEqual(refusals('enable_seqscan', 'maybe'), ['enable_seqscan takes on or off, not "maybe".']);
    assert.deepEqual(refusals('plan_cache_mode', 'off'), [
      'plan_cache_mode takes auto, force_generic_plan or force_custom_plan, not "off".',
    ]);
  });

  it('shows a long value cut and a control character escaped', () => {
    assert.deepEqual(refusals('enable_seqscan', `\0${'x'.repeat(100)}`), [
      `enable_seqscan takes on or off, not "\\u0000${'x'.repeat(59)}…".`,
    ]);
  });

  const taken: [string, readonly string[]][] = [
    ['work_mem', ['64', ' 64', '64MB', '64 MB ', '1.5GB', '0x100', '0200', '1e3', '65536B', '.1GB', '63.5']],
    ['max_parallel_workers_per_gather', ['0', '-0', '1024', '0.5', '1024.4']],
    ['parallel_setup_cost', ['0', '1e300', '0x1p4', '1.79769313486231570e308', '.5']],
    ['enable_seqscan', ['on', 'OFF', 'of', 't', 'fals', 'y', 'no', '1', '0']],
    ['debug_parallel_query', ['regress', 'ON', 'true', '0']],
  ];
  for (const [name, values] of taken) {
    for (const value of values) {
      it(`${name} takes ${JSON.stringify(value)}`, () => assert.deepEqual(refusals(name, value), []));
    }
  }

  const refused: [string, readonly string[]][] = [
    [
      'work_mem',
      ['', ' ', '64 MB x', '64KB', '08', '1e400', 'nan', '-.5', '+.5', '2147483648', '3TB', '64\u00a0MB', '63.4'],
    ],
    ['max_parallel_workers_per_gather', ['-1', '1024.6', '0x', 'inf']],
    ['parallel_setup_cost', ['1e309', '1e-310', 'nan', '-0.1', '']],
    ['enable_seqscan', ['', 'o', 'on ', '2', 'truely']],
    ['debug_parallel_query', ['t', 'ye', '', '2']],
    ['plan_cache_mode', ['on', 'force']],
  ];
  for (const [name, values] of refused) {
    for (const value of values) {
      it(`${name} refuses ${JSON.stringify(value)}`, () => assert.equal(refusals(name, value).length, 1));
    }
  }
});
