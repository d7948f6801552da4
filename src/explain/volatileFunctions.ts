import { randomBytes } from 'node:crypto';
import { ServerError } from '../connection/errors';
import { functionsNamed, relationsNamed } from '../connection/sessionNames';
import type { Transaction } from '../connection/transaction';
import { splitStatements } from '../sql/statements';
import type { StatementFacts } from '../sql/statementFacts';
import { TokenCursor } from '../sql/tokens';

/**
 * Volatile functions of pg_catalog that change nothing outside of the query: clocks, random numbers, sleeping, and functions
 * that read sizes, positions, settings and statistics (`provolatile = 'v'` in pg_proc.dat because their answer changes), among
 * them all that the system's own views call. Not here although they may only read: what runs a query or opens a file that
 * it is given (query_to_xml, ts_stat, pg_read_file). A function whose name begins with `pg_stat_get_` is harmless, too.
 */
const harmlessVolatile: readonly string[] = [
  'array_sample',
  'array_shuffle',
  'clock_timestamp',
  'current_query',
  'currval',
  'gen_random_uuid',
  'lastval',
  'pg_available_wal_summaries',
  'pg_blocking_pids',
  'pg_collation_actual_version',
  'pg_control_checkpoint',
  'pg_control_init',
  'pg_control_recovery',
  'pg_control_system',
  'pg_current_logfile',
  'pg_current_wal_flush_lsn',
  'pg_current_wal_insert_lsn',
  'pg_current_wal_lsn',
  'pg_database_collation_actual_version',
  'pg_database_size',
  'pg_get_aios',
  'pg_get_backend_memory_contexts',
  'pg_get_loaded_modules',
  'pg_get_multixact_members',
  'pg_get_sequence_data',
  'pg_get_shmem_allocations',
  'pg_get_shmem_allocations_numa',
  'pg_get_wait_events',
  'pg_get_wal_replay_pause_state',
  'pg_get_wal_resource_managers',
  'pg_get_wal_summarizer_state',
  'pg_hba_file_rules',
  'pg_ident_file_mappings',
  'pg_indexes_size',
  'pg_is_in_backup',
  'pg_is_in_recovery',
  'pg_is_wal_replay_paused',
  'pg_jit_available',
  'pg_last_committed_xact',
  'pg_last_wal_receive_lsn',
  'pg_last_wal_replay_lsn',
  'pg_last_xact_replay_timestamp',
  'pg_lock_status',
  'pg_ls_archive_statusdir',
  'pg_ls_logdir',
  'pg_ls_tmpdir',
  'pg_ls_waldir',
  'pg_notification_queue_usage',
  'pg_partition_ancestors',
  'pg_partition_tree',
  'pg_prepared_xact',
  'pg_relation_size',
  'pg_safe_snapshot_blocking_pids',
  'pg_sequence_last_value',
  'pg_show_all_file_settings',
  'pg_show_replication_origin_status',
  'pg_sleep',
  'pg_sleep_for',
  'pg_sleep_until',
  'pg_stat_have_stats',
  'pg_table_size',
  'pg_tablespace_size',
  'pg_total_relation_size',
  'pg_xact_commit_timestamp',
  'pg_xact_commit_timestamp_origin',
  'pg_xact_status',
  'random',
  'random_normal',
  'timeofday',
  'timezone',
  'txid_status',
  'uuidv4',
  'uuidv7',
];

/**
 * The volatile functions that executing a query may call, read from trees that the server has analysed (pg_node_tree;
 * fields of primnodes.h and parsenodes.h). One row for each: `function` as `schema.name`.
 *
 * `$1`: the name of a temporary view of the query, or null. Without a view, names are all there is: `$2` the functions that
 * may be called (of several overloads one volatile is enough, for which one is called only the analysis knows), `$3` the
 * relations that are read. `$4`: harmless functions of pg_catalog.
 *
 * The analysis fills `opfuncid` in for every operator of an expression (make_op in parse_oper.c), so `opno` is not looked at.
 * From a tree the look goes on to the views it reads, the row security policies of its relations, and the CHECK constraints of
 * the domains it makes values of, also inside arrays and rows.
 */
