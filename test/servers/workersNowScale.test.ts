import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { isActive, type Activity } from '../../src/workers/activity';
import { nowNode } from '../../src/workers/nowNode';
import { superuser } from '../lab/connect';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, profileOf, until } from './connectionFixture';
import { suiteServers } from './serverFixture';
import { childrenOf, idOf, nodeAt, openWindow, treeOf } from './workersNowFixture';

const count = 500;

describe(`workers: ${String(count)} active backends`, function () {
  this.timeout(180_000);
  failOnUnhandledRejection();
  const servers = suiteServers();
  const window = openWindow();
  const clients: Client[] = [];
  const ended: Promise<unknown>[] = [];
  let server: PostgresServer;
  let holder: Client;

  before(async () => {
    server = await servers.postgres({ major: 18, settings: { max_connections: String(count + 20) } });
    servers.atEnd(() => window.sessions.dispose());
    servers.atEnd(async () => {
      await Promise.all(clients.map(client => client.end()));
      await Promise.all(ended);
    });
    holder = await servers.superuser(server);
    await holder.query('BEGIN; SELECT pg_advisory_xact_lock(1)');
    for (let at = 0; at < count; at += 50) {
      clients.push(...(await Promise.all(Array.from({ length: 50 }, () => superuser(server)))));
    }
    ended.push(
      ...clients.map(client =>
        client.query(`SELECT pg_advisory_xact_lock(1), '${'some text '.repeat(80)}'`).catch(() => undefined),
      ),
    );
  });

  it('are all shown by one look, which costs the host little', async () => {
    const profile = profileOf(server);
    let activity: Activity | undefined;
    await until(
      'all wait',
      async () => {
        activity = await window.look(profile);
        return activity.backends.filter(({ waitEventType }) => waitEventType === 'Lock').length === count;
      },
      60_000,
    );
    const startCpu = process.cpuUsage();
    const startedAt = performance.now();
    activity = await window.look(profile);
    const lookMs = performance.now() - startedAt;
    const node = nowNode(activity, '', 'en');
    const { user, system } = process.cpuUsage(startCpu);
    console.log(
      `      one look at ${String(count)}: ${lookMs.toFixed(0)} ms, ${((user + system) / 1000).toFixed(0)} ms of CPU in the host`,
    );
    assert.equal(activity.backends.filter(isActive).length, count);
    const others = childrenOf(nodeAt(node, 'others'));
    assert.equal(others.length, count + 1);
    assert.equal(new Set(others.map(({ id }) => id)).size, count + 1);
    assert.ok(others.every(({ description }) => / · block(s|ed) /.test(description)));
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    assert.match(nodeAt(treeOf(activity), 'others', idOf(rows[0]!.pid)).description, / · blocks 500 sessions · /);
    assert.equal(childrenOf(nodeAt(nowNode(activity, 'idle transaction', 'en'), 'others')).length, count + 1);
    assert.equal(childrenOf(nodeAt(nowNode(activity, String(rows[0]!.pid), 'en'), 'others')).length, count + 1);
  });
});
