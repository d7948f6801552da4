import * as v from 'valibot';
import { ServerError } from '../connection/errors';
import type { Transaction } from '../connection/transaction';
import { statementsAccess } from './statementsAccess';
import type { Advice } from './statementsAdvice';

/** A statement as pg_stat_statements counts it, over all of its executions. */
export interface StatementRow {
  /** Database, role, query id and level: what the server tells one statement from another by. */
  readonly key: string;
  /** Null when it was dropped. */
  readonly database: string | null;
  readonly inCurrentDatabase: boolean;
  readonly user: string | null;
  /** The whole text, with `$1` for constants; null when the server could not tell it. */
  readonly text: string | null;
  /** False for a statement inside of a function; null where the server does not tell them apart (before 14). */
  readonly topLevel: boolean | null;
  readonly calls: number;
  /** Executing, without planning. */
  readonly totalMs: number;
  readonly rows: number;
  /** Workers that all executions together asked for and got; null where the server does not count them (before 18). */
  readonly workers: { readonly asked: number; readonly launched: number } | null;
}

/** What the rows are: those that got fewer workers than they asked for and other parallel ones, or simply the longest. */
export type StatementsRanking = 'parallel' | 'noneParallel' | 'workersUnknown';

export type StatementsFacts =
  | { readonly available: false; readonly advice: Advice }
  | {
      readonly available: true;
      readonly ranking: StatementsRanking;
      /** At most `shownStatements`, in the order to show them. */
      readonly rows: readonly StatementRow[];
      /** How many statements there are whose text and id this role may see, and how many not. */
      readonly visibleCount: number;
      readonly hiddenCount: number;
      /** The database that was asked in, by the server's name: a pooler may call it otherwise. */
      readonly database: string;
      /** As SQL needs it. */
      readonly user: string;
      readonly advice: readonly Advice[];
    };

export const shownStatements = 50;

const count = v.pipe(v.string(), v.transform(Number));
const text = v.nullable(v.string());

const summaryRow = v.object({ visible: count, hidden: count, parallel: count });

const statementRow = v.object({
  key: v.string(),
  database: text,
  current: v.nullable(v.boolean()),
  role: text,
  query: text,
  toplevel: v.nullable(v.boolean()),
  calls: count,
  total_ms: v.number(),
  rows: count,
  asked: v.nullable(count),
  launched: v.nullable(count),
});

/**
 * The statements that matter most to who looks at workers: with figures of workers (PostgreSQL 18), those that asked for
 * some, starved ones first; without, those that took longest. What cannot be read is told with what to do about it; the
 * transaction goes on in any case.
 */
export async function readStatements(tx: Transaction): Promise<StatementsFacts> {
  const access = await statementsAccess(tx);
  if (!access.ok) {
    return { available: false, advice: access.advice };
  }
  const sql = statementsSql(access.schema, access.columns);
  const summary = v.parse(summaryRow, (await tx.query(sql.summary)).rows[0]);
  const ranking = !sql.countsWorkers ? 'workersUnknown' : summary.parallel > 0 ? 'parallel' : 'noneParallel';
  const list = ranking === 'parallel' ? sql.parallel : sql.longest;
  const rows = v.parse(v.array(statementRow), await readList(tx, list));
  return {
    available: true,
    ranking,
    rows: rows.map(decodeRow),
    visibleCount: summary.visible,
    hiddenCount: summary.hidden,
    database: access.database,
    user: access.user,
    advice: access.advice,
  };
}

/** A text whose bytes are none in this database's or our encoding fails the whole answer: then without any texts. */
async function readList(tx: Transaction, list: (showText: boolean) => string): Promise<readonly unknown[]> {
  const whole = await tx.savepoint(async () => {
    try {
      return (await tx.query(list(true))).rows;
    } catch (error) {
      if (error instanceof ServerError && badText.includes(error.code)) {
        return null;
      }
      throw error;
    }
  });
  return whole ?? (await tx.query(list(false))).rows;
}

/** `character_not_in_repertoire` and `untranslatable_character`. */
const badText: readonly string[] = ['22021', '22P05'];

function decodeRow(row: v.InferOutput<typeof statementRow>): StatementRow {
  return {
    key: row.key,
    database: row.database,
    inCurrentDatabase: row.current === true,
    user: row.role,
    text: row.query,
    topLevel: row.toplevel,
    calls: row.calls,
    totalMs: row.total_ms,
    rows: row.rows,
    workers: row.asked === null || row.launched === null ? null : { asked: row.asked, launched: row.launched },
  };
}

interface StatementsSql {
  readonly countsWorkers: boolean;
  readonly summary: string;
  readonly parallel: (showText: boolean) => string;
  readonly longest: (showText: boolean) => string;
}

/**
 * By the columns that this version of the extension has: `total_time` was renamed in 1.8, `toplevel` came with 1.9, workers
 * with 1.12. A statement that this role may not see has no query id.
 */
function statementsSql(schema: string, columns: ReadonlySet<string>): StatementsSql {
  const countsWorkers = columns.has('parallel_workers_to_launch');
  const totalMs = columns.has('total_exec_time') ? 's.total_exec_time' : 's.total_time';
  const topLevel = columns.has('toplevel') ? 's.toplevel' : 'NULL::pg_catalog.bool';
  const asked = countsWorkers ? 's.parallel_workers_to_launch' : 'NULL::pg_catalog.int8';
  const launched = countsWorkers ? 's.parallel_workers_launched' : 'NULL::pg_catalog.int8';
  const summary = `
  SELECT pg_catalog.count(*) FILTER (WHERE s.queryid IS NOT NULL) AS visible,
         pg_catalog.count(*) FILTER (WHERE s.queryid IS NULL) AS hidden,
         pg_catalog.count(*) FILTER (WHERE s.queryid IS NOT NULL AND ${asked} > 0) AS parallel
    FROM ${schema}.pg_stat_statements(false) AS s`;
  const list = (condition: string, order: string) => (showText: boolean) => `
  SELECT pg_catalog.concat_ws(':', s.dbid, s.userid, s.queryid, ${topLevel}::pg_catalog.int4) AS key,
         d.datname::pg_catalog.text AS database, d.datname = pg_catalog.current_database() AS current,
         r.rolname::pg_catalog.text AS role,
         s.query, ${topLevel} AS toplevel, s.calls, ${totalMs} AS total_ms, s.rows,
         ${asked} AS asked, ${launched} AS launched
    FROM (SELECT * FROM ${schema}.pg_stat_statements(${String(showText)}) AS s
           WHERE s.queryid IS NOT NULL AND ${condition}
           ORDER BY ${order}
           LIMIT ${String(shownStatements)}) AS s
    LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
    LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
   ORDER BY ${order}`;
  const byTime = `${totalMs} DESC, s.queryid, s.dbid, s.userid`;
  const missing = `(${asked} - ${launched})::pg_catalog.float8 / ${asked}::pg_catalog.float8`;
  return {
    countsWorkers,
    summary,
    parallel: list(`${asked} > 0`, `${missing} * ${totalMs} DESC, ${byTime}`),
    longest: list('true', byTime),
  };
}
