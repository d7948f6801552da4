import * as v from 'valibot';
import { relationNames } from '../connection/sessionNames';
import type { Transaction } from '../connection/transaction';

/** A CREATE INDEX, VACUUM or the like that is under way, as its leader reports it. */
export interface MaintenanceProgress {
  /** Of the leader. */
  readonly pid: number;
  /** `CREATE INDEX CONCURRENTLY`, `REINDEX`, `VACUUM`, `VACUUM FULL`, `CLUSTER`, …; the bare kind when the details are hidden. */
  readonly command: string;
  readonly database: string | null;
  /** As SQL needs it; null when hidden, of another database, or gone. */
  readonly relation: string | null;
  /** An index that is not committed yet has no name that others can see. */
  readonly index: string | null;
  /** PostgreSQL's name of the phase; null when this role may not see the details. */
  readonly phase: string | null;
  /** Of this phase alone: nobody knows how long the others take. Null when it counts nothing. */
  readonly done: { readonly of: number; readonly count: number; readonly unit: ProgressUnit } | null;
  /** Partitions, where there are several. */
  readonly partitions: { readonly of: number; readonly count: number } | null;
}

export type ProgressUnit = 'blocks' | 'tuples' | 'lockers' | 'indexes';

const text = v.nullable(v.string());
const count = v.nullable(v.pipe(v.string(), v.transform(Number)));

const row = v.object({
  pid: v.number(),
  kind: v.picklist(['index', 'vacuum', 'cluster']),
  command: text,
  database: text,
  relation_oid: text,
  index_oid: text,
  phase: text,
  blocks_total: count,
  blocks_done: count,
  tuples_total: count,
  tuples_done: count,
  lockers_total: count,
  lockers_done: count,
  indexes_total: count,
  indexes_done: count,
  partitions_total: count,
  partitions_done: count,
});

type Row = v.InferOutput<typeof row>;

/** Everything of the kind that is under way in the cluster, by process id (documentation, "Progress Reporting"). */
export async function readMaintenance(tx: Transaction): Promise<readonly MaintenanceProgress[]> {
  const rows = v.parse(v.array(row), (await tx.query(progressQuery(tx.serverVersion))).rows);
  const oids = rows.flatMap(({ relation_oid, index_oid }) => [relation_oid, index_oid]);
  const names = await relationNames(
    tx,
    oids.filter(oid => oid !== null),
  );
  return rows.map(one => progressOf(one, names));
}

function progressOf(one: Row, names: ReadonlyMap<string, string>): MaintenanceProgress {
  const { partitions_total: partitions } = one;
  const nameOf = (oid: string | null): string | null => (oid === null ? null : (names.get(oid) ?? null));
  return {
    pid: one.pid,
    command: one.command ?? bareCommand[one.kind],
    database: one.database,
    relation: nameOf(one.relation_oid),
    index: nameOf(one.index_oid),
    phase: one.phase,
    done: doneOf(one),
    partitions: partitions !== null && partitions > 0 ? { of: partitions, count: one.partitions_done ?? 0 } : null,
  };
}

const bareCommand = { index: 'CREATE INDEX', vacuum: 'VACUUM', cluster: 'CLUSTER' } as const;

/** Counters of earlier phases stay where they were, so only those that the phase itself moves count. */
function doneOf(one: Row): MaintenanceProgress['done'] {
  switch (one.phase === null ? undefined : countedIn(one.kind, one.phase)) {
    case 'blocks':
      // A build that reads its first block reports all of them (`heapam_scan_get_blocks_done` in heapam_handler.c).
      return one.kind === 'index' && one.blocks_done === one.blocks_total
        ? null
        : done(one.blocks_done, one.blocks_total, 'blocks');
    case 'tuples':
      return done(one.tuples_done, one.tuples_total, 'tuples');
    case 'lockers':
      return done(one.lockers_done, one.lockers_total, 'lockers');
    case 'indexes':
      return done(one.indexes_done, one.indexes_total, 'indexes');
    case undefined:
      return null;
  }
}

function done(counted: number | null, of: number | null, unit: ProgressUnit): MaintenanceProgress['done'] {
  // A table that grows meanwhile is scanned as far as it reached at the start.
  return counted === null || of === null || of <= 0 ? null : { of, count: Math.min(counted, of), unit };
}

/** Tables "CREATE INDEX Phases", "VACUUM Phases", "CLUSTER and VACUUM FULL Phases" of the documentation. */
function countedIn(kind: Row['kind'], phase: string): ProgressUnit | undefined {
  if (kind === 'index' && phase.startsWith('waiting for ')) {
    return 'lockers';
  }
  return phases[kind][phase];
}

const phases: Readonly<Record<Row['kind'], Readonly<Partial<Record<string, ProgressUnit>>>>> = {
  index: {
    'building index': 'blocks',
    'building index: scanning table': 'blocks',
    'building index: loading tuples in tree': 'tuples',
    'index validation: scanning index': 'blocks',
    'index validation: scanning table': 'blocks',
  },
  vacuum: {
    'scanning heap': 'blocks',
    'vacuuming heap': 'blocks',
    'vacuuming indexes': 'indexes',
    'cleaning up indexes': 'indexes',
  },
  cluster: {
    'seq scanning heap': 'blocks',
    'writing new heap': 'tuples',
  },
};

/** A view has the names of another version's columns as the null of an unknown kind. */
function progressQuery(serverVersion: number): string {
  const since17 = serverVersion >= 170000;
  return `
  SELECT p.pid, p.kind, p.command, p.datname::pg_catalog.text AS database, p.phase,
         CASE WHEN p.datname = pg_catalog.current_database() THEN p.relid::pg_catalog.text END AS relation_oid,
         CASE WHEN p.datname = pg_catalog.current_database() THEN p.index_relid::pg_catalog.text END AS index_oid,
         p.blocks_total, p.blocks_done, p.tuples_total, p.tuples_done, p.lockers_total, p.lockers_done,
         p.indexes_total, p.indexes_done, p.partitions_total, p.partitions_done
    FROM (
      SELECT i.pid, 'index' AS kind, i.command, i.datname, i.relid, i.index_relid, i.phase,
             i.blocks_total, i.blocks_done, i.tuples_total, i.tuples_done, i.lockers_total, i.lockers_done,
             NULL::pg_catalog.int8 AS indexes_total, NULL::pg_catalog.int8 AS indexes_done,
             i.partitions_total, i.partitions_done
        FROM pg_catalog.pg_stat_progress_create_index AS i
      UNION ALL
      SELECT w.pid, 'vacuum', NULL, w.datname, w.relid, NULL, w.phase,
             w.heap_blks_total,
             CASE w.phase WHEN 'vacuuming heap' THEN w.heap_blks_vacuumed ELSE w.heap_blks_scanned END,
             NULL, NULL, NULL, NULL,
             ${since17 ? 'w.indexes_total, w.indexes_processed' : 'NULL, NULL'}, NULL, NULL
        FROM pg_catalog.pg_stat_progress_vacuum AS w
      UNION ALL
      SELECT c.pid, 'cluster', c.command, c.datname, c.relid, c.cluster_index_relid, c.phase,
             c.heap_blks_total, c.heap_blks_scanned, c.heap_tuples_scanned, c.heap_tuples_written,
             NULL, NULL, NULL, NULL, NULL, NULL
        FROM pg_catalog.pg_stat_progress_cluster AS c
    ) AS p
   ORDER BY p.pid`;
}
