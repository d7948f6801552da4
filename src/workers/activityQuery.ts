/**
 * One row: what the server is, and what is needed to read its activity. `statements` is the schema, quoted, of a
 * `pg_stat_statements(boolean)` that can be called and counts workers, else null: the extension (1.12 or newer) is in this
 * database, its library was loaded when the server started (only then its settings stand in pg_settings; otherwise the call
 * fails), and this role may call it.
 */
export function serverFactsQuery(serverVersion: number): string {
  const since18 = serverVersion >= 180000;
  return `
  SELECT pg_catalog.current_database()::pg_catalog.text AS database,
         current_user::pg_catalog.text AS role,
         pg_catalog.pg_is_in_recovery() AS on_standby,
         pg_catalog.current_setting('max_parallel_workers')::pg_catalog.int4 AS parallel_max,
         pg_catalog.current_setting('max_worker_processes')::pg_catalog.int4 AS background_max,
         ${since18 ? statementsSchema : 'NULL::pg_catalog.text'} AS statements,
         ${since18 ? `(SELECT pg_catalog.sum(parallel_workers_to_launch) FROM ${counters})` : 'NULL'}::pg_catalog.float8 AS asked,
         ${since18 ? `(SELECT pg_catalog.sum(parallel_workers_launched) FROM ${counters})` : 'NULL'}::pg_catalog.float8 AS launched`;
}

const counters = 'pg_catalog.pg_stat_database';

const statementsSchema = `(
  SELECT pg_catalog.quote_ident(n.nspname)
    FROM pg_catalog.pg_extension AS e
    JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
     AND d.refobjid = e.oid AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'e'
    JOIN pg_catalog.pg_proc AS p ON p.oid = d.objid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
   WHERE e.extname = 'pg_stat_statements' AND p.proname = 'pg_stat_statements'
     AND 'parallel_workers_to_launch' = ANY (p.proargnames)
     AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
     AND EXISTS (SELECT FROM pg_catalog.pg_settings AS s WHERE s.name = 'pg_stat_statements.max')
   LIMIT 1)`;

/**
 * Of a queue of hundreds at one lock everybody waits for all who came before. Who holds the lock came first, and
 * `pg_blocking_pids` follows the order of coming.
 */
export const mostBlockers = 50;

/**
 * One row for each process but the one that asks and its workers.
 *
 * - A role without pg_read_all_stats sees of others only who they are; `query` then is a fixed text (`pg_stat_get_activity`
 *   in pgstatfuncs.c).
 * - The query of a database with another encoding is passed over: its bytes may not be text for this one, and then the
 *   whole answer would fail.
 * - The server keeps `track_activity_query_size` - 1 bytes and drops what is left of a character that was cut apart
 *   (`pgstat_clip_activity` in backend_status.c), at most three bytes.
 */
export function activityQuery(serverVersion: number): string {
  return `
  SELECT a.pid, a.datid::pg_catalog.text AS database_id, a.usesysid::pg_catalog.text AS user_id,
         a.datname::pg_catalog.text AS database, a.usename::pg_catalog.text AS role, a.application_name AS application,
         CASE WHEN a.client_port = -1 THEN 'local'
              ELSE COALESCE(a.client_hostname, pg_catalog.host(a.client_addr)) || ':' || a.client_port::pg_catalog.text END AS client,
         a.backend_type, a.leader_pid, a.state, a.wait_event_type, a.wait_event,
         ${utc('a.backend_start')} AS started_at,
         ${utc('a.query_start')} AS query_started_at,
         ${millisecondsSince('a.query_start')} AS query_ms,
         ${millisecondsSince('a.xact_start')} AS transaction_ms,
         ${millisecondsSince('a.state_change')} AS state_ms,
         a.backend_start IS NULL AND a.query = '<insufficient privilege>' AS hidden,
         CASE WHEN ${readable} THEN NULLIF(a.query, '') END AS query,
         pg_catalog.octet_length(a.query) >= size.bytes - 4 AS cut_short,
         ${serverVersion >= 140000 ? 'a.query_id::pg_catalog.text' : 'NULL::pg_catalog.text'} AS query_id,
         CASE WHEN a.wait_event_type = 'Lock' THEN (pg_catalog.pg_blocking_pids(a.pid))[1:${mostBlockers}] END AS blocked_by
    FROM pg_catalog.pg_stat_activity AS a
    LEFT JOIN pg_catalog.pg_database AS d ON d.oid = a.datid
   CROSS JOIN (SELECT s.setting::pg_catalog.int4 AS bytes
                 FROM pg_catalog.pg_settings AS s WHERE s.name = 'track_activity_query_size') AS size
   WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.leader_pid IS DISTINCT FROM pg_catalog.pg_backend_pid()`;
}

/** SQL_ASCII takes any bytes, and what is sent to a client in UTF-8 must be valid in it. */
const readable = `
         (d.oid IS NULL OR pg_catalog.pg_encoding_to_char(d.encoding) = pg_catalog.getdatabaseencoding())
         AND (pg_catalog.getdatabaseencoding() <> 'SQL_ASCII' OR a.query ~ '^[\\x01-\\x7f]*$')`;

function utc(time: string): string {
  return `pg_catalog.to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

function millisecondsSince(time: string): string {
  return `pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - ${time}) * 1000::pg_catalog.float8`;
}

/** How many workers the statements with these ids (`$1`) asked for and got each time on average, where they asked for any. */
export function usualWorkersQuery(schema: string): string {
  return `
  SELECT s.queryid::pg_catalog.text AS query_id, s.dbid::pg_catalog.text AS database_id, s.userid::pg_catalog.text AS user_id,
         s.parallel_workers_to_launch::pg_catalog.float8 / s.calls::pg_catalog.float8 AS asked,
         s.parallel_workers_launched::pg_catalog.float8 / s.calls::pg_catalog.float8 AS launched
    FROM ${schema}.pg_stat_statements(false) AS s
   WHERE s.toplevel AND s.calls > 0 AND s.parallel_workers_to_launch > 0
     AND s.queryid = ANY ($1::pg_catalog.int8[])`;
}
