import assert from 'node:assert/strict';
import { treeChanges } from '../../../src/editor/treeChanges';
import { judgeInstance } from '../../../src/pools/health';
import { PoolHistory } from '../../../src/pools/history';
import type { ConsoleSnapshot, PooledConnection } from '../../../src/pools/model';
import { instanceOfNode, nodeTarget, wantedOf } from '../../../src/pools/nodeIds';
import { poolsTree } from '../../../src/pools/poolsTree';
import type { InstanceView } from '../../../src/pools/shownInstance';
import { decodeConnections, decodeDatabases, decodePools, decodeTotals } from '../../../src/pools/decodeRows';
import type { TreeNode } from '../../../src/treeNode';
import { config, connection, database, good, instance, judgeContext, pool, snapshot } from './snapshots';

function tree(instances: readonly InstanceView[], history = new PoolHistory()): readonly TreeNode[] {
  return poolsTree(instances, history, 'en');
}

function all(nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes.flatMap(node => [node, ...all(typeof node.children === 'string' ? [] : (node.children ?? []))]);
}

function find(nodes: readonly TreeNode[], id: string): TreeNode {
  return all(nodes).find(node => node.id === id) ?? assert.fail(`no node ${id}`);
}

function childrenOf(node: TreeNode): readonly TreeNode[] {
  return typeof node.children === 'string' || node.children === null ? assert.fail(node.id) : node.children;
}

const clientsId = 'pool:production:shop:app:clients';

function withClients(clients: readonly PooledConnection[], more: Partial<InstanceView> = {}): InstanceView {
  return instance({ expanded: new Map([[clientsId, { state: 'good', value: clients }]]), ...more });
}

