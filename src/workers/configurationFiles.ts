import * as v from 'valibot';
import { ServerError } from '../connection/errors';
import type { Transaction } from '../connection/transaction';
import type { FileValue } from '../guc/settingsFacts';

/** A condition: whether this role may read what `readFiles` does. */
export const mayReadFiles = `(
         pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
         AND pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE'))`;

const query = `
  SELECT f.name, f.setting, f.sourcefile
    FROM pg_catalog.pg_file_settings AS f
   WHERE pg_catalog.lower(f.name) = ANY ($1::pg_catalog.text[]) AND f.setting IS NOT NULL
   ORDER BY f.seqno`;

const row = v.object({ name: v.string(), setting: v.string(), sourcefile: v.string() });

/** What the configuration files say of these settings, also what waits for a restart; null when the server cannot read them. */
export async function readFiles(
  tx: Transaction,
  names: readonly string[],
): Promise<ReadonlyMap<string, FileValue> | null> {
  try {
    const { rows } = await tx.savepoint(() => tx.query(query, [names]));
    const files = new Map<string, FileValue>();
    for (const one of rows) {
      const { name, setting, sourcefile } = v.parse(row, one);
      const known = files.get(name.toLowerCase());
      files.set(name.toLowerCase(), { auto: isAutoConf(sourcefile) ? setting : (known?.auto ?? null), last: setting });
    }
    return files;
  } catch (error) {
    if (error instanceof ServerError) {
      return null;
    }
    throw error;
  }
}

/** Whether it is the file that ALTER SYSTEM writes. */
export function isAutoConf(file: string): boolean {
  return /(^|[/\\])postgresql\.auto\.conf$/.test(file);
}
