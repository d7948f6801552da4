import { withoutSessionLocks } from '../connection/advisoryLocks';
import { ServerError } from '../connection/errors';
import { withPrepared } from '../connection/prepared';
import type { Transaction } from '../connection/transaction';
import { explainPrefix } from './options';
import type { ExplainableStatement } from './statement';

export interface Explained {
  /** EXPLAIN's JSON text. */
  readonly json: string;
  /** One sentence each. */
  readonly warnings: readonly string[];
}

/** Sends the EXPLAIN inside of an open transaction. A ServerError has its position in `statement.sql`. */
export async function explainInTransaction(tx: Transaction, statement: ExplainableStatement): Promise<Explained> {
  const send = () => (statement.parameters.length > 0 ? genericPlan(tx, statement) : planOfText(tx, statement));
  // Planning can run functions too. A direct session is closed after ANALYZE, and its locks go with it.
  if (statement.analyze && !tx.pooled) {
    return { json: await send(), warnings: [] };
  }
  const { value, released } = await withoutSessionLocks(tx, send);
  return { json: value, warnings: tx.pooled ? released.map(lock => lockWarning(lock.key, tx.backendPid)) : [] };
}

async function planOfText(tx: Transaction, { sql, analyze, typedOptions }: ExplainableStatement): Promise<string> {
  const prefix = explainPrefix(analyze, false, typedOptions, tx.serverVersion);
  try {
    return await planOf(tx, prefix + sql);
  } catch (error) {
    throw error instanceof ServerError ? error.behindPrefix(prefix.length) : error;
  }
}

/**
 * A statement with `$n` is prepared and executed with NULLs under a forced generic plan; GENERIC_PLAN (from 16) keeps the executor
 * from pruning partitions by those NULLs. (Sending `$n` directly does not work: the server then counts them as parameters of
 * the EXPLAIN itself, and plans with the values that are bound.)
 */
async function genericPlan(tx: Transaction, { sql, parameters, typedOptions }: ExplainableStatement): Promise<string> {
  const prefix = explainPrefix(false, true, typedOptions, tx.serverVersion);
  const nulls = Array<string>(Math.max(...parameters))
    .fill('NULL')
    .join(', ');
  return withPrepared(tx, sql, name => planOf(tx, `${prefix}EXECUTE ${name}(${nulls})`));
}

async function planOf(tx: Transaction, sql: string): Promise<string> {
  const { rows } = await tx.query(sql);
  const plan = Object.values(rows[0] ?? {})[0];
  return typeof plan === 'string' ? plan : '';
}

function lockWarning(key: string, backendPid: number): string {
  return (
    `The statement took an advisory lock (${key}) for its session, which no rollback releases. ` +
    `Planpool closed the pool’s server connection (backend ${String(backendPid)}), so the lock is gone.`
  );
}
