/** A planner setting that a run may override. Versions are majors, such as 16; null means in every supported one (13 to 18). */
export interface CatalogueSetting {
  /** Lower case, as `pg_settings.name`. */
  readonly name: string;
  /** What it does, one sentence. */
  readonly effect: string;
  readonly existsFrom: number | null;
  /** The last major that knows the name. */
  readonly existsTo: number | null;
  /** The name the same setting has in the versions that do not know this one. */
  readonly otherName: string | null;
}

/**
 * The planner and parallel-execution settings that a run may override, of PostgreSQL 13 to 18: all of pg_settings'
 * categories "Query Tuning" and the worker, memory, prefetch and JIT settings that change a plan or its execution, as
 * far as their context is `user`. Left out on purpose: `default_statistics_target` (read by ANALYZE only).
 */
export const catalogueSettings: readonly CatalogueSetting[] = [
  // Workers
  setting('max_parallel_workers_per_gather', 'Most workers planned for one Gather; 0 rules parallel plans out.'),
  setting('max_parallel_workers', 'Parallel workers the whole server may run when this session starts its own.'),
  setting('max_parallel_maintenance_workers', 'Most workers for one CREATE INDEX or VACUUM.'),
  setting('parallel_leader_participation', 'Whether the leader runs the parallel part too or only collects rows.'),
  setting('parallel_setup_cost', 'Cost counted once for starting the workers of a Gather.'),
  setting('parallel_tuple_cost', 'Cost counted for each row that a worker hands to the leader.'),
  setting('min_parallel_table_scan_size', 'Smallest table that several processes may scan together.'),
  setting('min_parallel_index_scan_size', 'Smallest part of an index that several processes may scan together.'),
  since(16, 'debug_parallel_query', 'Puts a Gather on top of every plan that is safe for it; for tests.', {
    otherName: 'force_parallel_mode',
  }),
  until(15, 'force_parallel_mode', 'Puts a Gather on top of every plan that is safe for it; for tests.', {
    otherName: 'debug_parallel_query',
  }),

  // Plan node types
  setting('enable_bitmapscan', 'Whether bitmap scans are considered.'),
  setting('enable_gathermerge', 'Whether Gather Merge is considered, which keeps the order of sorted workers.'),
  setting('enable_hashagg', 'Whether aggregation by hashing is considered.'),
  setting('enable_hashjoin', 'Whether hash joins are considered.'),
  setting('enable_indexonlyscan', 'Whether scans that read the index alone are considered.'),
  setting('enable_indexscan', 'Whether index scans are considered.'),
  setting('enable_material', 'Whether keeping rows for a second reading (Materialize) is considered.'),
  setting('enable_mergejoin', 'Whether merge joins are considered.'),
  setting('enable_nestloop', 'Whether nested loops are considered.'),
  setting('enable_parallel_append', 'Whether the processes may work on different children of an Append.'),
  setting('enable_parallel_hash', 'Whether the processes may build one shared hash table.'),
  setting('enable_partition_pruning', 'Whether partitions that cannot hold a match are skipped.'),
  setting('enable_partitionwise_aggregate', 'Whether aggregation partition by partition is considered.'),
  setting('enable_partitionwise_join', 'Whether joining partition by partition is considered.'),
  setting('enable_seqscan', 'Whether sequential scans are considered, the parallel ones too.'),
  setting('enable_sort', 'Whether explicit sorts are considered.'),
  setting('enable_tidscan', 'Whether scans by row address are considered.'),
  setting('enable_incremental_sort', 'Whether sorting the rest of a partly sorted input is considered.'),
  since(14, 'enable_async_append', 'Whether an Append may wait for several foreign scans at once.'),
  since(14, 'enable_memoize', 'Whether caching the inner rows of a nested loop is considered.'),
  since(16, 'enable_presorted_aggregate', 'Whether the input of ORDER BY and DISTINCT aggregates is sorted early.'),
  since(17, 'enable_group_by_reordering', 'Whether GROUP BY keys may change places to match an order at hand.'),
  since(18, 'enable_distinct_reordering', 'Whether DISTINCT keys may change places to match an order at hand.'),
  since(18, 'enable_self_join_elimination', 'Whether a join of a table with itself on its key is removed.'),

  // Costs
  setting('seq_page_cost', 'Cost of reading one page in sequence.'),
  setting('random_page_cost', 'Cost of reading one page out of sequence.'),
  setting('cpu_tuple_cost', 'Cost of handling one row.'),
  setting('cpu_index_tuple_cost', 'Cost of handling one index entry.'),
  setting('cpu_operator_cost', 'Cost of one operator or of a function with COST 1.'),
  setting('effective_cache_size', 'How much of the data the planner takes to be in memory.'),
  setting('cursor_tuple_fraction', 'Share of a cursor’s rows that the planner expects to be fetched.'),
  since(15, 'recursive_worktable_factor', 'How large a recursive query’s work table is taken to be.'),

  // Search
  setting('from_collapse_limit', 'Up to how many FROM items a subquery is merged into the query around it.'),
  setting('join_collapse_limit', 'Up to how many FROM items explicit joins may be reordered.'),
  setting('constraint_exclusion', 'Whether CHECK constraints are used to leave tables out.'),
  setting('plan_cache_mode', 'Whether a prepared statement is planned for its values or once for all.'),
  setting('geqo', 'Whether joins of many tables are ordered by the genetic search.'),
  setting('geqo_threshold', 'From how many FROM items the genetic search is used.'),
  setting('geqo_effort', 'How much planning time the genetic search spends for a better plan.'),
  setting('geqo_pool_size', 'How many join orders the genetic search keeps; 0 chooses by effort.'),
  setting('geqo_generations', 'How many rounds the genetic search runs; 0 chooses by effort.'),
  setting('geqo_selection_bias', 'How strongly the genetic search prefers good join orders.'),
  setting('geqo_seed', 'Where the genetic search starts; the same seed gives the same plan.'),

  // Memory, prefetch
  setting('work_mem', 'Memory of one sort or hash table in each process, before it spills to disk.'),
  setting('hash_mem_multiplier', 'How many times work_mem a hash table may take.'),
  setting('maintenance_work_mem', 'Memory of an index build, shared by its processes.'),
  setting('effective_io_concurrency', 'How many reads a process keeps in flight.'),
  since(17, 'io_combine_limit', 'Largest single read.'),

  // JIT
  setting('jit', 'Whether expressions may be compiled; each process compiles for itself.'),
  setting('jit_above_cost', 'From which plan cost on expressions are compiled; -1 never.'),
  setting('jit_inline_above_cost', 'From which plan cost on functions are inlined while compiling; -1 never.'),
  setting('jit_optimize_above_cost', 'From which plan cost on the compiled code is optimised; -1 never.'),
  setting('jit_expressions', 'Whether JIT compiles expressions.'),
  setting('jit_tuple_deforming', 'Whether JIT compiles the reading of rows.'),
];

type Other = Pick<CatalogueSetting, 'otherName'>;

function setting(name: string, effect: string): CatalogueSetting {
  return { name, effect, existsFrom: null, existsTo: null, otherName: null };
}

function since(major: number, name: string, effect: string, other: Other = { otherName: null }): CatalogueSetting {
  return { ...setting(name, effect), existsFrom: major, ...other };
}

function until(major: number, name: string, effect: string, other: Other): CatalogueSetting {
  return { ...setting(name, effect), existsTo: major, ...other };
}
