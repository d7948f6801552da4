/** A row as the console sent it: columns by their own names, unknown ones among them. */
export type ShownRow = Readonly<Record<string, string | number | null>>;

/** A version of PgBouncer, such as 1.24.1. */
export interface PgBouncerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** As the console says it. */
  readonly text: string;
}

/** One pair of database and user (`SHOW POOLS`). Figures that the version does not have are null. */
export interface Pool {
  readonly database: string;
  readonly user: string;
  /** Idle clients are among them. */
  readonly clientsActive: number;
  readonly clientsWaiting: number;
  readonly clientsWaitingCancel: number | null;
  readonly serversActive: number;
  readonly serversIdle: number;
  readonly serversUsed: number;
  readonly serversTested: number;
  readonly serversLogin: number;
  readonly serversActiveCancel: number | null;
  readonly serversBeingCanceled: number | null;
  /** Since the first waiter sent its query; 0 also for one that has not sent any yet. */
  readonly maxWaitUs: number;
  /** `session`, `transaction` or `statement`; a client's user may have another one. */
  readonly poolMode: string | null;
  readonly shown: ShownRow;
}

/** One entry of `SHOW DATABASES`, the console's own left out. */
export interface PooledDatabase {
  readonly name: string;
  /** Null for a Unix socket. */
  readonly host: string | null;
  readonly port: number;
  /** On the server. */
  readonly database: string;
  readonly forceUser: string | null;
  /** In effect, defaults applied; 0 is no limit from 1.24 on. */
  readonly poolSize: number;
  readonly reservePoolSize: number;
  readonly poolMode: string | null;
  /** `max_db_connections`; 0 is none. */
  readonly maxConnections: number;
  readonly currentConnections: number;
  /** By PAUSE or KILL of this database, not by a PAUSE of all. */
  readonly paused: boolean;
  readonly disabled: boolean;
  readonly shown: ShownRow;
}

/** Running totals of one database (`SHOW STATS`). They fall when pools go away. */
export interface DatabaseTotals {
  readonly database: string;
  readonly transactions: number;
  readonly queries: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly transactionUs: number;
  readonly queryUs: number;
  readonly waitUs: number;
  /** From 1.23. */
  readonly serverAssignments: number | null;
  readonly shown: ShownRow;
}

/** A client or a server connection (`SHOW CLIENTS`, `SHOW SERVERS`). */
export interface PooledConnection {
  readonly kind: 'client' | 'server';
  readonly database: string;
  readonly user: string;
  readonly state: string;
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** As PgBouncer writes it, in its own time zone. */
  readonly connectTime: string;
  readonly requestTime: string;
  /** Since the query began: a waiter's wait, an active client's running time. */
  readonly waitUs: number;
  readonly closeNeeded: boolean;
  /** Its address in PgBouncer's memory, which is used again. */
  readonly pointer: string;
  /** The pointer of the connection at the other end; empty for none. */
  readonly link: string;
  /** Of a server: the backend's pid, if that server is PostgreSQL. */
  readonly remotePid: number | null;
  readonly tls: string;
  readonly application: string | null;
  /** From 1.24; what KILL_CLIENT takes. */
  readonly id: number | null;
  readonly shown: ShownRow;
}

/** One setting of `SHOW CONFIG`. */
export interface PoolerSetting {
  readonly key: string;
  readonly value: string;
  /** Null when the console does not tell. */
  readonly defaultValue: string | null;
  readonly changeable: boolean;
}

/** What is asked at every poll. */
export interface ConsoleSnapshot {
  readonly version: PgBouncerVersion;
  /** `ConsoleSession.id`: over another connection it may be another process, which counts anew. */
  readonly connectionId: number;
  /** By the poller's clock. */
  readonly takenAtMs: number;
  /** Without the console's own. */
  readonly pools: readonly Pool[];
  readonly databases: readonly PooledDatabase[];
  readonly totals: readonly DatabaseTotals[];
  /** `SHOW LISTS`, by name. */
  readonly lists: ReadonlyMap<string, number>;
  /** `SHOW STATE`; null before 1.19. */
  readonly state: { readonly active: boolean; readonly paused: boolean; readonly suspended: boolean } | null;
  /** Of `SHOW CONFIG`, by key; asked at the first poll of a connection, after a RELOAD of ours, and when it is a minute old. */
  readonly config: ReadonlyMap<string, PoolerSetting>;
  readonly configTakenAtMs: number;
}

/** What the counters of one database say about the time between two snapshots; null figures are not known. */
export interface DatabaseRates {
  readonly database: string;
  readonly transactionsPerSecond: number;
  readonly queriesPerSecond: number;
  readonly receivedBytesPerSecond: number;
  readonly sentBytesPerSecond: number;
  /** Mean of those that ended in between; null when none did. */
  readonly transactionUs: number | null;
  readonly queryUs: number | null;
  /** Mean wait for a server connection, for each assignment (before 1.23: for each transaction). */
  readonly waitUs: number | null;
}

export type Severity = 'good' | 'info' | 'warning' | 'error';
