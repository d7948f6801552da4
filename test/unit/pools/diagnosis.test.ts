import assert from 'node:assert/strict';
import { judgePools, type JudgeContext, type PoolJudgement } from '../../../src/pools/diagnosis';
import { judgeInstance } from '../../../src/pools/health';
import type { ConsoleSnapshot, Pool } from '../../../src/pools/model';
import { nextTrends, noTrends } from '../../../src/pools/trends';
import { config, connection, database, judgeContext, pool, snapshot } from './snapshots';

function judged(
  fields: Partial<Pool>,
  ofSnapshot: Partial<ConsoleSnapshot> = {},
  context: Partial<JudgeContext> = {},
): PoolJudgement {
  return judgePools(snapshot({ ...ofSnapshot, pools: [pool(fields)] }), judgeContext(context))[0] ?? assert.fail();
}

const full = { clientsWaiting: 2, serversActive: 2 };

describe('pools: severity of a wait', () => {
  const severity = (fields: Partial<Pool>, values?: Readonly<Record<string, string>>, polls = 1): string => {
    const trends = { ...noTrends, waitingPolls: new Map([['["shop","app"]', polls]]) };
    return judged({ ...full, ...fields }, values ? { config: config(values) } : {}, { trends }).severity;
  };

  it('grows with the time: told, warned of, an error', () => {
    assert.equal(severity({ clientsWaiting: 0 }), 'good');
    assert.equal(severity({ maxWaitUs: 999_000 }), 'info');
    assert.equal(severity({ maxWaitUs: 1_000_000 }), 'warning');
    assert.equal(severity({ maxWaitUs: 14_999_000 }), 'warning');
    assert.equal(severity({ maxWaitUs: 15_000_000 }), 'error');
  });

  it('half of query_wait_timeout is an error, when that is less', () => {
    assert.equal(severity({ maxWaitUs: 5_000_000 }, { query_wait_timeout: '10' }), 'error');
    assert.equal(severity({ maxWaitUs: 14_000_000 }, { query_wait_timeout: '0' }), 'warning');
  });

  it('a wait that is not measured is not short: polls in a row count', () => {
    assert.equal(severity({ maxWaitUs: 0 }, undefined, 2), 'info');
    assert.equal(severity({ maxWaitUs: 0 }, undefined, 3), 'warning');
  });
});

