import assert from 'node:assert/strict';
import fc from 'fast-check';
import { treeChanges } from '../../../src/editor/treeChanges';
import { TreeSnapshots } from '../../../src/editor/treeSnapshots';
import { treeNode, type TreeNode } from '../../../src/treeNode';

const leaf = (id: string, fields: Partial<TreeNode> = {}): TreeNode => treeNode({ id, label: id, ...fields });
const parent = (id: string, ...children: readonly TreeNode[]): TreeNode => leaf(id, { children });

describe('editor: tree changes', () => {
  const before = [parent('now', parent('leader', leaf('worker')), leaf('other')), leaf('settings')];

  it('are none between equal snapshots', () => {
    assert.deepEqual(treeChanges(before, structuredClone(before)), []);
  });

  it('are the node whose own look changed, in every part of it', () => {
    const looks: Partial<TreeNode>[] = [
      { label: 'x' },
      { description: 'x' },
      { tooltip: 'x' },
      { icon: { name: 'x', color: null } },
      { menu: 'x' },
      { click: 'planpool.showLog' },
      { children: [leaf('child')] },
      { children: 'onExpand' },
    ];
    for (const look of looks) {
      const after = [parent('now', parent('leader', leaf('worker', look)), leaf('other')), leaf('settings')];
      assert.deepEqual(treeChanges(before, after), ['worker'], JSON.stringify(look));
      assert.deepEqual(treeChanges(after, before), ['worker'], JSON.stringify(look));
    }
    const icon = { name: 'x', color: 'error' } as const;
    assert.deepEqual(treeChanges([leaf('a', { icon })], [leaf('a', { icon: { ...icon, color: 'good' } })]), ['a']);
  });

  it('are the parent when a child comes, goes or moves', () => {
    const change = (...children: readonly TreeNode[]) =>
      treeChanges(before, [parent('now', ...children), leaf('settings')]);
    const leader = parent('leader', leaf('worker'));
    assert.deepEqual(change(leader), ['now']);
    assert.deepEqual(change(leaf('other'), leader), ['now']);
    assert.deepEqual(change(leader, leaf('other'), leaf('new')), ['now']);
    assert.deepEqual(change(leader, leaf('another')), ['now']);
    assert.deepEqual(change(parent('leader', leaf('worker'), leaf('worker 2')), leaf('other')), ['leader']);
  });

  it('are both parents when a node goes from one to the other', () => {
    const one = [parent('a', leaf('x'), leaf('y')), parent('b', leaf('z'))];
    const other = [parent('a', leaf('y')), parent('b', leaf('x'), leaf('z'))];
    assert.deepEqual(treeChanges(one, other), ['a', 'b']);
  });

  it('are everything when a root comes, goes or moves', () => {
    const [now, settings] = before;
    assert.ok(now && settings);
    for (const after of [[now], [settings, now], [now, settings, leaf('new')], []]) {
      assert.equal(treeChanges(before, after), 'everything');
    }
  });

  it('are the node whose children are asked for on demand from now on, or no longer', () => {
    const asked = [leaf('a', { children: 'onExpand' })];
    const there = [parent('a', leaf('x'))];
    assert.deepEqual(treeChanges(asked, there), ['a']);
    assert.deepEqual(treeChanges(there, asked), ['a']);
    assert.deepEqual(treeChanges(asked, structuredClone(asked)), []);
  });

  it('are no matter of how a node was shown first', () => {
    assert.deepEqual(treeChanges([parent('a', leaf('x'))], [{ ...parent('a', leaf('x')), expanded: true }]), []);
  });

  it('are the parent alone when more than thirty nodes below it changed', () => {
    const many = (count: number, changed: number) =>
      parent('a', ...Array.from({ length: count }, (_, i) => leaf(`${i}`, { label: i < changed ? 'new' : 'old' })));
    assert.equal(treeChanges([many(40, 0)], [many(40, 30)]).length, 30);
    assert.deepEqual(treeChanges([many(40, 0)], [many(40, 31)]), ['a']);
    const deep = (changed: number) => [
      leaf('root', { children: [many(40, changed), leaf('b')] }),
      leaf('other', { label: `${changed}` }),
    ];
    assert.deepEqual(treeChanges(deep(0), deep(31)), ['a', 'other']);
    const pairs = (changed: number) =>
      leaf('root', {
        children: Array.from({ length: 16 }, (_, i) =>
          parent(`${i}`, ...['x', 'y'].map(x => leaf(`${i}${x}`, { label: i < changed ? 'new' : 'old' }))),
        ),
      });
    assert.equal(treeChanges([pairs(0)], [pairs(15)]).length, 30);
    assert.deepEqual(treeChanges([pairs(0)], [pairs(16)]), ['root']);
    assert.equal(treeChanges([many(40, 0)].flatMap(children), [many(40, 31)].flatMap(children)), 'everything');
  });

  it('lead a view from any snapshot to any other, and touch nothing twice', () => {
    fc.assert(
      fc.property(forest, forest, (one, other) => {
        const view = viewOf(one);
        const changes = treeChanges(one, other);
        if (changes === 'everything') {
          assert.notDeepEqual(
            one.map(({ id }) => id),
            other.map(({ id }) => id),
          );
          return;
        }
        assert.equal(new Set(changes).size, changes.length);
        for (const id of changes) {
          const below = [...idsBelow(find(other, id))];
          assert.ok(!changes.some(change => below.includes(change)), `${id} is above another change`);
        }
        fetchAnew(view, changes, other);
        assert.deepEqual(view, viewOf(other));
      }),
      { numRuns: 2000 },
    );
  });
});