const volatileFunctionsQuery = String.raw`
WITH RECURSIVE reached(what, oid, tree) AS (
  (SELECT 'tree', 0::oid, r.ev_action::text COLLATE "C"
   FROM pg_catalog.pg_class c
   JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
   WHERE c.relname = $1 AND c.relnamespace = pg_catalog.pg_my_temp_schema()
  UNION ALL
   SELECT 'relation', named.oid, '' FROM pg_catalog.unnest($3::pg_catalog.oid[]) AS named(oid))
UNION
  SELECT next.what, next.oid, next.tree COLLATE "C"
  FROM reached
  CROSS JOIN LATERAL (
    SELECT 'relation', m[1]::oid, '' FROM pg_catalog.regexp_matches(reached.tree, ':relid (\d+)', 'g') AS m
  UNION ALL
    SELECT 'type', m[1]::oid, ''
    FROM pg_catalog.regexp_matches(reached.tree, ':(?:resulttype|funcresulttype|typid) (\d+)', 'g') AS m
  UNION ALL
    SELECT 'type', pg_catalog.regexp_split_to_table(m[1], ' ')::oid, ''
    FROM pg_catalog.regexp_matches(reached.tree, ':(?:funccoltypes|coltypes) \(o (\d[\d ]*)\)', 'g') AS m
  UNION ALL
    SELECT 'tree', 0::oid, r.ev_action::text
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.ev_type = '1'
    WHERE reached.what = 'relation' AND c.oid = reached.oid AND c.relkind = 'v'
  UNION ALL
    SELECT 'tree', 0::oid, p.polqual::text
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid AND p.polcmd IN ('r', '*') AND p.polqual IS NOT NULL
    WHERE reached.what = 'relation' AND c.oid = reached.oid AND c.relrowsecurity
  UNION ALL
    SELECT 'type', part.oid, ''
    FROM pg_catalog.pg_type t
    CROSS JOIN LATERAL (
      SELECT pg_catalog.unnest(ARRAY[t.typbasetype, t.typelem])
    UNION ALL
      SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0
    ) AS part(oid)
    WHERE reached.what = 'type' AND t.oid = reached.oid AND part.oid <> 0
  UNION ALL
    SELECT 'tree', 0::oid, k.conbin::text
    FROM pg_catalog.pg_constraint k
    WHERE reached.what = 'type' AND k.contypid = reached.oid AND k.conbin IS NOT NULL
  ) AS next(what, oid, tree)
), called(oid) AS (
  SELECT named.oid FROM pg_catalog.unnest($2::pg_catalog.oid[]) AS named(oid)
UNION
  SELECT m[1]::oid
  FROM reached
  CROSS JOIN LATERAL pg_catalog.regexp_matches(reached.tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)', 'g') AS m
UNION
  SELECT pg_catalog.unnest(ARRAY[t.typinput, t.typoutput])::oid
  FROM reached
  CROSS JOIN LATERAL pg_catalog.regexp_matches(reached.tree, ':[a-z]*type (\d+)', 'g') AS m
  JOIN pg_catalog.pg_type t ON t.oid = m[1]::oid
  WHERE reached.tree LIKE '%{COERCEVIAIO %'
), running(oid) AS (
  SELECT oid FROM called
UNION
  SELECT pg_catalog.unnest(ARRAY[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
                                 a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn])::oid
  FROM called
  JOIN pg_catalog.pg_aggregate a ON a.aggfnoid::oid = called.oid
)
SELECT DISTINCT n.nspname || '.' || p.proname AS function
FROM running
JOIN pg_catalog.pg_proc p ON p.oid = running.oid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.provolatile = 'v'
  AND NOT (n.nspname = 'pg_catalog' AND (p.proname = ANY ($4::pg_catalog.text[]) OR pg_catalog.starts_with(p.proname, 'pg_stat_get_')))
ORDER BY 1`;

/**
 * The volatile functions that executing a statement may call and that are not known to be harmless, as `schema.name`: those
 * behind calls, operators, casts, domains, aggregates and window functions, in the statement, the views it reads and the row
 * security policies of its relations. Executes nothing of the statement.
 *
 * The server's own analysis tells, from a temporary view of the query. So the transaction should be one that may write, and one
 * that works by `catalog`; it goes on as it was, and the view is rolled back. (That can run event triggers of CREATE VIEW, which only superusers can make.
 * A literal passes its type's input function while it is analysed, as it does under a plain EXPLAIN.) Where the server refuses
 * the view (no TEMP privilege, a standby, a role that is read-only by default), and for statements that write, the functions
 * that are called by name and what views and policies call are all that is found.
 *
 * Not found: what a function calls in turn, I/O functions of a type inside of arrays and rows, and support functions of
 * operator classes, access methods and samplings, which only superusers can make.
 */
export async function volatileFunctions(
  tx: Transaction,
  statement: { readonly sql: string; readonly facts: StatementFacts },
): Promise<readonly string[]> {
  const { functions, relations } = statement.facts;
  const query = queryOf(statement.sql, statement.facts);
  return (
    (query === null ? null : await foundByAnalysis(tx, query)) ??
    (await found(tx, [
      null,
      (await functionsNamed(tx, functions)).map(({ oid }) => oid),
      (await relationsNamed(tx, relations)).filter(oid => oid !== null),
    ]))
  );
}

/** The query that a statement runs, without a `;`; null when it does more than that. */
function queryOf(sql: string, { kind }: StatementFacts): string | null {
  if (kind !== 'select' && kind !== 'declareCursor') {
    return null;
  }
  const [statement, ...others] = splitStatements(sql);
  if (!statement || others.length > 0) {
    return null;
  }
  const text = sql.slice(statement.start, statement.end);
  return kind === 'select' ? text : cursorQuery(text);
}

/** FOR is a reserved word, so the first one in `DECLARE name … CURSOR … FOR query` is where the query begins. */
function cursorQuery(declaration: string): string | null {
  const cursor = new TokenCursor(declaration);
  while (cursor.next()) {
    if (cursor.isWord('FOR')) {
      return declaration.slice(cursor.end);
    }
  }
  return null;
}

/** Null when the server refuses the view; for what only takes too long, the names are no substitute. */
function foundByAnalysis(tx: Transaction, query: string): Promise<readonly string[] | null> {
  const view = `planpool_${randomBytes(12).toString('hex')}`;
  return tx.savepoint(async () => {
    try {
      // The line ends before the parenthesis, so that no comment of the query takes it along.
      await tx.bySessionPath(() =>
        tx.query(`CREATE TEMPORARY VIEW pg_temp.${view} AS SELECT 1 AS one FROM (${query}\n) AS query`),
      );
    } catch (error) {
      if (error instanceof ServerError && !tookTooLong.includes(error.code)) {
        return null;
      }
      throw error;
    }
    return await found(tx, [view, [], []]);
  });
}

/** `query_canceled` (statement_timeout, too) and `lock_not_available` (lock_timeout). */
const tookTooLong: readonly string[] = ['57014', '55P03'];

type Seeds = readonly [view: string | null, functions: readonly string[], relations: readonly string[]];

async function found(tx: Transaction, seeds: Seeds): Promise<readonly string[]> {
  const { rows } = await tx.query(volatileFunctionsQuery, [...seeds, harmlessVolatile]);
  return rows.map(row => String(row['function']));
}
