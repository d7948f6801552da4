import type { FileValue } from '../guc/settingsFacts';
import { isAutoConf } from './configurationFiles';

/** A sentence, and the SQL that would change what it says: for the user to copy, never run from here. */
export interface Advice {
  readonly sentence: string;
  readonly sql: string | null;
  /** What brings back what was there before; null where nothing is changed, or what was there cannot be seen. */
  readonly undo: string | null;
}

/** What the server says of itself and of the extension. */
export interface AccessFacts {
  /** As SQL needs them, the role and the database that were asked with. */
  readonly role: string;
  readonly database: string;
  readonly standby: boolean;
  /** The library was loaded when the server started. */
  readonly loaded: boolean;
  readonly settings: ReadonlyMap<string, KnownSetting>;
  /** Null when this role may not see them. */
  readonly files: ReadonlyMap<string, FileValue> | null;
  /** The version that the server's machine has; null for none. */
  readonly packaged: string | null;
  /** The extension in this database. */
  readonly installed: InstalledExtension | null;
}

/** A value or a source file that this role may not see is null. */
export interface KnownSetting {
  readonly value: string | null;
  readonly sourceFile: string | null;
  readonly pendingRestart: boolean;
}

export interface InstalledExtension {
  readonly version: string;
  /** As SQL needs it. */
  readonly schema: string;
  readonly mayUseSchema: boolean;
  readonly maySelect: boolean;
}

/** The settings that decide whether statements are counted. */
export const statementsSettings: readonly string[] = [
  'shared_preload_libraries',
  'pg_stat_statements.track',
  'compute_query_id',
];

/** What a database without the extension needs. */
export function howToInstall(facts: AccessFacts): Advice {
  if (facts.packaged === null) {
    return notPackaged;
  }
  return facts.loaded ? notInstalled(facts) : notLoaded(facts);
}

/** Why the statistics cannot be read where the extension is, and what would help; null when they can. */
export function obstacleTo(installed: InstalledExtension, facts: AccessFacts): Advice | null {
  const { role } = facts;
  if (!facts.loaded) {
    return howToInstall(facts);
  }
  if (!installed.mayUseSchema) {
    return {
      sentence: `The role ${role} may not use the schema ${installed.schema}, which holds pg_stat_statements.`,
      sql: `GRANT USAGE ON SCHEMA ${installed.schema} TO ${role};`,
      undo: `REVOKE USAGE ON SCHEMA ${installed.schema} FROM ${role};`,
    };
  }
  if (!installed.maySelect) {
    return {
      sentence: `The role ${role} may not read pg_stat_statements.`,
      sql: `GRANT SELECT ON ${installed.schema}.pg_stat_statements TO ${role};`,
      undo: `REVOKE SELECT ON ${installed.schema}.pg_stat_statements FROM ${role};`,
    };
  }
  return null;
}

/** What is worth telling although they can be read. */
export function adviceOf(facts: AccessFacts): readonly Advice[] {
  const { packaged, installed } = facts;
  const advice: Advice[] = [];
  if (facts.settings.get('pg_stat_statements.track')?.value === 'none') {
    advice.push({
      sentence: 'pg_stat_statements.track is none: statements are not counted.',
      ...reloaded('pg_stat_statements.track', 'top', facts),
    });
  }
  if (facts.settings.get('compute_query_id')?.value === 'off') {
    advice.push({
      sentence: 'compute_query_id is off: statements are not counted.',
      ...reloaded('compute_query_id', 'auto', facts),
    });
  }
  if (packaged !== null && installed !== null && isOlder(installed.version, packaged)) {
    advice.push({
      sentence: `The extension was made as version ${installed.version}; this server has ${packaged}, which tells more.${where(facts)}`,
      sql: 'ALTER EXTENSION pg_stat_statements UPDATE;',
      undo: null,
    });
  }
  return advice;
}

const libraries = 'shared_preload_libraries';

