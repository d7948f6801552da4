import type { UsualWorkers } from './usualWorkers';

/** What PostgreSQL says of its processes at one moment (documentation, "pg_stat_activity"). */
export interface Activity {
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** The one that was asked in, by the server's name: a pooler may call it otherwise. */
  readonly database: string;
  /** The role whose rights decide what is hidden. */
  readonly user: string;
  readonly onStandby: boolean;
  /** All but the one that was asked, and its workers. */
  readonly backends: readonly Backend[];
  readonly slots: Slots;
  /** Sessions and workers of which the server shows this role no more than whose they are. */
  readonly hiddenCount: number;
  /**
   * Workers of Gather nodes since the statistics were reset, over all databases; null before PostgreSQL 18. A session adds to
   * them when it is idle, up to ten seconds later (`pgstat_report_stat`).
   */
  readonly notLaunched: { readonly asked: number; readonly launched: number } | null;
}

/** Worker slots as far as they can be seen. */
export interface Slots {
  readonly parallelUsed: number;
  /** `max_parallel_workers` of the session that asked: every session may have another value. */
  readonly parallelMax: number;
  /** Parallel workers are among them. */
  readonly backgroundUsed: number;
  readonly backgroundMax: number;
  /** Some sessions are hidden, so that more parallel workers may be running. */
  readonly parallelAtLeast: boolean;
  /** Some processes are hidden, so that more slots may be used. */
  readonly backgroundAtLeast: boolean;
}

export type BackendKind = 'client' | 'parallelWorker' | 'backgroundWorker' | 'other';

/** `cutShort`: the text fills `track_activity_query_size`, so that its end is, or may be, missing. */
export type BackendQuery =
  | { readonly kind: 'text'; readonly text: string; readonly cutShort: boolean }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'none' };

/** One server process. Of a hidden one only pid, database, user and application are known; its kind is `other`. */
export interface Backend {
  readonly pid: number;
  /** `backend_start`, UTC with microseconds: with the pid the identity of the backend. Null when hidden. */
  readonly startedAt: string | null;
  readonly kind: BackendKind;
  /** PostgreSQL's word, such as `client backend`. */
  readonly backendType: string | null;
  readonly leaderPid: number | null;
  readonly database: string | null;
  readonly user: string | null;
  /** Null when it is empty. */
  readonly application: string | null;
  /** Address or host name with the port; `local` for a Unix socket; null for a process without a client. */
  readonly client: string | null;
  /** `active`, `idle`, `idle in transaction`, …; null for a process that has none. */
  readonly state: string | null;
  readonly waitEventType: string | null;
  readonly waitEvent: string | null;
  /** `query_start`, UTC with microseconds: the identity of the statement. */
  readonly queryStartedAt: string | null;
  /** How long ago, by the server's clock, the statement, the transaction and the state began. */
  readonly queryMs: number | null;
  readonly transactionMs: number | null;
  readonly stateMs: number | null;
  /** The running statement, or the last one. */
  readonly query: BackendQuery;
  /** Of PostgreSQL 14 and newer with `compute_query_id`. */
  readonly queryId: string | null;
  /** Distinct process ids of those it waits for (`pg_blocking_pids`), not all if they are many; 0 is a prepared transaction. */
  readonly blockedBy: readonly number[];
  /** It works for this window. */
  readonly own: boolean;
  /** Of its statement (PostgreSQL 18, pg_stat_statements); null when that is not known, or it asks for none. */
  readonly usual: UsualWorkers | null;
}

/** The id of a backend's node: the same for as long as the backend lives, and another one for the next with its pid. */
export function backendNodeId({ pid, startedAt }: Pick<Backend, 'pid' | 'startedAt'>): string {
  return `backend:${pid}:${startedAt ?? ''}`;
}

/** The id of the node of what a backend builds or vacuums. */
export function maintenanceNodeId({ pid }: Pick<Backend, 'pid'>): string {
  return `maintenance:${pid}`;
}

/** The backend of a node's id, if it is still there. */
export function backendOfNode(activity: Activity, nodeId: unknown): Backend | undefined {
  return activity.backends.find(backend => backendNodeId(backend) === nodeId || maintenanceNodeId(backend) === nodeId);
}

/** It works in a database for somebody, and not for the server itself; known of hidden ones too. */
export function isSession({ database, user }: Backend): boolean {
  return database !== null && user !== null;
}

/** It runs a statement now. */
export function isActive({ state }: Pick<Backend, 'state'>): boolean {
  return state === 'active' || state === 'fastpath function call';
}

/** How long it has been doing what it does: running its statement, or being in its state. */
export function durationMs(backend: Backend): number | null {
  return isActive(backend) ? backend.queryMs : backend.stateMs;
}
