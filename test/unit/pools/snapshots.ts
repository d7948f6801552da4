import type { JudgeContext } from '../../../src/pools/diagnosis';
import { judgeInstance } from '../../../src/pools/health';
import type { ConsoleSnapshot, Pool, PooledConnection, PooledDatabase, PoolerSetting } from '../../../src/pools/model';
import type { GoodState, InstanceView } from '../../../src/pools/shownInstance';
import { defaultThresholds } from '../../../src/pools/thresholds';
import { noTrends } from '../../../src/pools/trends';

export function pool(fields: Partial<Pool> = {}): Pool {
  return {
    database: 'shop',
    user: 'app',
    clientsActive: 3,
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
    shown: { database: 'shop', user: 'app' },
    ...fields,
  };
}

export function database(fields: Partial<PooledDatabase> = {}): PooledDatabase {
  return {
    name: 'shop',
    host: '10.0.0.1',
    port: 5432,
    database: 'shop',
    forceUser: null,
    poolSize: 2,
    reservePoolSize: 0,
    poolMode: null,
    maxConnections: 0,
    currentConnections: 0,
    paused: false,
    disabled: false,
    shown: { name: 'shop', pool_size: 2 },
    ...fields,
  };
}

export function connection(fields: Partial<PooledConnection> = {}): PooledConnection {
  return {
    kind: 'client',
    database: 'shop',
    user: 'app',
    state: 'active',
    address: '127.0.0.1',
    port: 4711,
    localAddress: '127.0.0.1',
    localPort: 6432,
    connectTime: '2026-11-22 19:38:17 UTC',
    requestTime: '2026-11-22 19:38:17 UTC',
    waitUs: 0,
    closeNeeded: false,
    pointer: '0x1',
    link: '',
    remotePid: null,
    tls: '',
    application: null,
    id: null,
    shown: { type: 'C', user: 'app', wait: 0, wait_us: 17 },
    ...fields,
  };
}

/** Values; the default is `default`. */
export function config(values: Readonly<Record<string, string>>): ReadonlyMap<string, PoolerSetting> {
  const entries = Object.entries(values);
  return new Map(
    entries.map(([key, value]) => [key, { key, value, defaultValue: 'default', changeable: true }] as const),
  );
}

export function snapshot(fields: Partial<ConsoleSnapshot> = {}): ConsoleSnapshot {
  return {
    version: { major: 1, minor: 24, patch: 1, text: '1.24.1' },
    connectionId: 1,
    takenAtMs: 60_000,
    pools: [pool()],
    databases: [database()],
    totals: [],
    lists: new Map([['used_clients', 4]]),
    state: { active: true, paused: false, suspended: false },
    config: config({ max_client_conn: '100', query_wait_timeout: '120', server_login_retry: '15' }),
    configTakenAtMs: 0,
    ...fields,
  };
}

export function judgeContext(fields: Partial<JudgeContext> = {}): JudgeContext {
  return {
    trends: noTrends,
    servers: null,
    clients: null,
    backends: null,
    pausedByKill: new Set(),
    thresholds: defaultThresholds,
    locale: 'en',
    ...fields,
  };
}

export function good(taken: ConsoleSnapshot = snapshot(), fields: Partial<GoodState> = {}): GoodState {
  return {
    kind: 'good',
    snapshot: taken,
    judgement: judgeInstance(taken, judgeContext()),
    rates: [],
    role: 'admin',
    ageMs: 0,
    stale: null,
    ...fields,
  };
}

export function instance(fields: Partial<InstanceView> = {}): InstanceView {
  return {
    name: 'production',
    label: null,
    state: good(),
    expanded: new Map(),
    filter: '',
    joins: new Map(),
    watched: false,
    page: new Map(),
    ...fields,
  };
}
