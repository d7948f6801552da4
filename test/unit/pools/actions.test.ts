import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConnectFailed, ConnectionLost, ServerError } from '../../../src/connection/errors';
import type { Profile } from '../../../src/connection/profile';
import { actionCommand } from '../../../src/pools/actionCommand';
import type { ActionOutcome } from '../../../src/pools/actionOutcome';
import { actionQuestion } from '../../../src/pools/actionQuestion';
import { actionForLog, actionSentence, type ActionDone } from '../../../src/pools/actionSentence';
import { availableActions, menuWords, roleOf, type ActionName, type ActionTarget } from '../../../src/pools/actions';
import type { ConsoleSnapshot, Pool, PooledConnection, PooledDatabase } from '../../../src/pools/model';
import { actionReason } from '../../../src/pools/reasons';
import { pgBouncerVersion } from '../../../src/pools/version';

const all: readonly ActionName[] = [
  'pause',
  'resume',
  'disable',
  'enable',
  'reconnect',
  'waitClose',
  'kill',
  'killClient',
  'reload',
  'shutdown',
  'shutdownWaitForServers',
  'shutdownWaitForClients',
];

const east: Profile = {
  name: 'east',
  kind: 'pgbouncer',
  label: 'production / primary',
  host: 'db1',
  port: 6432,
  database: 'pgbouncer',
  user: 'ops',
  sslmode: 'disable',
  sslrootcert: null,
  pooling: 'unknown',
  source: 'setting',
};

function pool(fields: Partial<Pool>): Pool {
  return {
    database: 'shop',
    user: 'app',
    clientsActive: 0,
    clientsWaiting: 0,
    clientsWaitingCancel: 0,
    serversActive: 0,
    serversIdle: 0,
    serversUsed: 0,
    serversTested: 0,
    serversLogin: 0,
    serversActiveCancel: 0,
    serversBeingCanceled: 0,
    maxWaitUs: 0,
    poolMode: 'transaction',
    shown: {},
    ...fields,
  };
}

function database(name: string, fields: Partial<PooledDatabase> = {}): PooledDatabase {
  return {
    name,
    host: 'db',
    port: 5432,
    database: name,
    forceUser: null,
    poolSize: 20,
    reservePoolSize: 0,
    poolMode: null,
    maxConnections: 0,
    currentConnections: 0,
    paused: false,
    disabled: false,
    shown: {},
    ...fields,
  };
}

const client: PooledConnection = {
  kind: 'client',
  database: 'shop',
  user: 'app',
  state: 'waiting',
  address: '10.0.0.7',
  port: 51_234,
  localAddress: '10.0.0.1',
  localPort: 6432,
  connectTime: '',
  requestTime: '',
  waitUs: 0,
  closeNeeded: false,
  pointer: '0x1',
  link: '',
  remotePid: null,
  tls: '',
  application: 'worker',
  id: 7,
  shown: {},
};

function snapshotOf(version: string, fields: Partial<ConsoleSnapshot> = {}): ConsoleSnapshot {
  return {
    version: pgBouncerVersion(version),
    connectionId: 1,
    takenAtMs: 0,
    pools: [
      pool({ clientsActive: 198, clientsWaiting: 14, serversActive: 17, serversTested: 1, serversIdle: 2 }),
      pool({ user: 'batch', clientsActive: 1, serversActive: 1, poolMode: 'session' }),
      pool({ database: 'other', clientsActive: 3, serversUsed: 1 }),
    ],
    databases: [database('shop'), database('other', { paused: true })],
    totals: [],
    lists: new Map(),
    state: { active: true, paused: false, suspended: false },
    config: new Map(),
    configTakenAtMs: 0,
    ...fields,
  };
}

const shop: ActionTarget = { database: 'shop', clientId: null };
const everything: ActionTarget = { database: null, clientId: null };

