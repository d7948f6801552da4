/** What the settings check knows of a setting. */
interface ParallelSetting {
  readonly name: string;
  /** The value that keeps statements from running in parallel; null when none does. */
  readonly off: OffValue | null;
  /** When a value is far from the default, and what that does; null when there is no such thing. */
  readonly far: FarValue | null;
}

interface FarValue {
  /** From this factor on, up or down. */
  readonly factor: number;
  /** What a value far above does, as the rest of a sentence. */
  readonly above: string;
  readonly below: string;
}

interface OffValue {
  readonly value: string;
  /** What is off then, as the rest of a sentence: `runs no query in parallel`. */
  readonly means: string;
  /** Nothing runs in parallel, not only one kind of plan. */
  readonly whole: boolean;
}

const tooDear = 'parallel plans look less useful than they are';
const tooCheap = 'parallel plans look more useful than they are';

/**
 * Every setting that decides whether, with how many processes and with how much memory something runs in parallel, and
 * those that one must know beside them. Some exist in some versions only.
 */
export const parallelSettings: readonly ParallelSetting[] = [
  off('max_parallel_workers_per_gather', '0', 'no query is planned in parallel', true),
  off('max_parallel_workers', '0', 'parallel plans get no worker', true),
  off('max_parallel_maintenance_workers', '0', 'CREATE INDEX and VACUUM run without workers', false),
  off('max_worker_processes', '0', 'the server has no slot for a worker', true),
  plain('parallel_leader_participation'),
  far('parallel_setup_cost', 10, tooDear, tooCheap),
  far('parallel_tuple_cost', 10, tooDear, tooCheap),
  far(
    'min_parallel_table_scan_size',
    16,
    'large tables are scanned by one process',
    'workers are started for small tables',
  ),
  far(
    'min_parallel_index_scan_size',
    16,
    'large indexes are scanned by one process',
    'workers are started for small indexes',
  ),
  plain('debug_parallel_query'),
  plain('force_parallel_mode'),
  off('enable_gathermerge', 'off', 'sorted results of workers are not merged', false),
  off('enable_parallel_append', 'off', 'partitions are not spread over the processes', false),
  off('enable_parallel_hash', 'off', 'each process builds its own copy of a hash table', false),
  off('enable_seqscan', 'off', 'Parallel Seq Scan is avoided like any sequential scan', false),
  off('enable_hashjoin', 'off', 'Parallel Hash Join is avoided like any hash join', false),
  off('enable_hashagg', 'off', 'each process sorts its rows before it aggregates them', false),
  plain('enable_partitionwise_join'),
  plain('enable_partitionwise_aggregate'),
  far('seq_page_cost', 10, tooDear, tooCheap),
  far('random_page_cost', 10, 'index scans look dearer than they are', 'index scans look cheaper than they are'),
  far('cpu_tuple_cost', 10, tooCheap, tooDear),
  far('cpu_operator_cost', 10, tooCheap, tooDear),
  plain('work_mem'),
  plain('hash_mem_multiplier'),
  plain('maintenance_work_mem'),
  plain('shared_buffers'),
  plain('effective_cache_size'),
  plain('max_connections'),
  plain('max_logical_replication_workers'),
  plain('dynamic_shared_memory_type'),
  plain('min_dynamic_shared_memory'),
  plain('plan_cache_mode'),
  plain('jit'),
  plain('jit_above_cost'),
  plain('jit_inline_above_cost'),
  plain('jit_optimize_above_cost'),
  plain('io_method'),
  plain('io_workers'),
  plain('io_max_concurrency'),
  plain('io_combine_limit'),
  plain('effective_io_concurrency'),
  plain('maintenance_io_concurrency'),
  plain('allow_alter_system'),
];

function plain(name: string): ParallelSetting {
  return { name, off: null, far: null };
}

function off(name: string, value: string, means: string, whole: boolean): ParallelSetting {
  return { name, off: { value, means, whole }, far: null };
}

function far(name: string, factor: number, above: string, below: string): ParallelSetting {
  return { name, off: null, far: { factor, above, below } };
}
