import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explainPrefix, typedAnalyze } from '../../../src/explain/options';

const pg15 = 150018;
const pg18 = 180004;

describe('explain: options', () => {
  it('are always in parentheses and end with FORMAT JSON', () => {
    assert.equal(explainPrefix(false, false, [], pg18), 'EXPLAIN (VERBOSE, SETTINGS, FORMAT JSON) ');
    assert.equal(explainPrefix(true, false, [], pg18), 'EXPLAIN (VERBOSE, SETTINGS, BUFFERS, ANALYZE, FORMAT JSON) ');
  });

  it('ask for a generic plan only where the server knows the option', () => {
    assert.equal(explainPrefix(false, true, [], pg15), 'EXPLAIN (VERBOSE, SETTINGS, FORMAT JSON) ');
    assert.equal(explainPrefix(false, true, [], pg18), 'EXPLAIN (VERBOSE, SETTINGS, GENERIC_PLAN, FORMAT JSON) ');
  });

  it('that were typed win, except FORMAT and ANALYZE', () => {
    const typed = [
      { name: 'VERBOSE', value: 'off' },
      { name: 'FORMAT', value: 'text' },
      { name: 'ANALYZE', value: 'off' },
      { name: 'WAL', value: null },
    ];
    assert.equal(
      explainPrefix(true, false, typed, pg18),
      'EXPLAIN (VERBOSE off, SETTINGS, BUFFERS, WAL, ANALYZE, FORMAT JSON) ',
    );
  });

  it('never let a typed option end the list: only what pg_hint_plan reads past is in the prefix', () => {
    const option = fc.record({ name: fc.string(), value: fc.option(fc.string()) });
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.array(option), (analyze, generic, typed) => {
        assert.match(explainPrefix(analyze, generic, typed, pg18), /^EXPLAIN \([A-Za-z0-9_ ,]*FORMAT JSON\) $/);
        assert.equal(/\bANALYZE\b/.test(explainPrefix(analyze, generic, typed, pg18)), analyze);
      }),
    );
  });

  it('say whether ANALYZE was typed; the last mention counts', () => {
    assert.equal(typedAnalyze([]), undefined);
    assert.equal(typedAnalyze([{ name: 'ANALYZE', value: null }]), true);
    assert.equal(typedAnalyze([{ name: 'ANALYSE', value: null }]), true);
    assert.equal(
      typedAnalyze([
        { name: 'ANALYZE', value: null },
        { name: 'ANALYZE', value: 'off' },
      ]),
      false,
    );
  });
});