describe('pools: questions before actions', () => {
  const ask = (action: ActionName, target = shop, label: string | null = 'production / primary', version = '1.26.1') =>
    actionQuestion(action, target, snapshotOf(version), { name: 'east', label }, [client], 'en');

  it('says what, on which instance and with which label, to whom, with counts', () => {
    const question = ask('pause');
    assert.equal(question.sentence, 'Pause database “shop” on “east” (production / primary)?');
    assert.match(question.detail, /213 clients are connected now; 14 clients wait\./);
    assert.match(question.detail, /19 server connections are busy: what runs there may end first\./);
    assert.match(question.detail, /Planpool resumes what it has paused/);
    assert.match(question.detail, /In session mode .*: 1 server connection is held so/);
    assert.equal(question.confirm, 'Pause shop');
    assert.equal(ask('pause', everything, null).sentence, 'Pause all databases on “east”?');
    assert.match(ask('pause', everything).detail, /216 clients are connected now/);
    assert.doesNotMatch(ask('pause', { database: 'other', clientId: null }).detail, /session mode/);
  });

  it('KILL counts those that lose their connection, and tells what stays paused', () => {
    const { detail } = ask('kill');
    assert.match(detail, /213 clients .* 21 server connections are open\. All are closed at once/);
    assert.match(detail, /stays paused until it is resumed by its name/);
    assert.match(ask('kill', everything).detail, /that has a pool \(shop and other\).* a RESUME of all does not help/);
  });

  it('RESUME of all names those that stay paused', () => {
    assert.match(ask('resume', everything).detail, /Paused by name, and staying so: other\./);
    assert.doesNotMatch(ask('resume').detail, /staying so/);
    assert.match(ask('resume').detail, /14 clients wait now, and can go on\./);
  });

  it('KILL_CLIENT says who it is', () => {
    const question = ask('killClient', { database: 'shop', clientId: 7 });
    assert.match(question.sentence, /^Kill the connection of app \(worker\) from 10\.0\.0\.7:51234 to shop on “east”/);
    assert.match(question.detail, /^It is waiting now\./);
    assert.match(ask('killClient', { database: 'shop', clientId: 8 }).detail, /^It is not among the clients/);
  });

  it('RELOAD before 1.25 warns that a broken file goes unsaid', () => {
    assert.match(ask('reload', everything, null, '1.24.1').detail, /says RELOAD even when its file is wrong/);
    assert.doesNotMatch(ask('reload', everything, null, '1.25.0').detail, /even when/);
  });

  it('a name is to be typed for the dangerous ones: the database’s, or of all the instance’s', () => {
    const typed = (label: string | null, target = shop): readonly ActionName[] =>
      all.filter(action => ask(action, target, label).typeToConfirm !== null);
    const always: readonly ActionName[] = ['kill', 'shutdown', 'shutdownWaitForServers', 'shutdownWaitForClients'];
    assert.deepEqual(typed(null), always);
    assert.deepEqual(typed('staging'), always);
    assert.deepEqual(typed('EU Prod'), ['pause', 'disable', ...always]);
    assert.equal(ask('kill').typeToConfirm, 'shop');
    assert.equal(ask('kill', everything).typeToConfirm, 'east');
    assert.equal(ask('shutdown', everything).typeToConfirm, 'east');
    // What looks like “shop” and is not could not be typed.
    assert.equal(ask('kill', { database: 'sh\u202eop', clientId: null }).typeToConfirm, 'east');
  });

  it('a hostile name makes no line of its own', () => {
    for (const action of all) {
      const target = { database: 'x"?\n\nIt is harmless', clientId: null };
      const { sentence, confirm } = ask(action, target, 'a\nb');
      assert.doesNotMatch(sentence + confirm, /\n/);
    }
  });
});

