import assert from 'node:assert/strict';
import { explainQuestion } from '../../../src/workers/explainQuestion';
import { nodeStatement } from '../../../src/workers/nodeStatement';
import { activityOf, backend } from './backends';
import { statementsOf } from './statements';

const text = 'SELECT evil()';

describe('workers: what is asked before the statement of somebody else is explained', () => {
  it('is nothing for one’s own', () => {
    assert.equal(explainQuestion({ text, user: 'app' }, 'app'), null);
  });

  it('names whose it is and whose rights its functions would get', () => {
    const question = explainQuestion({ text, user: 'mallory' }, 'postgres');
    assert.match(question?.sentence ?? '', /\bmallory\b/);
    assert.match(question?.detail ?? '', /functions .* with the rights of your role postgres/);
    assert.ok(question?.detail.endsWith(text));
  });

  it('is asked, too, where it is not known whose it is or who we are', () => {
    assert.match(explainQuestion({ text, user: null }, 'app')?.sentence ?? '', /a role that is gone/);
    assert.ok(explainQuestion({ text, user: 'app' }, null));
    assert.ok(explainQuestion({ text, user: null }, null));
    // PostgreSQL takes names as they are.
    assert.ok(explainQuestion({ text, user: 'App' }, 'app'));
  });

  it('shows only the beginning of a statement that would fill the screen', () => {
    const tall = 'SELECT 1;\n'.repeat(590);
    const detail = explainQuestion({ text: tall, user: 'mallory' }, 'app')?.detail ?? '';
    assert.ok(detail.split('\n').length < 20);
    assert.ok(detail.endsWith('…'));
  });
});

describe('workers: the statement of a node', () => {
  const activity = {
    ...activityOf(
      backend({ pid: 1, user: 'mallory' }),
      backend({ pid: 2, database: 'other', query: { kind: 'text', text: 'SELECT', cutShort: true } }),
      backend({ pid: 3, query: { kind: 'hidden' } }),
    ),
    database: 'shop',
  };
  const idOf = (pid: number): string => `backend:${pid}:${backend().startedAt}`;

  it('is what a session runs, with whose it is and where', () => {
    assert.deepEqual(nodeStatement(activity, null, idOf(1)), {
      text: 'SELECT 1',
      cutShort: false,
      normalized: false,
      database: 'shop',
      inCurrentDatabase: true,
      user: 'mallory',
    });
    const { cutShort, inCurrentDatabase } = nodeStatement(activity, null, idOf(2))!;
    assert.deepEqual([cutShort, inCurrentDatabase], [true, false]);
    assert.equal(nodeStatement(activity, null, idOf(3))?.text, null);
  });

  it('takes the database’s name from the server, which a pooler may call otherwise', () => {
    const behindPooler = { ...activity, database: 'shop_copy' };
    assert.equal(nodeStatement(behindPooler, null, idOf(1))?.inCurrentDatabase, false);
  });

  it('is the normalised one of a row of Statements', () => {
    assert.deepEqual(nodeStatement(activity, statementsOf({ user: 'mallory' }), 'statement:1'), {
      text: 'SELECT $1',
      cutShort: false,
      normalized: true,
      database: 'shop',
      inCurrentDatabase: true,
      user: 'mallory',
    });
  });

  it('is none for other nodes', () => {
    for (const node of ['now', 'statement:2', undefined, 7]) {
      assert.equal(nodeStatement(activity, statementsOf(), node), null);
    }
    assert.equal(nodeStatement(null, null, idOf(1)), null);
  });
});
