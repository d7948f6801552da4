import * as v from 'valibot';
import type { QueryValue } from '../connection/session';
import { relationNames, relationsNamed } from '../connection/sessionNames';
import type { Transaction } from '../connection/transaction';
import { quoteIdentifier } from '../plan/quoteIdentifier';
import type { MaintainedRelation, MaintenanceStatement } from '../sql/maintenance';
import { expressionSafety } from './expressionSafety';
import type { MaintenanceFacts, MaintenanceRequest, MaintenanceSettings, TableFacts } from './maintenanceFacts';

/** Asks what decides the workers of the statement. Nothing is locked, and what was dropped meanwhile is left out. */
export async function readMaintenanceFacts(
  tx: Transaction,
  statement: MaintenanceStatement,
): Promise<MaintenanceFacts> {
  const server = v.parse(serverRow, (await tx.query(serverQuery)).rows[0]);
  const relations = statement.kind === 'createIndex' ? [statement.relation] : statement.relations;
  const requests =
    relations.length === 0
      ? [await readDatabase(tx, statement.kind === 'vacuum' && statement.full)]
      : await readRelations(tx, relations, statement.kind === 'vacuum');
  const [request] = requests;
  return {
    serverVersion: tx.serverVersion,
    database: server.database,
    user: server.role,
    settings: settingsOf(server),
    requests,
    safety:
      statement.kind === 'createIndex' && request?.found === 'table' && request.relation !== null
        ? await expressionSafety(tx, statement, request.relation)
        : { kind: 'safe' },
  };
}

const serverRow = v.object({
  database: v.string(),
  role: v.string(),
  workers: v.number(),
  memory_kb: v.number(),
  table_blocks: v.number(),
  index_blocks: v.number(),
  block_bytes: v.number(),
  parallel_workers: v.number(),
  processes: v.number(),
});

const setting = (name: string): string =>
  `(SELECT s.setting::pg_catalog.int4 FROM pg_catalog.pg_settings AS s WHERE s.name = '${name}')`;

const serverQuery = `
  SELECT pg_catalog.current_database()::pg_catalog.text AS database, current_user::pg_catalog.text AS role,
         ${setting('max_parallel_maintenance_workers')} AS workers,
         ${setting('maintenance_work_mem')} AS memory_kb,
         ${setting('min_parallel_table_scan_size')} AS table_blocks,
         ${setting('min_parallel_index_scan_size')} AS index_blocks,
         ${setting('block_size')} AS block_bytes,
         ${setting('max_parallel_workers')} AS parallel_workers,
         ${setting('max_worker_processes')} AS processes`;

function settingsOf(row: v.InferOutput<typeof serverRow>): MaintenanceSettings {
  return {
    workers: row.workers,
    memoryKb: row.memory_kb,
    tableBlocks: row.table_blocks,
    indexBlocks: row.index_blocks,
    blockBytes: row.block_bytes,
    parallelWorkers: row.parallel_workers,
    processes: row.processes,
  };
}

const count = v.pipe(v.string(), v.transform(Number));

const indexes = v.pipe(
  v.string(),
  v.transform((json): unknown => JSON.parse(json)),
  v.array(v.object({ method: v.string(), blocks: v.number() })),
);

const tableRow = v.object({
  place: count,
  found: v.nullable(v.boolean()),
  oid: v.nullable(v.string()),
  temporary: v.nullable(v.boolean()),
  bytes: v.nullable(count),
  planner_blocks: v.nullable(v.number()),
  parallel_workers: v.nullable(v.string()),
  index_cleanup: v.nullable(v.string()),
  indexes: v.nullable(indexes),
});

type TableRow = v.InferOutput<typeof tableRow> & { readonly name: string | null };

async function readRelations(
  tx: Transaction,
  relations: readonly MaintainedRelation[],
  isVacuum: boolean,
): Promise<readonly MaintenanceRequest[]> {
  const oids = await relationsNamed(tx, relations);
  const values: readonly QueryValue[] = [oids.map(oid => oid ?? '0'), relations.map(({ alone }) => String(alone))];
  const rows = await readTables(tx, relationsQuery(tx.serverVersion, isVacuum), values);
  return relations.map(({ schema, name }, place) => {
    const found = rows.filter(row => row.place === place + 1);
    return {
      relation: [...(schema === null ? [] : [schema]), name].map(quoteIdentifier).join('.'),
      found: found[0]?.found === true ? 'table' : found[0]?.found === false ? 'noTable' : 'missing',
      tables: found.flatMap(tableOf),
    };
  });
}

async function readDatabase(tx: Transaction, full: boolean): Promise<MaintenanceRequest> {
  const rows = await readTables(tx, databaseQuery(tx.serverVersion, full ? 1 : 2), []);
  return { relation: null, found: 'table', tables: rows.flatMap(tableOf) };
}

