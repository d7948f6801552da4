import * as v from 'valibot';
import type { Transaction } from '../connection/transaction';

/** A sentence, and the SQL that would change what it says: for the user to copy, never run from here. */
export interface Advice {
  readonly sentence: string;
  readonly sql: string | null;
}

/** Where the statistics can be read, with the columns there are; or why not. */
export type StatementsAccess =
  | {
      readonly ok: true;
      /** As SQL needs it. */
      readonly schema: string;
      readonly columns: ReadonlySet<string>;
      readonly user: string;
      /** What is worth telling although they can be read. */
      readonly advice: readonly Advice[];
    }
  | { readonly ok: false; readonly advice: Advice };

const text = v.nullable(v.string());

const row = v.object({
  role: v.string(),
  database: v.string(),
  standby: v.boolean(),
  loaded: v.boolean(),
  track: text,
  compute_query_id: text,
  libraries: text,
  packaged: text,
  version: text,
  schema: text,
  may_use_schema: v.nullable(v.boolean()),
  may_select: v.nullable(v.boolean()),
  columns: v.nullable(v.array(v.string())),
});

type Row = v.InferOutput<typeof row>;

/**
 * One row. Only a library that was loaded when the server started has its settings in pg_settings (`_PG_init` of
 * pg_stat_statements.c); where it was not, reading the view is an error. A value that this role may not see is null.
 */
const query = `
  SELECT pg_catalog.quote_ident(current_user) AS role,
         pg_catalog.quote_ident(pg_catalog.current_database()) AS database,
         pg_catalog.pg_is_in_recovery() AS standby,
         EXISTS (SELECT FROM pg_catalog.pg_settings AS s WHERE s.name = 'pg_stat_statements.max') AS loaded,
         (SELECT s.setting FROM pg_catalog.pg_settings AS s WHERE s.name = 'pg_stat_statements.track') AS track,
         (SELECT s.setting FROM pg_catalog.pg_settings AS s WHERE s.name = 'compute_query_id') AS compute_query_id,
         (SELECT s.setting FROM pg_catalog.pg_settings AS s WHERE s.name = 'shared_preload_libraries') AS libraries,
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

/** Asks the catalogue, so that nothing is read that would fail. */
export async function statementsAccess(tx: Transaction): Promise<StatementsAccess> {
  const facts = v.parse(row, (await tx.query(query)).rows[0]);
  const obstacle = obstacleOf(facts);
  if (obstacle !== null || facts.schema === null) {
    return { ok: false, advice: obstacle ?? notInstalled(facts) };
  }
  return {
    ok: true,
    schema: facts.schema,
    columns: new Set(facts.columns),
    user: facts.role,
    advice: adviceOf(facts),
  };
}

function obstacleOf(facts: Row): Advice | null {
  if (!facts.loaded) {
    return notLoaded(facts);
  }
  if (facts.schema === null) {
    return notInstalled(facts);
  }
  if (facts.may_use_schema === false) {
    return {
      sentence: `The role ${facts.role} may not use the schema ${facts.schema}, which holds pg_stat_statements.`,
      sql: `GRANT USAGE ON SCHEMA ${facts.schema} TO ${facts.role};`,
    };
  }
  if (facts.may_select === false) {
    return {
      sentence: `The role ${facts.role} may not read pg_stat_statements.`,
      sql: `GRANT SELECT ON ${facts.schema}.pg_stat_statements TO ${facts.role};`,
    };
  }
  return null;
}

function notLoaded({ packaged, libraries }: Row): Advice {
  if (packaged === null) {
    return notPackaged;
  }
  const load =
    'PostgreSQL keeps statistics of statements when pg_stat_statements is loaded at its start, and it was not.';
  if (libraries === null) {
    return {
      sentence: `${load} Add it to shared_preload_libraries, after what is there (SHOW shared_preload_libraries, as a superuser), and restart PostgreSQL.`,
      sql: 'SHOW shared_preload_libraries;',
    };
  }
  // The whole list as one constant would be one library of that odd name, and the server would not start again.
  const list = [...preloaded(libraries), 'pg_stat_statements']
    .map(name => `'${name.replaceAll("'", "''")}'`)
    .join(', ');
  return {
    sentence: `${load} Add it to shared_preload_libraries and restart PostgreSQL.`,
    sql: `ALTER SYSTEM SET shared_preload_libraries = ${list};`,
  };
}

function notInstalled({ packaged, standby, database }: Row): Advice {
  if (packaged === null) {
    return notPackaged;
  }
  const where = standby ? ' This is a standby: run it on the primary.' : '';
  return {
    sentence: `PostgreSQL keeps statistics of statements; to read them, the database ${database} needs the extension.${where}`,
    sql: 'CREATE EXTENSION pg_stat_statements;',
  };
}

const notPackaged: Advice = {
  sentence:
    'The machine of the server does not have pg_stat_statements. It comes with PostgreSQL, often in a package named postgresql-contrib.',
  sql: null,
};

function adviceOf(facts: Row): readonly Advice[] {
  const advice: Advice[] = [];
  if (facts.track === 'none') {
    advice.push({
      sentence: 'pg_stat_statements.track is none: statements are not counted.',
      sql: 'ALTER SYSTEM SET pg_stat_statements.track = top;\nSELECT pg_reload_conf();',
    });
  }
  if (facts.compute_query_id === 'off') {
    advice.push({
      sentence: 'compute_query_id is off: statements are not counted.',
      sql: 'ALTER SYSTEM SET compute_query_id = auto;\nSELECT pg_reload_conf();',
    });
  }
  if (facts.packaged !== null && facts.version !== null && isOlder(facts.version, facts.packaged)) {
    const where = facts.standby ? ' This is a standby: run it on the primary.' : '';
    advice.push({
      sentence: `The extension was made as version ${facts.version}; this server has ${facts.packaged}, which tells more.${where}`,
      sql: 'ALTER EXTENSION pg_stat_statements UPDATE;',
    });
  }
  return advice;
}

/** Versions of pg_stat_statements are two numbers: 1.9 is older than 1.10. */
function isOlder(version: string, other: string): boolean {
  const numbers = (one: string): readonly number[] => one.split('.').map(Number);
  const [major = 0, minor = 0] = numbers(version);
  const [otherMajor = 0, otherMinor = 0] = numbers(other);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

/** The names in the value of the setting: between commas, each plain or in double quotes (`SplitDirectoriesString`). */
function preloaded(libraries: string): readonly string[] {
  const names = libraries.match(/"(?:[^"]|"")*"|[^,\s][^,]*/g) ?? [];
  return names.map(name => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.trim()));
}
