import type { ExpressionSafety } from './expressionSafety';

/** What a server says of the tables that a CREATE INDEX or VACUUM is about, and of what limits its workers. */
export interface MaintenanceFacts {
  /** `server_version_num`. */
  readonly serverVersion: number;
  readonly database: string;
  readonly user: string;
  readonly settings: MaintenanceSettings;
  /** One for each relation of the statement, in its order; a VACUUM without any has one for the whole database. */
  readonly requests: readonly MaintenanceRequest[];
  /** Of the expressions of an index; `safe` where there are none. */
  readonly safety: ExpressionSafety;
}

/** As they hold for a session like ours; another session may have set them otherwise for itself. */
export interface MaintenanceSettings {
  /** `max_parallel_maintenance_workers`. */
  readonly workers: number;
  /** `maintenance_work_mem`. */
  readonly memoryKb: number;
  /** `min_parallel_table_scan_size` and `min_parallel_index_scan_size`, in blocks. */
  readonly tableBlocks: number;
  readonly indexBlocks: number;
  readonly blockBytes: number;
  /** `max_parallel_workers` and `max_worker_processes`: what can run at once, of all sessions together. */
  readonly parallelWorkers: number;
  readonly processes: number;
}

export interface MaintenanceRequest {
  /** As it was named; null for the whole database. */
  readonly relation: string | null;
  /** `missing`: nothing of that name is there, or can be seen; `noTable`: it is a view, an index, … */
  readonly found: 'table' | 'missing' | 'noTable';
  /** The table, or its partitions (and, where VACUUM does so, its children), without what has no storage of its own. */
  readonly tables: readonly TableFacts[];
}

export interface TableFacts {
  /** As SQL needs it. */
  readonly name: string;
  readonly temporary: boolean;
  readonly bytes: number;
  /** The size that the planner reckons with, in blocks: at least 10 for a table that was never vacuumed or analyzed. */
  readonly plannerBlocks: number;
  /** The table option `parallel_workers`. */
  readonly parallelWorkers: number | null;
  /** The table option `vacuum_index_cleanup` is off. */
  readonly indexCleanupOff: boolean;
  /** Those that a VACUUM opens. */
  readonly indexes: readonly IndexFacts[];
}

export interface IndexFacts {
  readonly method: string;
  readonly blocks: number;
}
