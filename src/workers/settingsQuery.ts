import * as v from 'valibot';
import type { Transaction } from '../connection/transaction';
import { parallelSettings } from '../guc/parallelSettings';
import type { ScopedSetting, SettingScope, SettingsFacts, SettingState, TableWorkers } from '../guc/settingsFacts';
import { parseInteger } from '../guc/value';
import { isAutoConf, mayReadFiles, readFiles } from './configurationFiles';

/** The `$1` of several queries. */
const names = parallelSettings.map(({ name }) => name);

/** Tables beyond so many are only said to exist. */
const mostTables = 200;

/** What the server says about its settings for parallelism. Takes no lock on a table; needs no right that PUBLIC lacks. */
export async function readSettings(tx: Transaction): Promise<SettingsFacts> {
  const session = v.parse(sessionRow, (await tx.query(sessionQuery)).rows[0]);
  const settings = (await tx.query(settingsQuery, [names])).rows.map(row => settingState(row, session.sees_files));
  const scoped = (await tx.query(scopedQuery, [names])).rows.map(scopedSetting);
  const tables = (await tx.query(tablesQuery, [mostTables + 1])).rows.flatMap(tableWorkers);
  const connections = v.parse(connectionsRow, (await tx.query(connectionsQuery)).rows[0]);
  const byName = new Map(settings.map(state => [state.name, state]));
  return {
    serverVersion: tx.serverVersion,
    user: { name: session.user_name, quoted: session.user_quoted },
    database: { name: session.database_name, quoted: session.database_quoted },
    onStandby: session.on_standby,
    settings: byName,
    scoped: scoped.filter(one => one !== null),
    tables: tables.slice(0, mostTables),
    moreTables: tables.length > mostTables,
    files: session.reads_files ? await readFiles(tx, names) : null,
    connections: {
      now: connections.now,
      active: connections.hidden > 0 ? null : connections.active,
      maximum: Number(byName.get('max_connections')?.setting ?? NaN),
    },
  };
}

const sessionQuery = `
  SELECT session_user AS user_name, pg_catalog.quote_ident(session_user) AS user_quoted,
         pg_catalog.current_database() AS database_name,
         pg_catalog.quote_ident(pg_catalog.current_database()) AS database_quoted,
         pg_catalog.pg_is_in_recovery() AS on_standby,
         pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE') AS sees_files,
         ${mayReadFiles} AS reads_files`;

const sessionRow = v.object({
  user_name: v.string(),
  user_quoted: v.string(),
  database_name: v.string(),
  database_quoted: v.string(),
  on_standby: v.boolean(),
  sees_files: v.boolean(),
  reads_files: v.boolean(),
});

const settingsQuery = `
  SELECT s.name, pg_catalog.current_setting(s.name) AS value, s.setting, s.unit, s.vartype, s.source, s.context,
         s.boot_val, s.reset_val, s.pending_restart, s.sourcefile
    FROM pg_catalog.pg_settings s
   WHERE s.name = ANY ($1::pg_catalog.text[])
   ORDER BY pg_catalog.array_position($1::pg_catalog.text[], s.name)`;

const settingRow = v.object({
  name: v.string(),
  value: v.string(),
  setting: v.string(),
  unit: v.nullable(v.string()),
  vartype: v.picklist(['bool', 'integer', 'real', 'string', 'enum']),
  source: v.string(),
  context: v.string(),
  boot_val: v.nullable(v.string()),
  reset_val: v.nullable(v.string()),
  pending_restart: v.boolean(),
  sourcefile: v.nullable(v.string()),
});

function settingState(row: unknown, seesFiles: boolean): SettingState {
  const { boot_val, reset_val, pending_restart, sourcefile, ...state } = v.parse(settingRow, row);
  return {
    ...state,
    defaultValue: boot_val,
    resetValue: reset_val,
    pendingRestart: pending_restart,
    // Of a value that a database or a role brings, the server does not tell what the files say.
    fromAutoConf: seesFiles ? sourcefile !== null && isAutoConf(sourcefile) : null,
  };
}

const scopedQuery = `
  SELECT pg_catalog.split_part(c.entry, '=', 1) AS name,
         pg_catalog.substr(c.entry, pg_catalog.strpos(c.entry, '=') + 1) AS value,
         d.datname AS database, pg_catalog.quote_ident(d.datname) AS database_quoted,
         r.rolname AS role, pg_catalog.quote_ident(r.rolname) AS role_quoted
    FROM pg_catalog.pg_db_role_setting s
   CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (entry)
    LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
   WHERE pg_catalog.split_part(c.entry, '=', 1) = ANY ($1::pg_catalog.text[])
     AND (s.setdatabase = 0 OR d.oid IS NOT NULL) AND (s.setrole = 0 OR r.oid IS NOT NULL)
   ORDER BY d.datname NULLS FIRST, r.rolname NULLS FIRST, name`;

const scopedRow = v.object({
  name: v.string(),
  value: v.string(),
  database: v.nullable(v.string()),
  database_quoted: v.nullable(v.string()),
  role: v.nullable(v.string()),
  role_quoted: v.nullable(v.string()),
});

function scopedSetting(row: unknown): ScopedSetting {
  const { name, value, ...names } = v.parse(scopedRow, row);
  return { name, value, scope: scopeOf(names) };
}

function scopeOf(names: Omit<v.InferOutput<typeof scopedRow>, 'name' | 'value'>): SettingScope {
  const role = sqlName(names.role, names.role_quoted);
  const database = sqlName(names.database, names.database_quoted);
  if (role && database) {
    return { kind: 'roleInDatabase', role, database };
  }
  if (role) {
    return { kind: 'role', role };
  }
  return database ? { kind: 'database', database } : { kind: 'everywhere' };
}

function sqlName(name: string | null, quoted: string | null): { name: string; quoted: string } | null {
  return name === null || quoted === null ? null : { name, quoted };
}

const tablesQuery = `
  SELECT c.relkind, pg_catalog.format('%I.%I', n.nspname, c.relname) AS table, o.option_value AS workers,
         c.relpages::pg_catalog.float8 * pg_catalog.current_setting('block_size')::pg_catalog.float8 AS bytes
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   CROSS JOIN LATERAL pg_catalog.pg_options_to_table(c.reloptions) o
   WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND o.option_name = 'parallel_workers'
   ORDER BY c.relpages DESC, 2 LIMIT $1::pg_catalog.int4`;

const tableRow = v.object({ relkind: v.string(), table: v.string(), workers: v.string(), bytes: v.number() });

function tableWorkers(row: unknown): TableWorkers[] {
  const { relkind, table, workers, bytes } = v.parse(tableRow, row);
  const parsed = parseInteger(workers, null);
  const kind = relkind === 'm' ? 'MATERIALIZED VIEW' : 'TABLE';
  return parsed.ok ? [{ kind, table, workers: parsed.value, sizeBytes: bytes }] : [];
}

/** Of sessions that this user may not look into, the kind is hidden: who has a database and a user counts as a client. */
const connectionsQuery = `
  SELECT pg_catalog.count(*)::pg_catalog.int4 AS now,
         (pg_catalog.count(*) FILTER (WHERE a.state = 'active'))::pg_catalog.int4 AS active,
         (pg_catalog.count(*) FILTER (WHERE a.backend_type IS NULL))::pg_catalog.int4 AS hidden
    FROM pg_catalog.pg_stat_activity a
   WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.datid IS NOT NULL AND a.usesysid IS NOT NULL
     AND (a.backend_type IS NULL OR a.backend_type = 'client backend')`;

const connectionsRow = v.object({ now: v.number(), active: v.number(), hidden: v.number() });