async function readTables(tx: Transaction, sql: string, values: readonly QueryValue[]): Promise<readonly TableRow[]> {
  const rows = v.parse(v.array(tableRow), (await tx.query(sql, values)).rows);
  const names = await relationNames(
    tx,
    rows.flatMap(({ oid }) => oid ?? []),
  );
  return rows.map(row => ({ ...row, name: row.oid === null ? null : (names.get(row.oid) ?? null) }));
}

function tableOf(row: TableRow): readonly TableFacts[] {
  if (row.name === null || row.bytes === null || row.planner_blocks === null) {
    return [];
  }
  return [
    {
      name: row.name,
      temporary: row.temporary === true,
      bytes: row.bytes,
      plannerBlocks: row.planner_blocks,
      parallelWorkers: row.parallel_workers === null ? null : Number(row.parallel_workers),
      indexCleanupOff: ['off', 'false', 'no', '0'].includes(row.index_cleanup?.toLowerCase() ?? ''),
      indexes: row.indexes ?? [],
    },
  ];
}

/**
 * CREATE INDEX goes down to the partitions of a partitioned table, VACUUM too, and from 18 on VACUUM also to the tables that
 * inherit from any other (`expand_vacuum_rel` in vacuum.c). `$1`: the relations, 0 for one that was not found; `$2`: `true`
 * for those without what is below them.
 */
function relationsQuery(serverVersion: number, isVacuum: boolean): string {
  const goesDown = isVacuum && serverVersion >= 180000 ? 'true' : "asked.relkind = 'p'";
  return `
  WITH RECURSIVE asked AS (
    SELECT a.place, a.alone::pg_catalog.bool AS alone, c.oid, c.relkind
      FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]),
                      pg_catalog.unnest($2::pg_catalog.text[])) WITH ORDINALITY AS a (oid, alone, place)
      LEFT JOIN pg_catalog.pg_class AS c ON c.oid = a.oid
  ), tree (place, oid) AS (
    SELECT asked.place, asked.oid FROM asked WHERE asked.oid IS NOT NULL
    UNION
    SELECT tree.place, i.inhrelid
      FROM tree JOIN asked USING (place) JOIN pg_catalog.pg_inherits AS i ON i.inhparent = tree.oid
     WHERE NOT asked.alone AND ${goesDown}
  )
  SELECT asked.place, asked.relkind IN ('r', 'm', 'p', 't') AS found, t.*
    FROM asked LEFT JOIN tree USING (place)
    LEFT JOIN LATERAL (${tableColumns(serverVersion)} WHERE c.oid = tree.oid AND c.relkind IN ('r', 'm', 't')) AS t ON true
   ORDER BY asked.place, t.bytes DESC NULLS LAST, t.relname`;
}

/** Those with so many indexes: the others never need workers. */
function databaseQuery(serverVersion: number, leastIndexes: number): string {
  return `
  SELECT 1::pg_catalog.int8 AS place, true AS found, t.*
    FROM (${tableColumns(serverVersion)}
           WHERE c.relkind IN ('r', 'm') AND c.relhasindex
             AND (c.relpersistence <> 't' OR c.relnamespace = pg_catalog.pg_my_temp_schema())
             AND (SELECT pg_catalog.count(*) FROM pg_catalog.pg_index AS x WHERE x.indrelid = c.oid) >= ${String(leastIndexes)}) AS t
   ORDER BY t.bytes DESC NULLS LAST, t.relname`;
}

/** A size is null when the table was dropped meanwhile. The floor of ten blocks is that of `estimate_rel_size` in plancat.c. */
function tableColumns(serverVersion: number): string {
  const neverLookedAt = serverVersion >= 140000 ? 'c.reltuples < 0' : 'c.relpages = 0';
  return `
    SELECT c.oid::pg_catalog.text AS oid, c.relname, c.relpersistence = 't' AS temporary, size.bytes,
           CASE WHEN size.blocks < 10 AND ${neverLookedAt} AND NOT c.relhassubclass THEN 10
                ELSE size.blocks END::pg_catalog.int4 AS planner_blocks,
           ${option('parallel_workers')} AS parallel_workers,
           ${option('vacuum_index_cleanup')} AS index_cleanup,
           (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                     'method', am.amname, 'blocks', pg_catalog.pg_relation_size(ic.oid) / ${blockBytes}))::pg_catalog.text
              FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS ic ON ic.oid = x.indexrelid
              JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam
             WHERE x.indrelid = c.oid AND x.indisready AND pg_catalog.pg_relation_size(ic.oid) IS NOT NULL) AS indexes
      FROM pg_catalog.pg_class AS c
     CROSS JOIN LATERAL (
       SELECT one.bytes, one.bytes / ${blockBytes} AS blocks
         FROM (SELECT pg_catalog.pg_relation_size(c.oid) AS bytes) AS one) AS size`;
}

const blockBytes = "pg_catalog.current_setting('block_size')::pg_catalog.int8";

function option(name: string): string {
  return `(SELECT o.option_value FROM pg_catalog.pg_options_to_table(c.reloptions) AS o WHERE o.option_name = '${name}')`;
}
