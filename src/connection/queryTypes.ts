import type { CustomTypesConfig } from 'pg';

/** OIDs of pg_type.dat whose text is kept: json, jsonb, and everything that holds a date, a time or an interval. */
const keptAsText = new Set([
  114, 199, 3802, 3807, 1082, 1083, 1114, 1115, 1182, 1183, 1184, 1185, 1186, 1187, 1266, 1270,
]);

/**
 * How values arrive: smallint, integer, oid and floats as numbers, boolean as boolean, arrays of these and of text as
 * arrays, bigint, numeric and everything else as the server's text. JSON and times stay text: a plan is kept as the
 * server sent it, and a time has no zone of ours put into it.
 */
export function queryTypes(driver: CustomTypesConfig): CustomTypesConfig {
  return {
    getTypeParser: (oid, format) => {
      const parser: unknown = keptAsText.has(oid) ? String : driver.getTypeParser(oid, format);
      return parser;
    },
  };
}