function children(node: TreeNode): readonly TreeNode[] {
  return typeof node.children === 'string' ? [] : (node.children ?? []);
}

/** What a view holds: the look of each node, without what it shows only the first time. */
interface Shown {
  id: string;
  look: string;
  children: Shown[] | 'onExpand';
}

function viewOf(nodes: readonly TreeNode[]): Shown[] {
  return nodes.map(node => ({
    id: node.id,
    look: node.label,
    children: node.children === 'onExpand' ? 'onExpand' : viewOf(children(node)),
  }));
}

function fetchAnew(view: Shown[], changes: readonly string[], roots: readonly TreeNode[]): void {
  for (const shown of view) {
    const fresh = changes.includes(shown.id) ? viewOf([find(roots, shown.id)]) : [];
    Object.assign(shown, fresh[0]);
    if (fresh.length === 0 && shown.children !== 'onExpand') {
      fetchAnew(shown.children, changes, roots);
    }
  }
}

function find(nodes: readonly TreeNode[], id: string): TreeNode {
  const all = (among: readonly TreeNode[]): readonly TreeNode[] =>
    among.flatMap(node => [node, ...all(children(node))]);
  const found = all(nodes).find(node => node.id === id);
  assert.ok(found, `${id} is in no snapshot`);
  return found;
}

function* idsBelow(node: TreeNode): Generator<string> {
  for (const child of children(node)) {
    yield child.id;
    yield* idsBelow(child);
  }
}

/** Three roots and what may hang below them: mostly alike, so that most changes are small ones. */
const forest: fc.Arbitrary<readonly TreeNode[]> = fc
  .array(fc.constantFrom('same', 'same', 'same', 'same', 'look', 'gone', 'onExpand'), { minLength: 12, maxLength: 12 })
  .map(fates => {
    const places = ['a', 'b', 'c'].flatMap(root => [root, `${root}1`, `${root}2`, `${root}21`]);
    const fate = new Map(places.map((place, index) => [place, fates[index]]));
    const grow = (id: string, ...below: readonly TreeNode[][]): TreeNode[] => {
      const own = fate.get(id);
      const label = own === 'look' ? `${id} looks otherwise` : id;
      return own === 'gone' ? [] : [leaf(id, { label, children: own === 'onExpand' ? own : below.flat() })];
    };
    return ['a', 'b', 'c'].flatMap(root => grow(root, grow(`${root}1`), grow(`${root}2`, grow(`${root}21`))));
  });

