import assert from 'node:assert/strict';
import { viewAfterKey } from '../../../webview/plan/keys';
import { keptView, readKept, toKept } from '../../../webview/plan/kept';
import { carriedOver, initialTree, nodeAt, pathOf, visibleNodes, withCollapsed } from '../../../webview/plan/tree';
import type { TreeView } from '../../../webview/plan/tree';
import { planOf } from './plans';

/** 0 ─ 1 ─ (2, 3 ─ 4), 5 ─ 6, 7 */
const plan = planOf({
  name: 'root',
  children: [
    { name: 'a', children: [{ name: 'a1' }, { name: 'a2', children: [{ name: 'a21' }] }] },
    { name: 'b', children: [{ name: 'b1' }] },
    { name: 'c' },
  ],
});
const view = (selected: number, ...collapsed: readonly number[]): TreeView => ({
  selected,
  collapsed: new Set(collapsed),
});

function press(key: string, before: TreeView, page = 3): { selected: number; collapsed: readonly number[] } | null {
  const after = viewAfterKey(key, plan, before, visibleNodes(plan, before.collapsed), page);
  return after && { selected: after.selected, collapsed: [...after.collapsed] };
}

describe('webview: tree', () => {
  it('hides what is below collapsed nodes', () => {
    assert.deepEqual(visibleNodes(plan, new Set()), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(visibleNodes(plan, new Set([1, 3])), [0, 1, 5, 6, 7]);
    assert.deepEqual(visibleNodes(plan, new Set([0])), [0]);
  });

  it('moves a selection up that would be hidden', () => {
    assert.equal(withCollapsed(plan, view(4), 1, true).selected, 1);
    assert.equal(withCollapsed(plan, view(5), 1, true).selected, 5);
  });

  it('does not collapse a leaf', () => {
    const before = view(7);
    assert.equal(withCollapsed(plan, before, 7, true), before);
  });

  it('finds nodes by position and back', () => {
    assert.deepEqual(pathOf(plan, 4), [0, 0, 1, 0]);
    for (const { id } of plan.nodes) {
      assert.equal(nodeAt(plan, pathOf(plan, id)), id);
    }
    assert.equal(nodeAt(plan, [0, 9]), null);
  });

  it('carries the view over to a run whose tree is alike', () => {
    const again = planOf({ ...structuredClone({ name: 'root' }), children: [...aliases()] });
    const before = view(4, 5);
    assert.equal(carriedOver(plan, again, before), before);
  });

  it('carries only the selection over to another tree, and only to the same step', () => {
    const other = planOf({ name: 'root', children: [{ name: 'a' }, { name: 'x' }] });
    assert.deepEqual(carriedOver(plan, other, view(1, 5)), { selected: 1, collapsed: new Set() });
    assert.deepEqual(carriedOver(plan, other, view(5)), initialTree);
    assert.deepEqual(carriedOver(plan, other, view(4)), initialTree);
  });
});

function aliases(): NonNullable<Parameters<typeof planOf>[0]['children']> {
  return [
    { name: 'a', children: [{ name: 'a1' }, { name: 'a2', children: [{ name: 'a21' }] }] },
    { name: 'b', children: [{ name: 'b1' }] },
    { name: 'c' },
  ];
}

describe('webview: keys', () => {
  const cases: readonly [
    what: string,
    key: string,
    before: TreeView,
    selected: number,
    collapsed: readonly number[],
  ][] = [
    ['down', 'ArrowDown', view(0), 1, []],
    ['down over what is collapsed', 'ArrowDown', view(1, 1), 5, [1]],
    ['down at the end stays', 'ArrowDown', view(7), 7, []],
    ['up', 'ArrowUp', view(5, 1), 1, [1]],
    ['up at the top stays', 'ArrowUp', view(0), 0, []],
    ['page down', 'PageDown', view(1), 4, []],
    ['page down at the end', 'PageDown', view(6), 7, []],
    ['page up', 'PageUp', view(2), 0, []],
    ['home', 'Home', view(6), 0, []],
    ['end', 'End', view(0), 7, []],
    ['right opens', 'ArrowRight', view(1, 1), 1, []],
    ['right goes to the first child', 'ArrowRight', view(1), 2, []],
    ['right on a leaf stays', 'ArrowRight', view(7), 7, []],
    ['left closes', 'ArrowLeft', view(1), 1, [1]],
    ['left goes to the parent', 'ArrowLeft', view(2), 1, []],
    ['left on a closed node goes to the parent', 'ArrowLeft', view(1, 1), 0, [1]],
    ['left on the closed root stays', 'ArrowLeft', view(0, 0), 0, [0]],
    ['space closes', ' ', view(1), 1, [1]],
    ['space opens', ' ', view(1, 1), 1, []],
    ['star opens siblings and nothing else', '*', view(7, 1, 3, 5), 7, [3]],
  ];
  for (const [what, key, before, selected, collapsed] of cases) {
    it(what, () => {
      assert.deepEqual(press(key, before), { selected, collapsed: [...collapsed] });
    });
  }

  it('leaves other keys alone', () => {
    assert.equal(press('Tab', view(0)), null);
    assert.equal(press('a', view(0)), null);
  });
});

describe('webview: what is kept', () => {
  it('comes back for the same run', () => {
    const kept = readKept(JSON.parse(JSON.stringify(toKept('run-1', plan, view(4, 5), 120))));
    assert.deepEqual(keptView(kept, 'run-1', plan), { view: view(4, 5), scrollTop: 120 });
  });

  it('keeps the selection for another run', () => {
    const kept = toKept('run-1', plan, view(4, 5), 120);
    assert.deepEqual(keptView(kept, 'run-2', plan), { view: view(4), scrollTop: 0 });
  });

  for (const odd of [undefined, null, 1, 'x', {}, { runId: 'a', selected: [-1], collapsed: [], scrollTop: 0 }]) {
    it(`is nothing when it is ${JSON.stringify(odd)}`, () => {
      assert.deepEqual(keptView(readKept(odd), 'run-1', plan), { view: initialTree, scrollTop: 0 });
    });
  }
});