describe('pools: the tree', () => {
  it('worst first: an instance that is down, one whose clients wait, the healthy ones by name', () => {
    const waiting = good(snapshot({ pools: [pool({ clientsWaiting: 14, serversActive: 2, maxWaitUs: 3_100_000 })] }));
    const nodes = tree([
      instance({ name: 'b' }),
      instance({ name: 'a' }),
      instance({ name: 'busy', state: waiting }),
      instance({ name: 'down', state: { kind: 'failed', sentence: 'The password is wrong.', lastGoodAtMs: null } }),
    ]);
    assert.deepEqual(
      nodes.map(({ label }) => label),
      ['down', 'busy', 'a', 'b'],
    );
    assert.equal(nodes[0]?.description, 'The password is wrong.');
    const busy = find(nodes, 'pool:busy:shop:app');
    assert.equal(
      busy.description.replaceAll(/\s/g, ' '),
      '14 wait · 3.10 s · 2/2 · transaction · pool full: 2 of 2 servers are taken by clients',
    );
    assert.deepEqual(busy.icon, { name: 'warning', color: 'warning' });
    assert.equal(find(nodes, 'pool:a:shop:app').description, '0 wait · 0/2 · transaction');
  });

  it('labels when there are any, with what is wrong below them', () => {
    const nodes = tree([instance({ name: 'x', label: 'production / primary' }), instance({ name: 'lonely' })]);
    assert.deepEqual(nodes.map(({ id }) => id).toSorted(), ['instance:lonely', 'label:production / primary']);
  });

  it('the same figures make the same tree, whatever the time', () => {
    const make = (ageMs: number): readonly TreeNode[] => tree([instance({ state: good(snapshot(), { ageMs }) })]);
    assert.deepEqual(treeChanges(make(0), make(4900)), []);
    assert.deepEqual(treeChanges(make(20_000), make(24_000)), []);
    assert.deepEqual(treeChanges(make(20_000), make(25_000)), ['instance:production']);
  });

  it('one pool that changes is one event', () => {
    const make = (clientsWaiting: number): readonly TreeNode[] =>
      tree([
        instance({ state: good(snapshot({ pools: [pool({ clientsActive: clientsWaiting }), pool({ user: 'z' })] })) }),
      ]);
    assert.deepEqual(treeChanges(make(1), make(2)), ['pool:production:shop:app']);
  });

  it('a history that goes on unchanged changes nothing within a minute', () => {
    const history = new PoolHistory();
    const look = (takenAtMs: number): readonly TreeNode[] => {
      const taken = snapshot({ takenAtMs, pools: [pool({ serversActive: 1 })] });
      history.add('production', taken, []);
      return tree([instance({ state: good(taken) })], history);
    };
    const first = look(60_000);
    assert.match(find(first, 'pool:production:shop:app').tooltip, /█ {2}servers taken, at most 1/);
    assert.deepEqual(treeChanges(first, look(62_000)), []);
  });

  it('after a KILL there is no pool: its database stands there, with what ends it', () => {
    const taken = snapshot({ pools: [], databases: [database({ name: 'a:b', paused: true })] });
    const judgement = judgeInstance(taken, judgeContext({ pausedByKill: new Set(['a:b']) }));
    const node = find(tree([instance({ state: good(taken, { judgement }) })]), 'instance:production:stopped:a%3Ab');
    assert.match(node.description, /^paused by KILL: only RESUME "a:b"/);
    assert.match(node.menu ?? '', /^database .*resumable/);
    assert.deepEqual(nodeTarget(node.id), {
      kind: 'database',
      instance: 'production',
      database: 'a:b',
      part: 'stopped',
    });
  });

  it('clients: the longest wait first, in pages, filtered by user, application, state and address', () => {
    const clients = Array.from({ length: 450 }, (_, n) =>
      connection({ id: n + 1, pointer: `0x${n}`, port: n, application: n === 7 ? 'Reports' : 'web', waitUs: n }),
    )
      .with(300, connection({ id: 301, state: 'waiting', waitUs: 5_000_000 }))
      .with(301, connection({ id: 302, link: '0xa', waitUs: 9_000_000 }));
    const rows = childrenOf(find(tree([withClients(clients)]), clientsId));
    assert.equal(rows.length, 201);
    assert.equal(rows[0]?.id, `${clientsId}:301`);
    assert.equal(rows[0]?.description.replaceAll(/\s/g, ' '), 'waits 5.00 s');
    assert.equal(rows[1]?.id, `${clientsId}:302`);
    assert.equal(rows.at(-1)?.label, 'Show 200 more of 450');
    assert.equal(rows.at(-1)?.click, 'planpool.pools.showMore');
    const third = childrenOf(find(tree([withClients(clients, { page: new Map([[clientsId, 3]]) })]), clientsId));
    assert.equal(third.length, 450);
    const found = (filter: string): number =>
      childrenOf(find(tree([withClients(clients, { filter })]), clientsId)).filter(({ id }) => /:\d+$/.test(id)).length;
    assert.equal(found('reports app'), 1);
    assert.equal(found('WAITING'), 1);
    assert.equal(found('127.0.0.1:449'), 1);
    assert.equal(found('10.0.0.9'), 0);
    assert.equal(found('nobody'), 0);
  });

  it('a row has all its columns when it is opened; its own time does not make it another one', () => {
    const row = (waitUs: number): PooledConnection =>
      connection({ id: 7, state: 'waiting', waitUs, shown: { type: 'C', wait_us: waitUs, brand_new: 'x' } });
    const id = `${clientsId}:7`;
    const view = withClients([row(5)]);
    const opened = withClients([row(5)], {
      expanded: new Map([...view.expanded, [id, { state: 'good', value: [] }]]),
    });
    assert.equal(find(tree([view]), id).children, 'onExpand');
    assert.deepEqual(
      childrenOf(find(tree([opened]), id)).map(({ label, description }) => `${label}=${description}`),
      ['type=C', 'wait_us=5', 'brand_new=x'],
    );
    const long = (waitUs: number): readonly TreeNode[] => tree([withClients([row(waitUs)])]);
    assert.deepEqual(treeChanges(long(20_100_000), long(20_300_000)), []);
  });

  it('says what a client does, and never that one without a measured wait waits shortly', () => {
    const said = (fields: Partial<PooledConnection>): string =>
      find(tree([withClients([connection({ id: 1, ...fields })])]), `${clientsId}:1`).description;
    assert.equal(said({ state: 'waiting' }), 'waits, for an unknown time');
    assert.equal(said({ link: '0xa' }), 'holds a server, no query');
    assert.equal(said({}), 'idle');
    assert.match(said({ link: '0xa', waitUs: 2_000_000 }), /^query for 2\.00\ss$/);
  });

  it('config: what differs from the default first', () => {
    const mode = { key: 'unix_socket_mode', value: '511', defaultValue: '0777', changeable: false };
    const settings = new Map([
      ...config({ zebra: 'changed', apple: 'default', bear: 'default', ape: '' }),
      [mode.key, mode] as const,
    ]);
    const state = good(snapshot({ config: settings }));
    const id = 'instance:production:config';
    const node = find(tree([instance({ state, expanded: new Map([[id, { state: 'notAsked' }]]) })]), id);
    assert.deepEqual(
      childrenOf(node).map(({ label, description }) => `${label}: ${description}`),
      [
        'ape: (empty) · default default',
        'zebra: changed · default default',
        'apple: default',
        'bear: default',
        'unix_socket_mode: 511',
      ],
    );
    assert.equal(node.description, '2 not at the default');
  });

  it('hostile names stay text, on one line, and every id is said of one node and can be read again', () => {
    const hostile = ['a:b', 'a', 'b:c', '%3A', '$(bug)\u202e\n<script>', '"; KILL', '', 'x'.repeat(500)];
    const pools = hostile.flatMap(one => hostile.map(user => pool({ database: one, user })));
    const taken = snapshot({ pools, databases: hostile.map(name => database({ name, disabled: true })) });
    const parts = ['databases', 'stats', 'lists', 'config'].map(part => `instance:a%3Ab:${part}`);
    const expanded = new Map(parts.map(id => [id, { state: 'notAsked' as const }]));
    const nodes = all(tree([instance({ name: 'a:b', state: good(taken), expanded })]));
    assert.equal(new Set(nodes.map(({ id }) => id)).size, nodes.length);
    for (const { label, description } of nodes) {
      assert.doesNotMatch(label + description, /[\p{Cc}\u202e]/u);
    }
    const targets = nodes.map(({ id }) => nodeTarget(id)).filter(target => target?.kind === 'pool');
    assert.deepEqual(
      targets.map(({ database: name, user }) => [name, user]).toSorted(),
      pools.map(({ database: name, user }) => [name, user]).toSorted(),
    );
    assert.ok(nodes.every(({ id }) => instanceOfNode(id) === 'a:b'));
    assert.deepEqual(wantedOf(['pool:a%3Ab:x:y:clients', 'pool:other:x:y:servers'], 'a:b'), {
      clients: true,
      servers: false,
    });
  });
});

