import { count, figure, flag, microseconds, text } from './cells';
import type {
  ConsoleSnapshot,
  DatabaseTotals,
  Pool,
  PooledConnection,
  PooledDatabase,
  PoolerSetting,
  ShownRow,
} from './model';

// Columns are found by name: new versions put theirs in the middle. A row without what names it is left out.

type Rows = readonly ShownRow[];

/** The console's own database, which is in every list. */
export const consoleDatabase = 'pgbouncer';

/** What Planpool calls itself at a console. */
const ownApplication = 'Planpool';

/** One of this extension's own connections to the console, of this window or another. Not known before 1.18. */
export function isOwn({ kind, database, application }: PooledConnection): boolean {
  return kind === 'client' && database === consoleDatabase && application === ownApplication;
}

/** Of SHOW POOLS, without the console's own. */
export function decodePools(rows: Rows): readonly Pool[] {
  return rows.flatMap(row => {
    const [database, user] = [text(row, 'database'), text(row, 'user')];
    return database === null || user === null || database === consoleDatabase ? [] : [pool(row, database, user)];
  });
}

function pool(row: ShownRow, database: string, user: string): Pool {
  return {
    database,
    user,
    clientsActive: count(row, 'cl_active'),
    clientsWaiting: count(row, 'cl_waiting'),
    // Called so until 1.17.
    clientsWaitingCancel: figure(row, 'cl_waiting_cancel_req') ?? figure(row, 'cl_cancel_req'),
    serversActive: count(row, 'sv_active'),
    serversIdle: count(row, 'sv_idle'),
    serversUsed: count(row, 'sv_used'),
    serversTested: count(row, 'sv_tested'),
    serversLogin: count(row, 'sv_login'),
    serversActiveCancel: figure(row, 'sv_active_cancel'),
    serversBeingCanceled: figure(row, 'sv_being_canceled'),
    maxWaitUs: microseconds(row, 'maxwait', 'maxwait_us'),
    poolMode: text(row, 'pool_mode'),
    shown: row,
  };
}

/** Of SHOW DATABASES, without the console's own. */
export function decodeDatabases(rows: Rows): readonly PooledDatabase[] {
  return rows.flatMap(row => {
    const name = text(row, 'name');
    return name === null || name === consoleDatabase ? [] : [pooledDatabase(row, name)];
  });
}

function pooledDatabase(row: ShownRow, name: string): PooledDatabase {
  return {
    name,
    host: text(row, 'host') || null,
    port: count(row, 'port'),
    database: text(row, 'database') ?? name,
    forceUser: text(row, 'force_user') || null,
    poolSize: count(row, 'pool_size'),
    // Called so until 1.23.
    reservePoolSize: figure(row, 'reserve_pool_size') ?? count(row, 'reserve_pool'),
    poolMode: text(row, 'pool_mode'),
    maxConnections: count(row, 'max_connections'),
    currentConnections: count(row, 'current_connections'),
    paused: flag(row, 'paused'),
    disabled: flag(row, 'disabled'),
    shown: row,
  };
}

/** Of SHOW STATS, without the console's own. */
export function decodeTotals(rows: Rows): readonly DatabaseTotals[] {
  return rows.flatMap(row => {
    const database = text(row, 'database');
    return database === null || database === consoleDatabase ? [] : [totals(row, database)];
  });
}

function totals(row: ShownRow, database: string): DatabaseTotals {
  return {
    database,
    transactions: count(row, 'total_xact_count'),
    queries: count(row, 'total_query_count'),
    receivedBytes: count(row, 'total_received'),
    sentBytes: count(row, 'total_sent'),
    transactionUs: count(row, 'total_xact_time'),
    queryUs: count(row, 'total_query_time'),
    waitUs: count(row, 'total_wait_time'),
    serverAssignments: figure(row, 'total_server_assignment_count'),
    shown: row,
  };
}

/** Of SHOW CLIENTS or SHOW SERVERS, the console's own clients among them. */
export function decodeConnections(rows: Rows, kind: PooledConnection['kind']): readonly PooledConnection[] {
  return rows.flatMap(row => {
    const [database, user, pointer] = [text(row, 'database'), text(row, 'user'), text(row, 'ptr')];
    return database === null || user === null || pointer === null
      ? []
      : [connection(row, kind, { database, user, pointer })];
  });
}

function connection(
  row: ShownRow,
  kind: PooledConnection['kind'],
  key: Pick<PooledConnection, 'database' | 'user' | 'pointer'>,
): PooledConnection {
  return {
    kind,
    ...key,
    state: text(row, 'state') ?? '',
    address: text(row, 'addr') ?? '',
    port: count(row, 'port'),
    localAddress: text(row, 'local_addr') ?? '',
    localPort: count(row, 'local_port'),
    connectTime: text(row, 'connect_time') ?? '',
    requestTime: text(row, 'request_time') ?? '',
    waitUs: microseconds(row, 'wait', 'wait_us'),
    closeNeeded: flag(row, 'close_needed'),
    link: text(row, 'link') ?? '',
    // Of a client it is that of the process at the other end of a Unix socket.
    remotePid: kind === 'server' && count(row, 'remote_pid') > 0 ? count(row, 'remote_pid') : null,
    tls: text(row, 'tls') ?? '',
    application: text(row, 'application_name') || null,
    id: figure(row, 'id'),
    shown: row,
  };
}

/** Of SHOW LISTS. */
export function decodeLists(rows: Rows): ReadonlyMap<string, number> {
  return new Map(
    rows.flatMap(row => {
      const [list, items] = [text(row, 'list'), figure(row, 'items')];
      return list === null || items === null ? [] : [[list, items] as const];
    }),
  );
}

/** Of SHOW STATE; null when it does not say. 1.26 has no SUSPEND any more, and no word of it. */
export function decodeState(rows: Rows): ConsoleSnapshot['state'] {
  const values = new Map(rows.map(row => [text(row, 'key'), flag(row, 'value')]));
  const [active, paused] = [values.get('active'), values.get('paused')];
  return active === undefined || paused === undefined
    ? null
    : { active, paused, suspended: values.get('suspended') ?? false };
}

/** Of SHOW CONFIG, by key. */
export function decodeConfig(rows: Rows): ReadonlyMap<string, PoolerSetting> {
  return new Map(
    rows.flatMap(row => {
      const key = text(row, 'key');
      return key === null ? [] : [[key, setting(row, key)] as const];
    }),
  );
}

function setting(row: ShownRow, key: string): PoolerSetting {
  return {
    key,
    value: text(row, 'value') ?? '',
    defaultValue: text(row, 'default'),
    changeable: flag(row, 'changeable'),
  };
}
