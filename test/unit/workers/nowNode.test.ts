import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TreeNode } from '../../../src/treeNode';
import type { Activity, Backend } from '../../../src/workers/activity';
import { nowNode } from '../../../src/workers/nowNode';
import { activityOf, backend, childrenOf, hidden, worker } from './backends';

function outline(node: TreeNode): unknown[] {
  return childrenOf(node).map(child => [child.label, ...outline(child)]);
}

function describeAll(backends: readonly Backend[], filter = ''): string[] {
  const all = (node: TreeNode): TreeNode[] => [node, ...childrenOf(node).flatMap(all)];
  return all(nowNode(activityOf(...backends), filter, 'en')).map(
    ({ label, description }) => `${label} | ${description}`,
  );
}

const sql = { kind: 'text', text: 'SELECT *\n  FROM orders', cutShort: false } as const;

describe('workers: the node Now', () => {
  it('puts workers below their leader, the longest first, and what is idle nowhere', () => {
    const activity = activityOf(
      worker(13, 10),
      backend({ pid: 5, queryMs: 50 }),
      backend({ pid: 10, queryMs: 1000 }),
      worker(12, 10),
      backend({ pid: 20, queryMs: 9000 }),
      worker(21, 20),
      backend({ pid: 30, state: 'idle' }),
      backend({ pid: 31, state: 'idle in transaction', queryMs: 99_000, stateMs: 60 }),
      backend({ pid: 32, backendType: 'walsender', kind: 'other' }),
      backend({ pid: 33, backendType: 'checkpointer', kind: 'other', state: null, database: null, user: null }),
      worker(41, 40),
    );
    assert.deepEqual(outline(nowNode(activity, '', 'en')), [
      ['20 shop', ['21 worker']],
      ['10 shop', ['12 worker'], ['13 worker']],
      ['Other sessions', ['41 shop'], ['31 shop'], ['5 shop']],
    ]);
  });

  it('says first what is wrong', () => {
    assert.deepEqual(
      describeAll([
        backend({
          pid: 10,
          queryMs: 31_000,
          usual: { asked: 3.6, launched: 2.2 },
          query: sql,
          application: 'psql',
          waitEventType: 'IPC',
          waitEvent: 'ExecuteGather',
        }),
        worker(11, 10, { waitEventType: 'IO', waitEvent: 'DataFileRead' }),
        backend({
          pid: 20,
          queryMs: 4200,
          blockedBy: [31, 30, 0],
          own: true,
          waitEventType: 'Lock',
          waitEvent: 'relation',
          query: sql,
        }),
        backend({
          pid: 30,
          queryMs: null,
          state: 'idle in transaction',
          stateMs: 125_000,
          application: 'report',
          query: sql,
        }),
        backend({
          pid: 31,
          queryMs: 100,
          blockedBy: [30],
          waitEventType: 'Lock',
          waitEvent: 'advisory',
          query: { kind: 'none' },
        }),
      ]),
      [
        'Now | 0 of 8 parallel workers · 1 of 16 worker processes',
        '10 shop | 31 s · usually asks for 4 workers and gets 2, has 1 · leader waits for rows from workers · 1 worker · SELECT * FROM orders · app · psql',
        '11 worker | reads a data file',
        'Other sessions | 3',
        '30 shop | 2 min 5 s · blocks 2 sessions · idle in transaction · SELECT * FROM orders · app · report',
        '20 shop | 4.20 s · blocked by 30 (report, idle in transaction for 2 min 5 s) and 2 more · waits for a lock on a table or index · of this window · SELECT * FROM orders · app',
        '31 shop | 100 ms · blocks 1 session · blocked by 30 (report, idle in transaction for 2 min 5 s) · waits for an advisory lock · app',
      ].map(line => line.replace(/(\d) (s|ms|min)\b/g, '$1\u00a0$2')),
    );
  });

  it('shows who has no workers although its statement usually asks for some, but not once it has ended', () => {
    const node = nowNode(activityOf(backend({ usual: { asked: 1.5, launched: 0.2 } })), '', 'en');
    assert.deepEqual(outline(node), [['100 shop']]);
    const [leader] = childrenOf(node);
    assert.match(leader?.description ?? '', / · usually asks for 2 workers and gets 0, has 0 · /);
    assert.deepEqual(leader?.icon, { name: 'warning', color: 'warning' });
    assert.equal(leader?.children, null);
    for (const fields of [
      { usual: { asked: 0.4, launched: 0 } },
      { usual: { asked: 2, launched: 0 }, state: 'idle in transaction' },
    ]) {
      assert.deepEqual(outline(nowNode(activityOf(backend(fields)), '', 'en')), [['Other sessions', ['100 shop']]]);
    }
  });

  it('warns of missing workers only where that is known', () => {
    const usual = { asked: 4, launched: 3.6 };
    const leaderOf = (slots: Partial<Activity['slots']>, workers: readonly Backend[]): TreeNode | undefined => {
      const activity = activityOf(backend({ pid: 10, usual }), ...workers);
      return childrenOf(nowNode({ ...activity, slots: { ...activity.slots, ...slots } }, '', 'en'))[0];
    };
    const two = [worker(11, 10), worker(12, 10)];
    for (const full of [{ parallelUsed: 8 }, { backgroundUsed: 16 }, { parallelMax: 0 }]) {
      const starved = leaderOf(full, two);
      assert.match(
        starved?.description ?? '',
        / · usually asks for 4 workers, has 2: no slot is free · .* · 2 workers · /,
      );
      assert.deepEqual(starved?.icon, { name: 'warning', color: 'warning' });
    }
    const calm = leaderOf({}, two);
    assert.match(calm?.description ?? '', / · 2 workers now; a run asks for 4 in all · /);
    assert.doesNotMatch(calm?.description ?? '', /usually/);
    assert.deepEqual(calm?.icon, { name: 'server-process', color: null });
    assert.match(leaderOf({}, [])?.description ?? '', / · no workers now; a run asks for 4 in all · /);
    const whole = leaderOf({ parallelUsed: 8 }, [...two, worker(13, 10), worker(14, 10)]);
    assert.match(whole?.description ?? '', / · 4 workers · /);
    assert.deepEqual(whole?.icon, { name: 'server-process', color: null });
  });

  it('counts a leader and its workers as one session that is blocked', () => {
    const waits = { blockedBy: [30], waitEventType: 'Lock', waitEvent: 'relation' };
    const lines = describeAll([
      backend({ pid: 10, ...waits }),
      worker(11, 10, waits),
      backend({ pid: 30, state: 'idle' }),
    ]);
    assert.ok(
      lines.some(line => /^30 .*blocks 1 session /.test(line)),
      lines.join('\n'),
    );
  });

  it('finds a leader by its worker, and needs every word', () => {
    const backends = [
      backend({ pid: 10, application: 'Nightly', query: sql }),
      worker(11, 10, { waitEventType: 'IO', waitEvent: 'DataFileRead' }),
      backend({ pid: 20, user: 'other' }),
    ];
    const found = (filter: string): unknown[] => outline(nowNode(activityOf(...backends), filter, 'en'));
    const leader = [['10 shop', ['11 worker']]];
    for (const filter of ['11', ' NIGHTLY  orders', 'data file', 'worker']) {
      assert.deepEqual(found(filter), leader, filter);
    }
    assert.deepEqual(found('nightly other'), [['No session matches the filter.']]);
    assert.deepEqual(found('OTHER'), [['Other sessions', ['20 shop']]]);
    assert.deepEqual(outline(nowNode(activityOf(), '', 'en')), [['No session runs a query.']]);
  });

  it('gathers hidden sessions below the GRANT that helps, and names those in the way', () => {
    const activity = {
      ...activityOf(hidden(7), hidden(6), hidden(5, { database: null }), backend({ blockedBy: [6] })),
      user: 'my-app',
    };
    assert.deepEqual(outline(nowNode(activity, '', 'en')), [
      ['Other sessions', ['100 shop']],
      ['2 sessions are hidden', ['6 shop'], ['7 shop']],
    ]);
    const groups = childrenOf(nowNode(activity, '', 'en'));
    assert.equal(groups.find(({ id }) => id === 'hidden')?.description, 'GRANT pg_monitor TO "my-app";');
    const lines = describeAll([hidden(6), backend({ blockedBy: [6] })]);
    assert.ok(lines.includes('1 session is hidden | GRANT pg_monitor TO app;'), lines.join('\n'));
    assert.ok(lines.includes('6 shop | blocks 1 session · hidden · app'), lines.join('\n'));
    assert.ok(
      lines.some(line => line.includes('blocked by 6 (app, hidden)')),
      lines.join('\n'),
    );
  });

  it('offers what can be done', () => {
    const menuOf = (one: Backend): string | null => {
      const first = (node: TreeNode): TreeNode => {
        const [child] = childrenOf(node);
        return child ? first(child) : node;
      };
      return first(nowNode(activityOf(one), '', 'en')).menu;
    };
    assert.equal(menuOf(backend()), 'session cancellable terminable copyable explainable');
    assert.equal(menuOf(backend({ state: 'idle in transaction' })), 'session terminable copyable explainable');
    assert.equal(menuOf(backend({ query: { ...sql, cutShort: true } })), 'session cancellable terminable copyable');
    assert.equal(
      menuOf(backend({ kind: 'other', backendType: 'autovacuum worker' })),
      'session cancellable terminable copyable',
    );
    assert.equal(menuOf(hidden(1)), 'session');
  });

  it('has every id once and shows everybody who runs something, whatever the server says', () => {
    const pid = fc.integer({ min: 1, max: 12 });
    const text = fc.constantFrom('<script>', '$(x)', '\u202e', 'a\nb', '', '`', '[a](command:b)');
    const any = fc.record({
      pid,
      leaderPid: fc.option(pid),
      kind: fc.constantFrom(
        'client' as const,
        'parallelWorker' as const,
        'backgroundWorker' as const,
        'other' as const,
      ),
      database: fc.option(text),
      user: fc.option(text),
      application: fc.option(text),
      state: fc.option(fc.constantFrom('active', 'idle', 'idle in transaction', 'starting')),
      waitEventType: fc.option(text),
      waitEvent: fc.option(text),
      queryMs: fc.option(fc.double({ min: 0, noNaN: true })),
      stateMs: fc.option(fc.double({ min: 0, max: 1e15, noNaN: true })),
      blockedBy: fc.array(fc.integer({ min: 0, max: 13 })),
      usual: fc.option(
        fc.record({
          asked: fc.double({ min: 0, max: 1024, noNaN: true }),
          launched: fc.double({ min: 0, max: 1024, noNaN: true }),
        }),
      ),
    });
    fc.assert(
      fc.property(fc.uniqueArray(any, { selector: one => one.pid }), fieldsList => {
        const backends = fieldsList.map(fields => backend({ ...fields, blockedBy: [...new Set(fields.blockedBy)] }));
        const ids: string[] = [];
        const visit = (node: TreeNode): void => {
          ids.push(node.id);
          childrenOf(node).forEach(visit);
        };
        visit(nowNode(activityOf(...backends), '', 'en'));
        assert.equal(new Set(ids).size, ids.length);
        for (const one of backends) {
          const shown = ids.some(id => id.startsWith(`backend:${String(one.pid)}:`));
          assert.ok(shown || one.state === null || one.state === 'idle', JSON.stringify(one));
        }
      }),
    );
  });
});