function notLoaded(facts: AccessFacts): Advice {
  const load =
    'PostgreSQL keeps statistics of statements when pg_stat_statements is loaded at its start, and it was not.';
  const setting = facts.settings.get(libraries);
  // What the files say is what the next start brings; a change that waits for it must not get lost.
  const next = facts.files === null ? setting?.value : (facts.files.get(libraries)?.last ?? setting?.value);
  if (next === null || next === undefined) {
    return {
      sentence: `${load} Add it to shared_preload_libraries, after what is there (SHOW shared_preload_libraries, as a superuser), and restart PostgreSQL.`,
      sql: 'SHOW shared_preload_libraries;',
      undo: null,
    };
  }
  if (facts.files === null && setting?.pendingRestart === true) {
    return {
      sentence: `${load} A change of shared_preload_libraries waits for a restart already, and is hidden from ${facts.role}: add it to that, and restart PostgreSQL.`,
      sql: "SELECT * FROM pg_catalog.pg_file_settings WHERE name = 'shared_preload_libraries';",
      undo: null,
    };
  }
  const names = namesIn(next);
  if (names.includes('pg_stat_statements')) {
    return { sentence: `${load} It is in shared_preload_libraries by now: restart PostgreSQL.`, sql: null, undo: null };
  }
  return {
    sentence: `${load} Add it to shared_preload_libraries and restart PostgreSQL.`,
    sql: alterSystem(libraries, list([...names, 'pg_stat_statements'])),
    undo: undoOf(libraries, facts, before => list(namesIn(before))),
  };
}

function notInstalled(facts: AccessFacts): Advice {
  return {
    sentence: `PostgreSQL keeps statistics of statements; to read them, the database ${facts.database} needs the extension.${where(facts)}`,
    sql: 'CREATE EXTENSION pg_stat_statements;',
    undo: 'DROP EXTENSION pg_stat_statements;',
  };
}

const notPackaged: Advice = {
  sentence:
    'The machine of the server does not have pg_stat_statements. It comes with PostgreSQL, often in a package named postgresql-contrib.',
  sql: null,
  undo: null,
};

function where({ standby }: AccessFacts): string {
  return standby ? ' This is a standby: run it on the primary.' : '';
}

function reloaded(name: string, value: string, facts: AccessFacts): Pick<Advice, 'sql' | 'undo'> {
  const reload = '\nSELECT pg_catalog.pg_reload_conf();';
  const undo = undoOf(name, facts, constant);
  return { sql: alterSystem(name, constant(value)) + reload, undo: undo === null ? null : undo + reload };
}

/** Back to what postgresql.auto.conf said; null when that is hidden. */
function undoOf(name: string, facts: AccessFacts, written: (before: string) => string): string | null {
  const { value = null, sourceFile = null } = facts.settings.get(name) ?? {};
  const before = facts.files?.get(name)?.auto ?? null;
  if (facts.files !== null) {
    return before === null ? `ALTER SYSTEM RESET ${name};` : alterSystem(name, written(before));
  }
  if (value === null || sourceFile === null) {
    return null;
  }
  return isAutoConf(sourceFile) ? alterSystem(name, written(value)) : `ALTER SYSTEM RESET ${name};`;
}

function alterSystem(name: string, written: string): string {
  return `ALTER SYSTEM SET ${name} = ${written};`;
}

/** Each name a constant of its own: the whole list as one would be one library of that odd name, and the server would not start again. */
function list(names: readonly string[]): string {
  return names.length === 0 ? "''" : names.map(constant).join(', ');
}

function constant(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** The names in the value of such a setting: between commas, each plain or in double quotes (`SplitDirectoriesString`). */
function namesIn(value: string): readonly string[] {
  const names = value.match(/"(?:[^"]|"")*"|[^,\s][^,]*/g) ?? [];
  return names.map(name => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.trim()));
}

/** Versions of pg_stat_statements are two numbers: 1.9 is older than 1.10. */
function isOlder(version: string, other: string): boolean {
  const numbers = (one: string): readonly number[] => one.split('.').map(Number);
  const [major = 0, minor = 0] = numbers(version);
  const [otherMajor = 0, otherMinor = 0] = numbers(other);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
