import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backendsBehind } from '../../../src/pools/backendsBehind';
import { joinClient, statementBehind } from '../../../src/pools/join';
import { activityOf, backend, hidden, worker } from '../workers/backends';
import { clientOf, serverOf } from './connections';

describe('pools: join', () => {
  it('follows a link only when it holds from both ends', () => {
    const activity = activityOf(backend());
    assert.equal(joinClient(clientOf(), [serverOf()], activity, 'en').proof, 'proven');
    for (const servers of [[], [serverOf({ link: '0xc2' })], [serverOf({ link: '' })]]) {
      const join = joinClient(clientOf(), servers, activity, 'en');
      assert.equal(join.proof, 'cannotTell');
      assert.equal(join.server, null);
      assert.match(join.sentence, /another server connection while PgBouncer was asked/);
    }
  });

  it('says of a client without a server connection whether it waits', () => {
    const sentence = (state: string) => joinClient(clientOf({ link: '', state }), [serverOf()], null, 'en').sentence;
    assert.match(sentence('waiting'), /waits for a server connection/);
    assert.match(sentence('active'), /nothing of it runs/);
    assert.match(sentence('idle'), /nothing of it runs/);
  });

  it('proves nothing by a process id alone', () => {
    const cases = [
      [backend({ client: '10.0.0.1:5001' }), /at port 5001, and PgBouncer connects from port 5000/],
      [backend({ client: 'local' }), /Unix socket, which has no port/],
      [backend({ client: null, kind: 'backgroundWorker' }), /has no client/],
      [backend({ pid: 101 }), /has no process 100/],
      [hidden(100), /GRANT pg_monitor TO app;/],
    ] as const;
    for (const [one, why] of cases) {
      const join = joinClient(clientOf(), [serverOf()], activityOf(one), 'en');
      assert.equal(join.proof, 'cannotTell');
      assert.equal(join.backend, null);
      assert.match(join.sentence, why);
      assert.equal(join.server?.pointer, '0x51');
    }
    const early = joinClient(clientOf(), [serverOf({ remotePid: null })], activityOf(backend()), 'en');
    assert.equal(early.proof, 'cannotTell');
  });

  it('reads the port behind an address of IPv6 or a host name', () => {
    for (const client of ['::1:5000', '2001:db8::7:5000', 'pooler.example:5000']) {
      assert.equal(joinClient(clientOf(), [serverOf()], activityOf(backend({ client })), 'en').proof, 'proven');
    }
    assert.equal(
      joinClient(clientOf(), [serverOf()], activityOf(backend({ client: '5000:1' })), 'en').proof,
      'cannotTell',
    );
  });

  it('gives the backend its own parallel workers only', () => {
    const logical = backend({ pid: 204, leaderPid: 100, kind: 'backgroundWorker' });
    const activity = activityOf(backend(), worker(201, 100), worker(202, 100), worker(203, 99), logical);
    const { workers, sentence } = joinClient(clientOf(), [serverOf()], activity, 'en');
    assert.deepEqual(
      workers.map(({ pid }) => pid),
      [201, 202],
    );
    assert.match(sentence, /with 2 parallel workers/);
  });

  it('is proven exactly when process id and port agree', () => {
    const pids = fc.integer({ min: 1, max: 4 });
    const ports = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(pids, ports)), fc.array(fc.tuple(pids, ports)), (processes, connections) => {
        const distinct = new Map(processes);
        const activity = activityOf(
          ...[...distinct].map(([pid, port]) => backend({ pid, client: `10.0.0.1:${port}` })),
        );
        const servers = connections.map(([remotePid, localPort]) => serverOf({ remotePid, localPort }));
        const expected = connections.filter(([pid, port]) => distinct.get(pid) === port).map(([pid]) => pid);
        assert.deepEqual(new Set(backendsBehind(servers, activity).keys()), new Set(expected));
      }),
    );
  });

  it('explains only a whole statement of a session that is in one', () => {
    assert.deepEqual(statementBehind(backend()), { ok: true, sql: 'SELECT 1' });
    assert.ok(statementBehind(backend({ state: 'idle in transaction' })).ok);
    for (const one of [
      backend({ state: 'idle' }),
      backend({ query: { kind: 'none' } }),
      backend({ query: { kind: 'text', text: 'SELECT', cutShort: true } }),
      hidden(100),
    ]) {
      assert.ok(!statementBehind(one).ok);
    }
  });
});
