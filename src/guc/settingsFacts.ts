/** A name as the server has it, and as its own `quote_ident` writes it into SQL. */
export interface SqlName {
  readonly name: string;
  readonly quoted: string;
}

/** One row of `pg_settings` about the session that asked. */
export interface SettingState {
  readonly name: string;
  /** As SHOW prints it: `64MB`. */
  readonly value: string;
  /** In `unit`. */
  readonly setting: string;
  /** Such as `8kB`; null without one. */
  readonly unit: string | null;
  readonly vartype: 'bool' | 'integer' | 'real' | 'string' | 'enum';
  /** Where the session's value comes from: a name of `GucSource_Names` in guc_tables.c. */
  readonly source: string;
  /** Who may change it and when: `user`, `superuser`, `sighup`, `postmaster`, … */
  readonly context: string;
  /** What is built into the server, in `unit`; null for none. */
  readonly defaultValue: string | null;
  /** What RESET goes back to, in `unit`. */
  readonly resetValue: string | null;
  /** The configuration files say something else, which only a restart brings. */
  readonly pendingRestart: boolean;
  /** Whether the value stands in postgresql.auto.conf; null when the server does not tell us. */
  readonly fromAutoConf: boolean | null;
}

/** For whom a row of `pg_db_role_setting` is; `everywhere` is ALTER ROLE ALL. */
export type SettingScope =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'database'; readonly database: SqlName }
  | { readonly kind: 'role'; readonly role: SqlName }
  | { readonly kind: 'roleInDatabase'; readonly role: SqlName; readonly database: SqlName };

export interface ScopedSetting {
  readonly name: string;
  /** As it was written. */
  readonly value: string;
  readonly scope: SettingScope;
}

/** A table or materialized view with the storage parameter `parallel_workers`. */
export interface TableWorkers {
  readonly kind: 'TABLE' | 'MATERIALIZED VIEW';
  /** With its schema, quoted for SQL. */
  readonly table: string;
  readonly workers: number;
  /** By the last VACUUM or ANALYZE. */
  readonly sizeBytes: number;
}

/** What the configuration files say of one setting, as it was written; null where they say nothing. */
export interface FileValue {
  /** Of postgresql.auto.conf. */
  readonly auto: string | null;
  /** Of all files together. */
  readonly last: string;
}

/** What a server says about the settings that decide about parallelism. */
export interface SettingsFacts {
  readonly serverVersion: number;
  /** Whom the session logged in as: the role whose settings it got. */
  readonly user: SqlName;
  readonly database: SqlName;
  readonly onStandby: boolean;
  /** Those of `parallelSettings` that the server has. */
  readonly settings: ReadonlyMap<string, SettingState>;
  readonly scoped: readonly ScopedSetting[];
  /** Of this database, the largest first. */
  readonly tables: readonly TableWorkers[];
  /** There are more such tables than `tables` holds. */
  readonly moreTables: boolean;
  /** Null when this user may not see them; a setting that no file names is not in it. */
  readonly files: ReadonlyMap<string, FileValue> | null;
  readonly connections: {
    /** Client connections other than the one that asked. */
    readonly now: number;
    /** Those of them that run a statement; null when some are hidden from this user. */
    readonly active: number | null;
    /** `max_connections`. */
    readonly maximum: number;
  };
}

/** What the user has told us about the machine, which PostgreSQL does not tell. */
export interface ServerSize {
  readonly cores: number | null;
  readonly memoryBytes: number | null;
}

/** The setting's number in its own unit; NaN when the server has no such setting. */
export function numberOf(facts: SettingsFacts, name: string): number {
  return Number(facts.settings.get(name)?.setting ?? NaN);
}