describe('pools: actions that are offered', () => {
  const offered = (version: string, role: 'admin' | 'stats' | 'unknown', fields: Partial<ConsoleSnapshot> = {}) => ({
    instance: availableActions(pgBouncerVersion(version), role, snapshotOf(version, fields), { kind: 'instance' }),
    client: availableActions(pgBouncerVersion(version), role, snapshotOf(version, fields), { kind: 'client', client }),
    shop: availableActions(pgBouncerVersion(version), role, snapshotOf(version, fields), {
      kind: 'database',
      database: 'shop',
    }),
  });

  it('nothing to who may only look, also where the console would let them kill a client', () => {
    for (const version of ['1.18.0', '1.24.0', '1.25.1', '1.26.1']) {
      assert.deepEqual(offered(version, 'stats'), { instance: [], client: [], shop: [] });
    }
  });

  it('KILL_CLIENT where it may be that only an admin may: when that is known, or the console looks', () => {
    const role = (version: string) => [offered(version, 'admin').client, offered(version, 'unknown').client];
    assert.deepEqual(role('1.23.1'), [[], []]);
    assert.deepEqual(role('1.24.0'), [['killClient'], []]);
    assert.deepEqual(role('1.25.1'), [['killClient'], []]);
    assert.deepEqual(role('1.25.2'), [['killClient'], ['killClient']]);
    assert.deepEqual(role('1.26.0'), [['killClient'], ['killClient']]);
  });

  it('no client of the console, none without an id or with one that has wrapped around', () => {
    for (const fields of [{ database: 'pgbouncer' }, { id: null }, { id: -5 }, { kind: 'server' as const }]) {
      const place = { kind: 'client', client: { ...client, ...fields } } as const;
      assert.deepEqual(availableActions(pgBouncerVersion('1.26.1'), 'admin', snapshotOf('1.26.1'), place), []);
    }
  });

  it('what the version lacks, or refuses while all is paused, is left out', () => {
    const stopped = { state: { active: false, paused: true, suspended: false } };
    assert.ok(!offered('1.22.0', 'admin').instance.includes('shutdownWaitForClients'));
    assert.ok(offered('1.23.0', 'admin').instance.includes('shutdownWaitForClients'));
    assert.ok(!offered('1.24.1', 'admin').instance.includes('kill'));
    assert.ok(offered('1.25.0', 'admin').instance.includes('kill'));
    assert.ok(!offered('1.26.1', 'admin').instance.includes('resume'));
    assert.deepEqual(offered('1.26.1', 'admin', stopped).shop, ['disable', 'reconnect', 'waitClose']);
    assert.deepEqual(offered('1.26.1', 'admin', stopped).instance.slice(0, 2), ['resume', 'reconnect']);
    assert.deepEqual(offered('1.18.0', 'admin', { state: null }).instance.slice(0, 2), ['pause', 'resume']);
  });

  it('the role is read from the configuration', () => {
    const config = (admins: string) =>
      new Map([['admin_users', { key: 'admin_users', value: admins, defaultValue: '', changeable: true }]]);
    assert.equal(roleOf(config('root, ops ,dba'), 'ops'), 'admin');
    assert.equal(roleOf(config('oops'), 'ops'), 'stats');
    assert.equal(roleOf(config(''), 'ops'), 'stats');
    assert.equal(roleOf(config(''), 'pgbouncer'), 'unknown');
    assert.equal(roleOf(new Map(), 'ops'), 'unknown');
  });

  it('as words of a menu, each found by its own `when` only', () => {
    const words = all.map(action => menuWords([action]));
    words.forEach(word => {
      assert.equal(
        menuWords(all)
          .split(' ')
          .filter(other => new RegExp(`\\b${word}\\b`).test(other)).length,
        1,
      );
    });
  });
});

describe('pools: commands of actions', () => {
  it('are never about more than was meant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.string({ unit: 'binary' }), (action, name) => {
        const command = actionCommand(action, { database: name, clientId: null });
        assert.ok(command === null || /^[A-Z_]+ ("([^"]|"")+"|[0-9a-zA-Z_]+)$/u.test(command), String(command));
        assert.ok(command?.includes('\0') !== true);
      }),
    );
  });

  it('need what the action is about', () => {
    const commands = all.map(action => actionCommand(action, everything));
    assert.deepEqual(commands, [
      'PAUSE',
      'RESUME',
      null,
      null,
      'RECONNECT',
      'WAIT_CLOSE',
      'KILL',
      null,
      'RELOAD',
      'SHUTDOWN',
      'SHUTDOWN WAIT_FOR_SERVERS',
      'SHUTDOWN WAIT_FOR_CLIENTS',
    ]);
    assert.equal(actionCommand('shutdown', shop), null);
    assert.equal(actionCommand('kill', { database: null, clientId: 7 }), null);
    assert.equal(actionCommand('killClient', { database: 'shop', clientId: 7 }), 'KILL_CLIENT 7');
    assert.equal(actionCommand('killClient', { database: null, clientId: -7 }), null);
    assert.equal(actionCommand('pause', { database: 'my-"db', clientId: null }), 'PAUSE "my-""db"');
  });
});

