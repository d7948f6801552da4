import { formatBytes, formatCount } from '../plan/figures';
import type { Vacuum } from '../sql/maintenance';
import { indexBuildWorkers, type WorkerCount } from './indexBuildWorkers';
import type { IndexFacts, MaintenanceFacts, MaintenanceSettings, TableFacts } from './maintenanceFacts';

/** The rules of `parallel_vacuum_compute_workers` in vacuumparallel.c (vacuumlazy.c in 13), for that table. */
export function vacuumWorkers(
  statement: Vacuum,
  table: TableFacts,
  facts: MaintenanceFacts,
  locale: string,
): WorkerCount {
  if (statement.full) {
    return fullWorkers(table, facts, locale);
  }
  const { settings } = facts;
  const off = vacuumSwitchedOff(statement, settings) ?? switchedOffFor(table, statement);
  if (off !== null) {
    return { workers: 0, because: off };
  }
  const { indexes } = table;
  if (indexes.length < 2) {
    const has = indexes.length === 0 ? 'no index' : 'one index';
    return { workers: 0, because: `VACUUM gives every worker an index of its own, and ${table.name} has ${has}.` };
  }
  const least = `min_parallel_index_scan_size = ${formatBytes(settings.indexBlocks * settings.blockBytes, locale)}`;
  const worth = indexes.filter(({ blocks }) => blocks >= settings.indexBlocks);
  const byIndexes = Math.max(countOf(worth, 'bulkDelete'), countOf(worth, 'cleanup')) - 1;
  const counted = `of the ${formatCount(indexes.length, locale)} indexes of ${table.name}, ${formatCount(byIndexes + 1, locale)} can be vacuumed at once and are not smaller than ${least}`;
  const others = strangers(worth);
  if (byIndexes <= 0) {
    return { workers: 0, because: `${counted}; it takes two.${others}` };
  }
  const leader = `${counted}; the leader takes one`;
  const limit = Math.min(byIndexes, settings.workers);
  if (typeof statement.parallel === 'number' && statement.parallel < limit) {
    return {
      workers: statement.parallel,
      because: `PARALLEL ${String(statement.parallel)} is the limit; ${leader}.${others}`,
    };
  }
  if (settings.workers < byIndexes) {
    const what = `max_parallel_maintenance_workers = ${formatCount(settings.workers, locale)} is the limit`;
    return { workers: settings.workers, because: `${what}; ${leader}.${others}` };
  }
  return { workers: byIndexes, because: `${leader}.${others}` };
}

/** Why no table at all gets workers, by the statement or a setting; null if that is not so. */
export function vacuumSwitchedOff(statement: Vacuum, { workers }: MaintenanceSettings): string | null {
  if (statement.full) {
    return null;
  }
  if (statement.parallel === 0) {
    return 'PARALLEL 0 switches them off.';
  }
  if (!statement.processMain) {
    return 'PROCESS_MAIN is off, and a TOAST table has only one index.';
  }
  if (statement.indexCleanup === 'off') {
    return 'INDEX_CLEANUP is off, and workers only work on indexes.';
  }
  return workers === 0 ? 'max_parallel_maintenance_workers = 0.' : null;
}

function switchedOffFor(table: TableFacts, statement: Vacuum): string | null {
  if (statement.indexCleanup === null && table.indexCleanupOff) {
    return `the table option vacuum_index_cleanup of ${table.name} is off, and workers only work on indexes.`;
  }
  return table.temporary ? `${table.name} is a temporary table, which only its own session can read.` : null;
}

/** Deleting index entries and cleaning up after it are phases of their own; the one with more indexes decides. */
function countOf(indexes: readonly IndexFacts[], phase: 'bulkDelete' | 'cleanup'): number {
  return indexes.filter(({ method }) => phases.get(method)?.includes(phase) === true).length;
}

/** `amparallelvacuumoptions` of each access method that comes with PostgreSQL, the same in 13 to 18. */
const phases: ReadonlyMap<string, readonly ('bulkDelete' | 'cleanup')[]> = new Map([
  ['btree', ['bulkDelete', 'cleanup']],
  ['hash', ['bulkDelete']],
  ['gin', ['bulkDelete', 'cleanup']],
  ['gist', ['bulkDelete', 'cleanup']],
  ['spgist', ['bulkDelete', 'cleanup']],
  ['brin', ['cleanup']],
  ['bloom', ['bulkDelete', 'cleanup']],
]);

function strangers(indexes: readonly IndexFacts[]): string {
  const methods = [...new Set(indexes.map(({ method }) => method).filter(method => !phases.has(method)))];
  return methods.length === 0 ? '' : ` Not counted: indexes of ${methods.join(', ')}, which decide for themselves.`;
}

/** The copy is made by one process, but its indexes are then built as by CREATE INDEX (`finish_heap_swap` in cluster.c). */
function fullWorkers(table: TableFacts, facts: MaintenanceFacts, locale: string): WorkerCount {
  const builds = table.indexes.map(({ method }) =>
    indexBuildWorkers({ method }, table, { ...facts, safety: { kind: 'safe' } }, locale),
  );
  const most = builds.reduce<WorkerCount | null>(
    (best, one) => ((one.workers ?? 0) > (best?.workers ?? 0) ? one : best),
    null,
  );
  const copy = `VACUUM FULL copies ${table.name} in one process`;
  return most === null
    ? { workers: 0, because: `${copy} and rebuilds its indexes in one process, too.` }
    : {
        workers: most.workers,
        because: `${copy}; only the rebuild of an index can use workers then. At most, ${most.because}`,
      };
}
