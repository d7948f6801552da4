import { formatBytes, formatCount } from '../plan/figures';
import type { CreateIndex } from '../sql/maintenance';
import type { ExpressionSafety } from './expressionSafety';
import type { MaintenanceFacts, MaintenanceSettings, TableFacts } from './maintenanceFacts';

/** How many workers a build asks for, and what limits them. `workers` is null when nobody can tell from outside. */
export interface WorkerCount {
  readonly workers: number | null;
  /** What follows `2 workers: ` or `No workers: `. */
  readonly because: string;
}

/** Each process of a build is to have that much of maintenance_work_mem (`plan_create_index_workers` in planner.c). */
const kilobytesPerProcess = 32 * 1024;

const factor = 3;

/** The rules of `plan_create_index_workers`, for an index on that table. */
export function indexBuildWorkers(
  statement: Pick<CreateIndex, 'method'>,
  table: TableFacts,
  { settings, safety, serverVersion }: Pick<MaintenanceFacts, 'settings' | 'safety' | 'serverVersion'>,
  locale: string,
): WorkerCount {
  const { method } = statement;
  const since = parallelBuildSince(method);
  if (since === undefined) {
    return { workers: null, because: `whether the access method ${method} builds with workers is its own affair.` };
  }
  if (since === null) {
    return none(`PostgreSQL builds ${method} indexes in one process.`);
  }
  if (serverVersion < since) {
    return none(`before PostgreSQL ${String(since / 10_000)}, ${method} indexes are built in one process.`);
  }
  if (settings.workers === 0) {
    return none('max_parallel_maintenance_workers = 0.');
  }
  if (table.temporary) {
    return none(`${table.name} is a temporary table, which only its own session can read.`);
  }
  if (safety.kind === 'unsafe') {
    return none(unsafeWords(safety.functions));
  }
  const count =
    table.parallelWorkers === null
      ? bySize(table, settings, locale)
      : byOption(table.parallelWorkers, table.name, settings, locale);
  return safety.kind === 'unknown' ? { ...count, because: `${count.because} ${unknownWords(safety)}` } : count;
}

/** `server_version_num` from which on it does; null for never, undefined for a method that is not PostgreSQL's own. */
function parallelBuildSince(method: string): number | null | undefined {
  return builtIn.get(method);
}

const builtIn: ReadonlyMap<string, number | null> = new Map([
  ['btree', 110000],
  ['brin', 170000],
  ['gin', 180000],
  ['hash', null],
  ['gist', null],
  ['spgist', null],
  // `rtree` is still read, as gist.
  ['rtree', null],
]);

function none(because: string): WorkerCount {
  return { workers: 0, because };
}

function unsafeWords(functions: readonly string[]): string {
  return functions.length > 0
    ? `${functions.join(', ')}, and the index computes it.`
    : 'the index computes something that is not PARALLEL SAFE: a function behind an operator or a cast, or a domain.';
}

function unknownWords({ why }: ExpressionSafety & { readonly kind: 'unknown' }): string {
  return `Whether workers may compute its expressions is not known (${why}).`;
}

function byOption(option: number, table: string, { workers }: MaintenanceSettings, locale: string): WorkerCount {
  if (option === 0) {
    return none(`the table option parallel_workers = 0 of ${table}.`);
  }
  const said = `the table option parallel_workers = ${formatCount(option, locale)} of ${table}`;
  return option > workers
    ? {
        workers,
        because: `max_parallel_maintenance_workers = ${formatCount(workers, locale)} is the limit; ${said} asks for more.`,
      }
    : { workers: option, because: `${said} decides, and neither its size nor memory is looked at.` };
}

function bySize(table: TableFacts, settings: MaintenanceSettings, locale: string): WorkerCount {
  const { workers, memoryKb, tableBlocks, blockBytes } = settings;
  const size = formatBytes(table.bytes, locale);
  const allowedBySize = stepsFor(table.plannerBlocks, tableBlocks);
  if (allowedBySize === 0) {
    const least = formatBytes(tableBlocks * blockBytes, locale);
    return none(`${table.name} (${size}) is smaller than min_parallel_table_scan_size = ${least}.`);
  }
  const allowedByMemory = Math.max(Math.floor(memoryKb / kilobytesPerProcess) - 1, 0);
  const count = Math.min(allowedBySize, allowedByMemory, workers);
  const memory = formatBytes(memoryKb * 1024, locale);
  const others: string[] = [];
  const bySizeWords = `the size of ${table.name} (${size}) would allow ${formatCount(allowedBySize, locale)}`;
  if (allowedByMemory === count && allowedByMemory < Math.min(allowedBySize, workers)) {
    const needed = formatBytes((count + 2) * kilobytesPerProcess * 1024, locale);
    const what = `maintenance_work_mem = ${memory} is the limit; every process needs 32 MB, so one more needs ${needed}`;
    return {
      workers: count,
      because: `${what}; ${bySizeWords}, max_parallel_maintenance_workers ${formatCount(workers, locale)}.`,
    };
  }
  if (workers === count && workers < allowedBySize) {
    const what = `max_parallel_maintenance_workers = ${formatCount(workers, locale)} is the limit`;
    others.push(bySizeWords);
    if (allowedByMemory < allowedBySize) {
      others.push(`maintenance_work_mem = ${memory} ${formatCount(allowedByMemory, locale)}`);
    }
    return { workers: count, because: `${what}; ${others.join(', ')}.` };
  }
  const next = formatBytes(Math.max(tableBlocks, 1) * factor ** count * blockBytes, locale);
  return { workers: count, because: `the size of ${table.name} (${size}) is the limit; one more comes at ${next}.` };
}

/** One worker at the least size, and one more for every threefold of it (`compute_parallel_worker` in allpaths.c). */
function stepsFor(blocks: number, leastBlocks: number): number {
  if (blocks < leastBlocks) {
    return 0;
  }
  let steps = 1;
  for (let threshold = Math.max(leastBlocks, 1) * factor; blocks >= threshold; threshold *= factor) {
    steps += 1;
    if (threshold > 0x7fffffff / factor) {
      break;
    }
  }
  return steps;
}
