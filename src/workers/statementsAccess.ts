import * as v from 'valibot';
import type { Transaction } from '../connection/transaction';
import { mayReadFiles, readFiles } from './configurationFiles';
import {
  adviceOf,
  howToInstall,
  obstacleTo,
  statementsSettings,
  type AccessFacts,
  type Advice,
} from './statementsAdvice';

/** Where the statistics can be read, with the columns there are; or why not. */
export type StatementsAccess =
  | {
      readonly ok: true;
      /** As SQL needs it. */
      readonly schema: string;
      readonly columns: ReadonlySet<string>;
      readonly database: string;
      /** As SQL needs it. */
      readonly user: string;
      /** What is worth telling although they can be read. */
      readonly advice: readonly Advice[];
    }
  | { readonly ok: false; readonly advice: Advice };

const text = v.nullable(v.string());
const flag = v.nullable(v.boolean());

const accessRow = v.object({
  role: v.string(),
  database: v.string(),
  database_quoted: v.string(),
  standby: v.boolean(),
  loaded: v.boolean(),
  reads_files: v.boolean(),
  packaged: text,
  version: text,
  schema: text,
  may_use_schema: flag,
  may_select: flag,
  columns: v.array(v.string()),
});

/**
 * One row. Only a library that was loaded when the server started has its settings in pg_settings (`_PG_init` of
 * pg_stat_statements.c); where it was not, reading the view is an error.
 */
const accessQuery = `
  SELECT pg_catalog.quote_ident(current_user) AS role,
         pg_catalog.current_database()::pg_catalog.text AS database,
         pg_catalog.quote_ident(pg_catalog.current_database()) AS database_quoted,
         pg_catalog.pg_is_in_recovery() AS standby,
         EXISTS (SELECT FROM pg_catalog.pg_settings AS s WHERE s.name = 'pg_stat_statements.max') AS loaded,
         ${mayReadFiles} AS reads_files,
         (SELECT a.default_version FROM pg_catalog.pg_available_extensions AS a
           WHERE a.name = 'pg_stat_statements') AS packaged,
         e.extversion AS version,
         pg_catalog.quote_ident(n.nspname) AS schema,
         pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS may_use_schema,
         pg_catalog.has_table_privilege(c.oid, 'SELECT') AS may_select,
         ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM (SELECT) AS one
    LEFT JOIN pg_catalog.pg_extension AS e ON e.extname = 'pg_stat_statements'
    LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
    LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = 'pg_stat_statements'`;

/** A value that this role may not see is null. */
const settingsQuery = `
  SELECT s.name, s.setting, s.sourcefile, s.pending_restart
    FROM pg_catalog.pg_settings AS s WHERE s.name = ANY ($1::pg_catalog.text[])`;

const settingRow = v.object({ name: v.string(), setting: text, sourcefile: text, pending_restart: v.boolean() });

/** Asks the catalogue, so that nothing is read that would fail. */
export async function statementsAccess(tx: Transaction): Promise<StatementsAccess> {
  const row = v.parse(accessRow, (await tx.query(accessQuery)).rows[0]);
  const facts = await accessFacts(tx, row);
  const { installed } = facts;
  if (installed === null) {
    return { ok: false, advice: howToInstall(facts) };
  }
  const obstacle = obstacleTo(installed, facts);
  if (obstacle !== null) {
    return { ok: false, advice: obstacle };
  }
  return {
    ok: true,
    schema: installed.schema,
    columns: new Set(row.columns),
    database: row.database,
    user: row.role,
    advice: adviceOf(facts),
  };
}

async function accessFacts(tx: Transaction, row: v.InferOutput<typeof accessRow>): Promise<AccessFacts> {
  const settings = v.parse(v.array(settingRow), (await tx.query(settingsQuery, [statementsSettings])).rows);
  return {
    role: row.role,
    database: row.database_quoted,
    standby: row.standby,
    loaded: row.loaded,
    settings: new Map(
      settings.map(({ name, setting, sourcefile, pending_restart }) => [
        name,
        { value: setting, sourceFile: sourcefile, pendingRestart: pending_restart },
      ]),
    ),
    files: row.reads_files ? await readFiles(tx, statementsSettings) : null,
    packaged: row.packaged,
    installed:
      row.version === null || row.schema === null
        ? null
        : {
            version: row.version,
            schema: row.schema,
            mayUseSchema: row.may_use_schema === true,
            maySelect: row.may_select === true,
          },
  };
}