describe('pools: why a pool waits', () => {
  it('never says full of a pool that is not, nor that a server cannot be opened when the wait has just begun', () => {
    assert.equal(judged({ ...full, serversActive: 1 }).cause, 'opening');
    assert.equal(judged({ ...full, serversActive: 1, maxWaitUs: 2_000_000 }).cause, 'cannotOpen');
    assert.equal(judged({ ...full, serversActive: 2 }).cause, 'full');
  });

  it('a size of 0 is no limit from 1.24 on, and none at all before', () => {
    const none = { databases: [database({ poolSize: 0 })] };
    const old = { ...none, version: { major: 1, minor: 23, patch: 0, text: '1.23.0' } };
    assert.notEqual(judged({ ...full, serversActive: 0 }, none).cause, 'full');
    assert.match(judged({ ...full, serversActive: 0 }, old).sentence ?? '', /pool_size of shop is 0/);
  });

  it('servers that are free again are no reason to wait, unless it goes on', () => {
    assert.equal(judged({ ...full, serversIdle: 1, maxWaitUs: 20_000 }).cause, 'freeAgain');
    const long = judged({ ...full, serversIdle: 1, maxWaitUs: 3_000_000 });
    assert.equal(long.cause, 'unclear');
    assert.equal(long.sentence, '1 server is free again, yet clients wait: the console does not tell why');
  });

  it('an idle server anywhere proves that an old console is not paused as a whole', () => {
    const old = { state: null, version: { major: 1, minor: 18, patch: 0, text: '1.18.0' } };
    const stuck = pool({ clientsWaiting: 1, maxWaitUs: 5_000_000 });
    const other = pool({ user: 'batch', serversIdle: 1 });
    const sentence = (pools: readonly Pool[]): string =>
      judgePools(snapshot({ ...old, pools }), judgeContext())[0]?.sentence ?? '';
    assert.match(sentence([stuck]), /or all of PgBouncer is paused, which 1\.18\.0 does not tell/);
    assert.doesNotMatch(sentence([stuck, other]), /paused/);
  });

  it('the servers of clients of other pools do not count; who is hidden is not guessed', () => {
    const servers = [
      connection({ kind: 'server', pointer: '0xa', link: '0x1', remotePid: 1 }),
      connection({ kind: 'server', pointer: '0xb', link: '0x2', remotePid: 2, user: 'other' }),
    ];
    const hidden = { state: null, stateMs: null, user: null, application: null };
    const { sentence } = judged(full, {}, { servers, clients: null, backends: new Map([[1, hidden]]) });
    assert.equal(sentence, 'pool full: 2 of 2 servers are taken by clients');
  });

  it('each server has the backend of its own pid', () => {
    const servers = [1, 2].map(remotePid => connection({ kind: 'server', pointer: `0x${remotePid}`, remotePid }));
    const backend = { stateMs: 61_000, user: 'app', application: 'batch' };
    const backends = new Map([
      [2, { ...backend, state: 'idle in transaction' }],
      [1, { ...backend, state: 'active' }],
    ]);
    const { sentence } = judged(full, {}, { servers, backends });
    assert.equal(
      sentence?.replaceAll(/\s/g, ' '),
      'pool full: 1 of 2 servers runs a query and 1 is idle in transaction (the longest for 1 min 1 s: batch, user app)',
    );
  });

  it('the longest idle transaction is measured against our own request, in the same time zone only', () => {
    const own = connection({
      database: 'pgbouncer',
      application: 'Planpool',
      pointer: '0x9',
      requestTime: '2026-11-22 19:42:19 UTC',
    });
    const clients = [
      connection({ pointer: '0x1', link: '0xa', application: 'reports' }),
      connection({ pointer: '0x2', link: '0xb', application: 'young', requestTime: '2026-11-22 19:42:18 UTC' }),
    ];
    const said = (list: typeof clients): string | null => judged(full, {}, { clients: list }).sentence;
    assert.equal(
      said([own, ...clients])?.replaceAll(/\s/g, ' '),
      'pool full: 2 of 2 servers are idle in transaction (the longest for 4 min 2 s: reports, user app, from 127.0.0.1:4711)',
    );
    const elsewhere = { ...own, requestTime: '2026-11-22 19:42:19 CET' };
    assert.doesNotMatch(said([elsewhere, ...clients]) ?? '', /longest for/);
    assert.doesNotMatch(said(clients) ?? '', /longest for/);
  });

  it('the worst pool is first, and names are the last word', () => {
    const pools = [
      pool({ user: 'b' }),
      pool({ user: 'a' }),
      pool({ ...full, user: 'short', maxWaitUs: 1_500_000 }),
      pool({ ...full, user: 'long', maxWaitUs: 16_000_000 }),
      pool({ ...full, user: 'longer', maxWaitUs: 2_000_000 }),
    ];
    const order = (trends = noTrends): readonly string[] =>
      judgePools(snapshot({ pools }), judgeContext({ trends })).map(({ pool: { user } }) => user);
    assert.deepEqual(order(), ['long', 'longer', 'short', 'a', 'b']);
    pools.push(pool({ ...full, user: 'brief', maxWaitUs: 900_000 }), pool({ ...full, user: 'unmeasured' }));
    const trends = { ...noTrends, waitingPolls: new Map([['["shop","unmeasured"]', 3]]) };
    assert.deepEqual(order(trends), ['long', 'longer', 'short', 'unmeasured', 'brief', 'a', 'b']);
  });
});

describe('pools: trends', () => {
  const at = (takenAtMs: number, fields: Partial<Pool>): ConsoleSnapshot =>
    snapshot({ takenAtMs, pools: [pool(fields)] });
  const key = '["shop","app"]';

  it('counts polls in a row with waiters only', () => {
    const twice = nextTrends(nextTrends(noTrends, at(0, full)), at(1, full));
    assert.equal(twice.waitingPolls.get(key), 2);
    assert.equal(nextTrends(twice, at(2, {})).waitingPolls.size, 0);
  });

  it('a login that comes through begins the time anew', () => {
    const login = (open: number): Partial<Pool> => ({ serversLogin: 1, serversActive: open });
    const stuck = nextTrends(nextTrends(noTrends, at(1000, login(0))), at(9000, login(0)));
    assert.equal(stuck.loginSince.get(key)?.atMs, 1000);
    assert.equal(nextTrends(stuck, at(9500, login(1))).loginSince.get(key)?.atMs, 9500);
  });
});

describe('pools: health of an instance', () => {
  it('the worst finding is first, and says how bad the instance is', () => {
    const taken = snapshot({
      lists: new Map([['used_clients', 96]]),
      pools: [pool({ ...full, maxWaitUs: 2_000_000 })],
      databases: [database(), database({ name: 'my-db', paused: true })],
    });
    const { severity, sentence, waiting } = judgeInstance(taken, judgeContext({ pausedByKill: new Set(['my-db']) }));
    assert.equal(severity, 'error');
    assert.equal(waiting, 2);
    assert.match(
      sentence ?? '',
      /^near max_client_conn: 96 of 100 clients \(96 %\) · 2 clients wait, 2\.00\ss the longest/,
    );
    assert.match(sentence ?? '', /my-db paused by KILL: only RESUME "my-db", by its name/);
  });

  it('nothing is said when nothing is wrong', () => {
    const { severity, sentence } = judgeInstance(snapshot(), judgeContext());
    assert.deepEqual([severity, sentence], ['good', null]);
  });
});
