import assert from 'node:assert/strict';
import type { ServerSize, SettingsFacts } from '../../../src/guc/settingsFacts';
import type { TreeNode } from '../../../src/treeNode';
import type { Section } from '../../../src/workers/section';
import { settingsNode, textOfNode } from '../../../src/workers/settingsNode';
import { factsOf } from '../guc/factsOf';

const unknown: ServerSize = { cores: null, memoryBytes: null };
const four: ServerSize = { cores: 4, memoryBytes: null };
const role = { name: 'we"ird', quoted: '"we""ird"' };
const facts = factsOf({
  scoped: [{ name: 'max_parallel_workers_per_gather', value: '0', scope: { kind: 'role', role } }],
  tables: [
    { kind: 'TABLE', table: 'public.a', workers: 0, sizeBytes: 8192 },
    { kind: 'TABLE', table: 'public.b', workers: 0, sizeBytes: 0 },
  ],
});
const good: Section<SettingsFacts> = { state: 'good', value: facts };

function childrenOf(node: TreeNode): readonly TreeNode[] {
  return Array.isArray(node.children) ? (node.children as readonly TreeNode[]) : [];
}

function all(node: TreeNode): readonly TreeNode[] {
  return [node, ...childrenOf(node).flatMap(all)];
}

function find(node: TreeNode, id: string): TreeNode {
  const found = all(node).find(one => one.id === id);
  assert.ok(found, `no node ${id}`);
  return found;
}

describe('workers: settings node', () => {
  it('is asked for when it is opened, and keeps what it had while it is asked again', () => {
    assert.equal(settingsNode({ state: 'notAsked' }, unknown, 'en').children, 'onExpand');
    assert.equal(settingsNode({ state: 'loading', before: null }, unknown, 'en').children, 'onExpand');
    assert.deepEqual(settingsNode({ state: 'loading', before: facts }, four, 'en'), settingsNode(good, four, 'en'));
  });

  it('says why it failed, offers to try again, and keeps what it had', () => {
    const sentence = 'The server is gone.';
    const [failure, ...rest] = childrenOf(settingsNode({ state: 'failed', sentence, before: null }, unknown, 'en'));
    assert.equal(failure?.label, sentence);
    assert.equal(failure.click, 'planpool.workers.refresh');
    assert.deepEqual(rest, []);

    const failed: Section<SettingsFacts> = { state: 'failed', sentence, before: facts };
    const [again, ...before] = childrenOf(settingsNode(failed, four, 'en'));
    assert.deepEqual(again, failure);
    assert.deepEqual(before, childrenOf(settingsNode(good, four, 'en')));
    assert.equal(textOfNode(failed, four, 'undo:tablesOff:0'), 'ALTER TABLE public.a SET (parallel_workers = 0);');
  });

  it('has no id twice, and the same ids every time', () => {
    for (const size of [unknown, four]) {
      const ids = (locale: string): readonly string[] => all(settingsNode(good, size, locale)).map(({ id }) => id);
      assert.equal(new Set(ids('en')).size, ids('en').length);
      assert.deepEqual(ids('de'), ids('en'));
    }
  });

  it('asks for the size of the machine until it is told', () => {
    assert.equal(find(settingsNode(good, unknown, 'en'), 'serverSize').click, 'planpool.workers.tellServerSize');
    const node = find(settingsNode(good, four, 'en'), 'recommended');
    assert.equal(node.label, 'Recommended for 4 cores');
    assert.equal(node.description, '2 changes');
    assert.equal(childrenOf(node)[0]?.click, 'planpool.workers.tryRecommended');
  });

  it('has for each remedy the statement and its undo, and a click on either copies just that', () => {
    const node = settingsNode(good, four, 'en');
    const offers = all(node).filter(({ click }) => click === 'planpool.workers.copyStatement');
    assert.ok(offers.length >= 8);
    for (const { id, label, menu } of offers) {
      assert.equal(textOfNode(good, four, id), label);
      assert.equal(menu, 'copyable');
    }
    assert.equal(textOfNode(good, four, 'remedy:tablesOff:1'), 'ALTER TABLE public.b RESET (parallel_workers);');
    assert.equal(textOfNode(good, four, 'undo:tablesOff:0'), 'ALTER TABLE public.a SET (parallel_workers = 0);');
  });

  it('offers nothing for other nodes, for anything that is not one, and once it is not known any more', () => {
    for (const id of ['settings', 'recommended', 'remedy:tablesOff:2', 'remedy:', undefined, null, 7, {}]) {
      assert.equal(textOfNode(good, four, id), null);
    }
    assert.equal(textOfNode({ state: 'notAsked' }, four, 'remedy:tablesOff:0'), null);
    assert.equal(textOfNode(good, unknown, 'remedy:recommended:max_parallel_workers'), null);
  });

  it('shows every setting with its value, source and all that sets it', () => {
    const node = settingsNode(good, unknown, 'en');
    const setting = find(node, 'setting:max_parallel_workers_per_gather');
    assert.equal(setting.description, '2 · default');
    assert.match(setting.tooltip, /^0 for role we"ird$/m);
    assert.match(find(node, 'setting:min_parallel_table_scan_size').tooltip, /^Default: 8MB$/m);
    assert.equal(childrenOf(find(node, 'settings:all')).length, facts.settings.size);
  });
});