describe('editor: tree snapshots', () => {
  let fired: (string[] | undefined)[];
  let opened: string[];
  let tree: TreeSnapshots;
  const statements = (children: TreeNode['children'], label = 'Statements'): TreeNode =>
    leaf('statements', { label, children });
  const immediates = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

  const create = (patienceMs: number): void => {
    fired = [];
    opened = [];
    tree = new TreeSnapshots({
      onExpand: id => opened.push(id),
      onChange: ids => fired.push(ids),
      patienceMs,
    });
  };

  beforeEach(() => create(60_000));
  afterEach(() => tree.dispose());

  it('give the children, the parents and the nodes of the last one', () => {
    tree.update([parent('a', leaf('x')), leaf('b')]);
    assert.deepEqual(tree.childrenOf(undefined), ['a', 'b']);
    assert.deepEqual(tree.childrenOf('a'), ['x']);
    assert.deepEqual(tree.childrenOf('b'), []);
    assert.deepEqual([tree.parentOf('x'), tree.parentOf('a')], ['a', undefined]);
    assert.equal(tree.node('x')?.label, 'x');
    tree.update([parent('b', leaf('x'))]);
    assert.equal(tree.parentOf('x'), 'b');
    assert.equal(tree.node('a'), undefined);
    assert.deepEqual(tree.childrenOf('a'), []);
    tree.update([leaf('x')]);
    assert.equal(tree.parentOf('x'), undefined);
  });

  it('tell what changed, once, and nothing when nothing did', () => {
    const snapshot = (label: string) => [parent('a', leaf('x', { label }))];
    tree.update(snapshot('one'));
    tree.update(snapshot('one'));
    tree.update(snapshot('two'));
    assert.deepEqual(fired, [undefined, ['x']]);
  });

  it('let the view wait for children that are asked for when they are wanted', async () => {
    tree.update([statements('onExpand')]);
    assert.deepEqual(opened, []);
    const waiting = tree.childrenOf('statements');
    assert.deepEqual(opened, ['statements']);
    tree.update([statements('onExpand')]);
    tree.update([statements([leaf('s1'), leaf('s2')], '2 statements')]);
    assert.deepEqual(await waiting, ['s1', 's2']);
    assert.deepEqual(fired, [undefined], 'the view has its answer before it is told to ask again');
    await immediates();
    assert.deepEqual(fired, [undefined, ['statements']]);
    assert.deepEqual(tree.childrenOf('statements'), ['s1', 's2']);
  });

  it('answer at once when the answer is there at once', async () => {
    tree = new TreeSnapshots({
      onExpand: () => tree.update([statements([leaf('s1')])]),
      onChange: () => undefined,
      patienceMs: 60_000,
    });
    tree.update([statements('onExpand')]);
    assert.deepEqual(await tree.childrenOf('statements'), ['s1']);
  });

  it('never let the view wait while it is told to fetch anew what it waits for', async () => {
    const snapshot = (group: string, label: string) => [
      leaf(group, { label: group, children: [statements('onExpand', label)] }),
    ];
    tree.update(snapshot('a', 'one'));
    const first = tree.childrenOf('statements');
    tree.update(snapshot('a', 'two'));
    assert.deepEqual(await first, []);
    const second = tree.childrenOf('statements');
    tree.update([leaf('a', { label: 'a', description: 'x', children: [statements('onExpand', 'two')] })]);
    assert.deepEqual(await second, []);
    const third = tree.childrenOf('statements');
    tree.update(snapshot('b', 'two'));
    assert.deepEqual(await third, []);
    const fourth = tree.childrenOf('statements');
    tree.update([]);
    assert.deepEqual(await fourth, []);
    assert.deepEqual(
      opened,
      Array.from({ length: 4 }, () => 'statements'),
    );
  });

  it('go on waiting while something else changes', async () => {
    tree.update([statements('onExpand'), leaf('b')]);
    const waiting = tree.childrenOf('statements');
    tree.update([statements('onExpand'), leaf('b', { label: 'other' })]);
    assert.deepEqual(fired, [undefined, ['b']]);
    tree.update([statements([leaf('s1')]), leaf('b', { label: 'other' })]);
    assert.deepEqual(await waiting, ['s1']);
  });

  it('have one view waiting for a node: an earlier question gets none', async () => {
    tree.update([statements('onExpand')]);
    const first = tree.childrenOf('statements');
    const second = tree.childrenOf('statements');
    assert.deepEqual(await first, []);
    tree.update([statements([leaf('s1')])]);
    assert.deepEqual(await second, ['s1']);
  });

  it('have no children where none came in time, and ask again when they are wanted again', async () => {
    create(5);
    tree.update([statements('onExpand')]);
    assert.deepEqual(await tree.childrenOf('statements'), []);
    const again = tree.childrenOf('statements');
    tree.update([statements([leaf('late')])]);
    assert.deepEqual(await again, ['late']);
    assert.deepEqual(opened, ['statements', 'statements']);
  });

  it('disposed, leave nobody waiting', async () => {
    tree.update([statements('onExpand')]);
    const waiting = tree.childrenOf('statements');
    tree.dispose();
    assert.deepEqual(await waiting, []);
  });
});
