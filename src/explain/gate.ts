import type { Transaction } from '../connection/transaction';
import type { StatementFacts } from '../sql/statementFacts';

/** What executing a statement could do that its reader may not expect. */
export interface Concerns {
  /** `INSERT INTO orders`, … */
  readonly writes: readonly string[];
  /** `FOR UPDATE`, … */
  readonly rowLocks: readonly string[];
  /** Volatile functions that are not known to be harmless, as `schema.name`. */
  readonly volatileFunctions: readonly string[];
}

/** The question that is asked before such a statement is executed. */
export interface AnalyzeQuestion {
  readonly sentence: string;
  readonly detail: string;
  readonly confirm: string;
}

/**
 * Volatile functions of pg_catalog that change nothing outside of the query: clocks, random numbers, sleeping, and functions
 * that read sizes, positions and statistics (`provolatile = 'v'` in pg_proc.dat because their answer changes).
 */
const harmlessVolatile: readonly string[] = [
  'clock_timestamp',
  'currval',
  'gen_random_uuid',
  'lastval',
  'pg_blocking_pids',
  'pg_current_wal_lsn',
  'pg_database_size',
  'pg_indexes_size',
  'pg_is_in_recovery',
  'pg_last_wal_receive_lsn',
  'pg_last_wal_replay_lsn',
  'pg_lock_status',
  'pg_relation_size',
  'pg_sleep',
  'pg_sleep_for',
  'pg_sleep_until',
  'pg_table_size',
  'pg_tablespace_size',
  'pg_total_relation_size',
  'random',
  'random_normal',
  'timeofday',
  'uuidv4',
  'uuidv7',
];

/**
 * Finds the volatile functions a statement may call, by name and through the views it reads.
 * `$1`, `$2`: schemas (empty when none is written) and names of the functions called; `$3`, `$4`: the same of the relations read;
 * `$5`: harmless functions of pg_catalog. One row for each function: `function` as `schema.name`.
 *
 * A view's query is only in `pg_rewrite.ev_action`, a pg_node_tree; `:funcid` is the function of a FuncExpr (primnodes.h). Names are
 * resolved along the search path; of several overloads one volatile is enough, for which one is called only the server's
 * analysis knows. What operators and casts call is not looked at; the read-only transaction still stands behind this.
 */
const volatileFunctionsQuery = `
WITH RECURSIVE read_view(oid, query) AS (
  SELECT c.oid, r.ev_action::text COLLATE "C"
  FROM unnest($3::text[], $4::text[]) AS relation(schema, name)
  JOIN pg_catalog.pg_class c ON c.relname = relation.name AND c.relkind = 'v'
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.ev_type = '1'
  WHERE n.nspname = relation.schema OR relation.schema = '' AND pg_catalog.pg_table_is_visible(c.oid)
UNION
  SELECT c.oid, r.ev_action::text COLLATE "C"
  FROM read_view v
  CROSS JOIN LATERAL (SELECT DISTINCT m[1]::oid AS oid FROM pg_catalog.regexp_matches(v.query, ':relid (\\d+)', 'g') AS m) AS used
  JOIN pg_catalog.pg_class c ON c.oid = used.oid AND c.relkind = 'v'
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.ev_type = '1'
), called(oid) AS (
  SELECT p.oid
  FROM unnest($1::text[], $2::text[]) AS call(schema, name)
  JOIN pg_catalog.pg_proc p ON p.proname = call.name
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = call.schema OR call.schema = '' AND pg_catalog.pg_function_is_visible(p.oid)
UNION
  SELECT m[1]::oid FROM read_view v CROSS JOIN LATERAL pg_catalog.regexp_matches(v.query, ':funcid (\\d+)', 'g') AS m
)
SELECT DISTINCT n.nspname || '.' || p.proname AS function
FROM called
JOIN pg_catalog.pg_proc p ON p.oid = called.oid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.provolatile = 'v' AND NOT (n.nspname = 'pg_catalog' AND p.proname = ANY ($5::text[]))
ORDER BY 1`;

/** The volatile functions that a statement may call, as `schema.name`. */
export async function volatileFunctions(
  tx: Transaction,
  { functions, relations }: StatementFacts,
): Promise<readonly string[]> {
  if (functions.length === 0 && relations.length === 0) {
    return [];
  }
  const { rows } = await tx.query(volatileFunctionsQuery, [
    functions.map(({ schema }) => schema ?? ''),
    functions.map(({ name }) => name),
    relations.map(({ schema }) => schema ?? ''),
    relations.map(({ name }) => name),
    harmlessVolatile,
  ]);
  return rows.map(row => String(row['function']));
}

/** The question to ask before executing; null when nothing calls for one. */
export function analyzeQuestion(concerns: Concerns): AnalyzeQuestion | null {
  const parts = [
    concerns.writes.length > 0 ? `It writes: ${concerns.writes.join(', ')}.` : null,
    concerns.rowLocks.length > 0 ? `It locks rows: ${concerns.rowLocks.join(', ')}.` : null,
    concerns.volatileFunctions.length > 0
      ? `It calls volatile functions: ${concerns.volatileFunctions.join(', ')}.`
      : null,
  ].filter(part => part !== null);
  return parts.length === 0
    ? null
    : askToExecute('Explain Analyze executes this statement, and then rolls it back.', parts);
}

/** The question after the server refused a write inside a read-only transaction (SQLSTATE 25006). */
export function writeQuestion(message: string): AnalyzeQuestion {
  return askToExecute('This statement wants to write. Run it in a transaction that may, and roll that back?', [
    `PostgreSQL said: ${message}.`,
  ]);
}

function askToExecute(sentence: string, parts: readonly string[]): AnalyzeQuestion {
  const leftovers =
    'A rollback does not undo: sequence numbers taken, what dblink or a foreign server did, WAL and dead rows written, ' +
    'locks held while it runs, and whatever a function did outside of the database.';
  return { sentence, detail: `${parts.join('\n')}\n\n${leftovers}`, confirm: 'Execute and Roll Back' };
}