describe('pools: what became of an action', () => {
  const done = (outcome: ActionOutcome, action: ActionName = 'pause', target = shop): ActionDone => ({
    outcome,
    action,
    target,
    profile: east,
    version: pgBouncerVersion('1.24.1'),
  });

  it('what the console says is told apart by its words', () => {
    const tag = (message: string) =>
      actionReason(
        new ServerError({
          severity: 'ERROR',
          code: '08P01',
          message,
          detail: null,
          hint: null,
          position: null,
          where: null,
        }),
      );
    assert.deepEqual(tag('database a\nb is not paused'), { tag: 'databaseNotPaused' });
    assert.deepEqual(tag('pooler is not paused'), { tag: 'notPaused' });
    assert.deepEqual(tag('pooler is not paused/suspended'), { tag: 'notPaused' });
    assert.deepEqual(tag('already paused'), { tag: 'alreadyPaused' });
    assert.deepEqual(tag('already suspended/paused'), { tag: 'alreadyPaused' });
    assert.deepEqual(tag('no mem'), { tag: 'console', words: 'no mem' });
    assert.deepEqual(actionReason(new ConnectFailed('refused', 'x')), {
      tag: 'connection',
      reason: { kind: 'refused', words: 'x' },
    });
    assert.equal(actionReason(new TypeError('ours')), null);
    assert.equal(actionReason(new ConnectionLost('gone'))?.tag, 'connection');
  });

  it('every end of a PAUSE says what state is left', () => {
    const said = (outcome: ActionOutcome): string => actionSentence(done(outcome));
    assert.equal(
      said({ kind: 'timedOut', left: { tag: 'resumed' } }),
      '“shop” on “east” (production / primary) could not be paused: its server connections did not all become free within the time it was given. It was resumed, so it runs as before.',
    );
    assert.match(said({ kind: 'cancelled', left: { tag: 'notSent' } }), /Nothing was done\.$/);
    assert.match(said({ kind: 'cancelled', left: { tag: 'pausedBefore' } }), /it was left paused\.$/);
    assert.match(said({ kind: 'cancelled', left: { tag: 'notPaused' } }), /It is not paused\.$/);
    const reason = { tag: 'connection', reason: { kind: 'refused', words: null } } as const;
    assert.match(
      said({ kind: 'lost', reason, left: { tag: 'stillPaused', reason } }),
      /It may still be paused, for it could not be resumed: Nothing answers at db1:6432/,
    );
    assert.match(said({ kind: 'lost', reason, left: { tag: 'notKnown' } }), /Whether it was done is not known/);
  });

  it('in the log: when, who, where, the command and its answer, in one line', () => {
    const atMs = Date.UTC(2026, 10, 22, 19, 35, 4, 5);
    assert.equal(
      actionForLog(done({ kind: 'done', answer: 'PAUSE', paused: [] }), atMs),
      '2026-11-22T19:35:04.005Z ops at “east” (production / primary) db1:6432: PAUSE shop → done: PAUSE',
    );
    assert.match(
      actionForLog(done({ kind: 'done', answer: null, paused: [] }, 'shutdown', everything), atMs),
      /SHUTDOWN → done: the connection ended$/,
    );
    const words = 'x\n2026 root at “west”: KILL → done';
    const target = { database: 'a\nb', clientId: null };
    const line = actionForLog(done({ kind: 'refused', reason: { tag: 'console', words } }, 'kill', target), atMs);
    assert.ok(!line.includes('\n'));
    assert.match(line, /KILL "a b" → refused: PgBouncer: x 2026/);
    assert.match(
      actionForLog(done({ kind: 'done', answer: 'KILL', paused: ['shop'] }, 'kill'), atMs),
      /KILL shop → done: KILL$/,
    );
  });
});
