import * as v from 'valibot';
import { catalogueNames } from './catalogue';

/** One row of `pg_settings`: what this server takes as a value of the setting. */
export interface ServerSetting {
  readonly name: string;
  /** The session's value, in `unit`. */
  readonly setting: string;
  /** Unit of bare numbers and of the limits, such as `8kB`; null without one. */
  readonly unit: string | null;
  readonly vartype: 'bool' | 'integer' | 'real' | 'string' | 'enum';
  /** Who may change it and when: `user`, `superuser`, `sighup`, `postmaster`, `internal`, … */
  readonly context: string;
  readonly minValue: string | null;
  readonly maxValue: string | null;
  readonly enumValues: readonly string[] | null;
}

/** Reads the catalogue's settings from `pg_settings`; its one parameter is `serverSettingsParameter`. */
export const serverSettingsQuery = `SELECT name, setting, unit, vartype, context, min_val, max_val,
  pg_catalog.array_to_string(enumvals, ',') AS enumvals
FROM pg_catalog.pg_settings WHERE name = ANY ($1::pg_catalog.text[])`;

/** The `$1` of `serverSettingsQuery`: the catalogue's names as an array literal. */
export const serverSettingsParameter = `{${catalogueNames.join(',')}}`;

const text = v.nullable(v.string());
const row = v.object({
  name: v.string(),
  setting: v.string(),
  unit: text,
  vartype: v.picklist(['bool', 'integer', 'real', 'string', 'enum']),
  context: v.string(),
  min_val: text,
  max_val: text,
  enumvals: text,
});

/** The settings by name. A row that is not as `serverSettingsQuery` returns it is left out, so its setting counts as unknown. */
export function decodeServerSettings(rows: readonly unknown[]): ReadonlyMap<string, ServerSetting> {
  const settings = new Map<string, ServerSetting>();
  for (const one of rows) {
    const decoded = v.safeParse(row, one);
    if (decoded.success) {
      const { name, setting, unit, vartype, context, min_val, max_val, enumvals } = decoded.output;
      const enumValues = enumvals?.split(',') ?? null;
      settings.set(name, { name, setting, unit, vartype, context, minValue: min_val, maxValue: max_val, enumValues });
    }
  }
  return settings;
}
