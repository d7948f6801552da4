import assert from 'node:assert/strict';
import type { PlanNode } from '../../../src/plan/model';
import { indentPx } from '../../../webview/plan/layout';
import { sortProperties, valueText } from '../../../webview/plan/values';
import { estimateError, objectInTree, processesSentence, rowLabel } from '../../../webview/plan/words';
import { visibleLines, visibleText } from '../../../webview/kit/visibleText';
import { planRows } from '../../../webview/plan/rows';
import { nodeFigures } from '../../../webview/plan/detailFigures';
import { planOf } from './plans';

describe('webview: words', () => {
  const plan = planOf(
    {
      name: 'Gather',
      region: 0,
      workersPlanned: 2,
      workersLaunched: 1,
      totalCost: 1,
      actual: { startupMs: 0, totalMs: 90, rows: 60, loops: 1 },
      planRows: 2,
      children: [
        {
          name: 'Parallel Seq Scan',
          object: 'public.orders o',
          region: 0,
          planRows: 40,
          actual: { startupMs: 0, totalMs: 60, rows: 30, loops: 2 },
        },
      ],
    },
    [{ processes: 2, workersLaunched: 1 }],
  );
  const labels = planRows(plan).map(row => rowLabel(row, 'ms', 'en'));

  it('says in a row’s accessible name what the row shows', () => {
    assert.equal(
      labels[1],
      'Parallel Seq Scan public.orders o, parallel, 2 processes, time 60.0\u00a0ms, 60 rows, 40\u00a0each planned',
    );
  });

  it('says that fewer workers ran than were planned, and that an estimate was off', () => {
    assert.equal(
      labels[0],
      'Gather, parallel, 2 processes, time 90.0\u00a0ms, 60 rows, 2 planned, 30 times more rows than planned, ' +
        'workers 2 planned · 1 launched, fewer than planned',
    );
  });

  it('stresses estimates that are off by ten times or more, either way', () => {
    assert.deepEqual(
      [1, 1.04, 2, 1 / 3, 9.9, 10, 1 / 12].map(ratio => estimateError(ratio, 'en')?.text),
      ['', '', '↑2×', '↓3×', '↑9.9×', '↑10×', '↓12×'],
    );
    assert.deepEqual(
      [9.9, 10, 1 / 12].map(ratio => estimateError(ratio, 'en')?.isFarOff),
      [false, true, true],
    );
  });

  it('says from what a figure was derived', () => {
    const figures = nodeFigures(plan, plan.nodes[1]!, 'en');
    assert.deepEqual(figures[0], {
      label: 'Total time',
      value: '60.0\u00a0ms',
      property: null,
      derivation: '60.0\u00a0ms × 2 loops ÷ 2 processes',
    });
    assert.equal(figures.find(({ label }) => label === 'Loops')?.derivation, null);
  });

  it('divides the time of one loop too, where several processes share it', () => {
    const node = { ...plan.nodes[1]!, actual: { startupMs: 0, totalMs: 60, rows: 30, loops: 1 } };
    const [time, , perLoop] = nodeFigures(plan, node, 'en');
    assert.equal(time?.derivation, '60.0\u00a0ms × 1 loop ÷ 2 processes');
    assert.deepEqual([time.value, perLoop?.value], ['30.0\u00a0ms', '60.0\u00a0ms']);
  });

  it('names for each figure of the server the property it shows, once', () => {
    const shown = (node: PlanNode): readonly (string | null)[] =>
      nodeFigures(plan, node, 'en').flatMap(({ property }) => property ?? []);
    const measured = ['Actual Total Time', 'Actual Rows', 'Actual Startup Time', 'Actual Loops', 'Plan Rows'];
    assert.deepEqual(shown(plan.nodes[1]!), measured);
    assert.deepEqual(shown(plan.nodes[0]!), [...measured, 'Total Cost', 'Workers Planned', 'Workers Launched']);
    const never = { startupMs: 0, totalMs: 0, rows: 0, loops: 0 };
    assert.deepEqual(shown({ ...plan.nodes[1]!, actual: never }), ['Actual Loops', 'Plan Rows']);
  });

  it('says who the processes are, as far as the plan tells', () => {
    const sentence = (count: number, workers: number | null, measured = true): string =>
      processesSentence({ index: 0, processes: count, workers, measured, depth: 0, isGather: true });
    assert.equal(sentence(3, 2), '3 processes: 2 workers and the leader');
    assert.equal(sentence(2, 2), '2 processes: 2 workers without the leader');
    assert.equal(sentence(2, 1), '2 processes: 1 worker and the leader');
    assert.equal(sentence(1, 0), '1 process: the leader, without a worker');
    assert.equal(sentence(3, 2, false), '3 processes planned: 2 workers and the leader');
    assert.equal(sentence(2, 4), '2 processes');
    assert.equal(sentence(3, null), '3 processes');
  });

  it('shows values of every kind as text', () => {
    assert.equal(valueText('a\r\nb'), 'a\nb');
    assert.equal(valueText(['a', 'b']), 'a, b');
    assert.equal(valueText({ a: [1] }), '{\n  "a": [\n    1\n  ]\n}');
    assert.deepEqual(
      [valueText(null), valueText(0.5), valueText(undefined), valueText([])],
      ['null', '0.5', '', 'none'],
    );
  });

  it('keeps every property, those that are 0 or false by name', () => {
    assert.deepEqual(sortProperties(Object.entries({ a: 1, b: 0, c: false, d: null, e: '' })), {
      telling: [
        ['a', 1],
        ['d', null],
        ['e', ''],
      ],
      zero: ['b'],
      no: ['c'],
    });
  });

  it('takes an object apart into its members', () => {
    const planning = { 'Shared Hit Blocks': 3, 'Shared Read Blocks': 0, deeper: { a: 1 } };
    assert.deepEqual(sortProperties([['Planning', planning]]), {
      telling: [
        ['Planning: Shared Hit Blocks', 3],
        ['Planning: deeper', { a: 1 }],
      ],
      zero: ['Planning: Shared Read Blocks'],
      no: [],
    });
  });

  it('leaves out public in the tree, and no other schema', () => {
    assert.deepEqual(
      ['public.orders o', 'orders_pkey on public.orders', 'sales.orders', 'x.public.y'].map(objectInTree),
      ['orders o', 'orders_pkey on orders', 'sales.orders', 'x.public.y'],
    );
  });

  it('writes out characters that act on the text around them', () => {
    assert.equal(visibleText('a\u202eb\u0000c\nd\u2066\ufeff'), 'a⟨U+202E⟩b⟨U+0000⟩c⟨U+000A⟩d⟨U+2066⟩⟨U+FEFF⟩');
    assert.equal(visibleText('\ud800'), '⟨U+D800⟩');
    assert.equal(visibleLines('a\tb\r\nc\u202e'), 'a\tb\nc⟨U+202E⟩');
  });

  it('leaves letters of every script and emoji alone', () => {
    for (const text of ['Größe', '注文', 'طلبات', 'می\u200cخواهم', '👩\u200d💻', '$(icon) <b>"\'']) {
      assert.equal(visibleText(text), text);
    }
  });

  it('stops indenting at some depth', () => {
    assert.deepEqual([indentPx(0), indentPx(1), indentPx(500)], [0, 14, indentPx(10_000)]);
  });
});
