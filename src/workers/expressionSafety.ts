import * as v from 'valibot';
import { ServerError } from '../connection/errors';
import { functionsNamed } from '../connection/sessionNames';
import type { Transaction } from '../connection/transaction';
import type { CreateIndex } from '../sql/maintenance';

/**
 * Whether all of the expressions of an index may be computed by a worker. `unsafe` names the functions that are called there
 * and are not PARALLEL SAFE, as far as they are called by name. `unknown`: the server would not say.
 */
export type ExpressionSafety =
  | { readonly kind: 'safe' }
  | { readonly kind: 'unsafe'; readonly functions: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Asks the planner itself, which looks into what a text does not show: operators, casts, functions that it inlines. It puts
 * a Gather on top of a plan that is parallel safe as a whole when it is forced to, however small the table is
 * (`standard_planner` in planner.c). Executes nothing but what planning computes, as CREATE INDEX does, too.
 * `relation` is as SQL needs it.
 */
export async function expressionSafety(
  tx: Transaction,
  { expressions, functions }: CreateIndex,
  relation: string,
): Promise<ExpressionSafety> {
  if (expressions?.length === 0) {
    return { kind: 'safe' };
  }
  const names = await notSafe(tx, functions);
  const answer = expressions === null ? null : await forcedGather(tx, expressions, relation);
  if (answer === true) {
    return { kind: 'safe' };
  }
  if (answer === false || names.length > 0) {
    return { kind: 'unsafe', functions: names };
  }
  return { kind: 'unknown', why: answer ?? 'The expressions could not be told from the rest of the statement' };
}

/**
 * Whether the plan could be forced into a worker; the server's message when it refuses to plan. The planner gives up before it
 * inlines functions and folds constants, an index build only looks at what is left afterwards: so the second question is
 * about that.
 */
function forcedGather(tx: Transaction, expressions: readonly string[], relation: string): Promise<boolean | string> {
  const force = tx.serverVersion >= 160000 ? 'debug_parallel_query' : 'force_parallel_mode';
  return tx.savepoint(async () => {
    try {
      await tx.query(
        `SELECT pg_catalog.set_config('${force}', 'on', true), pg_catalog.set_config('row_security', 'off', true),
                pg_catalog.set_config('max_parallel_workers_per_gather', '1', true)`,
      );
      return await tx.bySessionPath(async () => {
        const asWritten = await planOf(tx, expressions, relation);
        if (asWritten['Node Type'] === 'Gather') {
          return true;
        }
        const simplified = await planOf(tx, asWritten.Output, relation);
        return simplified['Node Type'] === 'Gather';
      });
    } catch (error) {
      if (error instanceof ServerError) {
        return error.message;
      }
      throw error;
    }
  });
}

async function planOf(tx: Transaction, expressions: readonly string[], relation: string): Promise<Plan> {
  // Each line ends before the parenthesis, so that no comment of an expression takes it along.
  const list = expressions.map(expression => `(${expression}\n)`).join(', ');
  const { rows } = await tx.query(`EXPLAIN (COSTS OFF, VERBOSE, FORMAT JSON) SELECT ${list} FROM ONLY ${relation}`);
  const [explained] = v.parse(v.tuple([v.object({ 'QUERY PLAN': explainJson })]), rows);
  return explained['QUERY PLAN'][0].Plan;
}

const explainJson = v.pipe(
  v.string(),
  v.transform((json): unknown => JSON.parse(json)),
  v.tuple([v.object({ Plan: v.object({ 'Node Type': v.string(), Output: v.fallback(v.array(v.string()), []) }) })]),
);

type Plan = v.InferOutput<typeof explainJson>[0]['Plan'];

const labelRows = v.array(v.object({ oid: v.string(), label: v.string() }));

/** Of those that the names may mean, the ones that are not PARALLEL SAFE, with their label. */
async function notSafe(tx: Transaction, names: CreateIndex['functions']): Promise<readonly string[]> {
  const functions = await functionsNamed(tx, names);
  const { rows } = await tx.query(
    `SELECT p.oid::pg_catalog.text AS oid, CASE p.proparallel WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END AS label
       FROM pg_catalog.pg_proc AS p
      WHERE p.oid = ANY ($1::pg_catalog.oid[]) AND p.proparallel <> 's'`,
    [functions.map(({ oid }) => oid)],
  );
  const labels = new Map(v.parse(labelRows, rows).map(({ oid, label }) => [oid, label]));
  return functions.flatMap(({ oid, signature }) => {
    const label = labels.get(oid);
    return label === undefined ? [] : [`${signature} is PARALLEL ${label}`];
  });
}