describe('pools: the budget of a look', () => {
  const columns = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`column_${n}`, n]));
  const names = Array.from({ length: 500 }, (_, n) => `database-${n}`);
  const poolRows = names.map((name, n) => ({
    ...columns,
    ...{ database: name, user: 'app', cl_active: 10, cl_waiting: n % 10 === 0 ? 3 : 0, sv_active: 20, sv_idle: 0 },
    ...{ sv_used: 0, sv_tested: 0, sv_login: 0, maxwait: n % 10, maxwait_us: n, pool_mode: 'transaction' },
  }));
  const databaseRows = names.map(name => ({
    ...columns,
    name,
    host: '::1',
    port: 5432,
    database: name,
    pool_size: 20,
  }));
  const statRows = names.map(name => ({ ...columns, database: name, total_xact_count: '12345678901' }));
  const clientRows = Array.from({ length: 5000 }, (_, n) => ({
    ...columns,
    ...{ type: 'C', user: 'app', database: `database-${n % 500}`, state: 'active', addr: '10.0.0.7', port: n },
    ...{ wait: 0, wait_us: n % 3, ptr: `0x${n}`, link: n % 2 ? `0xf${n}` : '', application_name: 'web', id: n },
  }));

  it('500 pools and 5,000 clients are decoded, judged and shown (the time is printed)', () => {
    const history = new PoolHistory();
    const id = 'pool:production:database-0:app:clients';
    const poll = (): readonly TreeNode[] => {
      const taken: ConsoleSnapshot = snapshot({
        pools: decodePools(poolRows),
        databases: decodeDatabases(databaseRows),
        totals: decodeTotals(statRows),
      });
      const clients = decodeConnections(clientRows, 'client');
      const judgement = judgeInstance(taken, judgeContext({ clients }));
      history.add('production', taken, []);
      const expanded = new Map([[id, { state: 'good' as const, value: clients }]]);
      return tree([instance({ state: good(taken, { judgement }), expanded })], history);
    };
    const before = poll();
    for (let n = 0; n < 10; n += 1) {
      poll();
    }
    const start = process.cpuUsage();
    const rounds = 10;
    for (let n = 0; n < rounds; n += 1) {
      poll();
    }
    const { user, system } = process.cpuUsage(start);
    console.log(`      ${((user + system) / 1000 / rounds).toFixed(1)} ms of CPU for each look`);
    assert.deepEqual(treeChanges(before, poll()), []);
    assert.equal(childrenOf(find(before, 'instance:production')).length, 504);
  });
});
