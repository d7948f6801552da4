import assert from 'node:assert/strict';
import { statementsNode, textOfStatementsNode } from '../../../src/workers/statementsNode';
import { childrenOf } from './backends';
import { statementsOf } from './statements';

describe('workers: statements node', () => {
  it('keeps what it had while it is asked again and when that failed', () => {
    const value = statementsOf();
    const good = statementsNode({ state: 'good', value }, 'en');
    assert.deepEqual(statementsNode({ state: 'loading', before: value }, 'en'), good);
    const failed = statementsNode({ state: 'failed', sentence: 'Nothing answers.', before: value }, 'en');
    const [why, ...rows] = childrenOf(failed);
    assert.equal(why?.label, 'Nothing answers.');
    assert.equal(why.click, 'planpool.workers.refresh');
    assert.deepEqual(rows, childrenOf(good));
  });

  it('says why it failed when nothing was known before', () => {
    const node = statementsNode({ state: 'failed', sentence: 'Nothing answers.', before: null }, 'en');
    assert.deepEqual(
      childrenOf(node).map(({ id }) => id),
      ['statements:failed'],
    );
    assert.equal(statementsNode({ state: 'loading', before: null }, 'en').children, 'onExpand');
  });

  it('offers advice to copy, and below it what undoes that', () => {
    const advice = { sentence: 'It is off.', sql: 'ALTER SYSTEM SET a = on;', undo: 'ALTER SYSTEM RESET a;' };
    const facts = { ...statementsOf(), advice: [advice, { sentence: 'So it is.', sql: null, undo: null }] };
    const [first, second] = childrenOf(statementsNode({ state: 'good', value: facts }, 'en'));
    assert.equal(first?.label, advice.sentence);
    assert.equal(textOfStatementsNode(facts, first.id), advice.sql);
    const [undo] = childrenOf(first);
    assert.equal(undo?.label, advice.undo);
    assert.equal(textOfStatementsNode(facts, undo.id), advice.undo);
    assert.equal(second?.click, null);
    assert.deepEqual(childrenOf(second), []);
    assert.equal(textOfStatementsNode(facts, 'statements'), null);
  });

  it('offers its statements to be explained where their text is known', () => {
    const menu = (text: string | null) =>
      childrenOf(statementsNode({ state: 'good', value: statementsOf({ text }) }, 'en')).at(-1)?.menu;
    assert.equal(menu('SELECT $1'), 'statement copyable explainable');
    assert.equal(menu(null), 'statement');
  });
});
