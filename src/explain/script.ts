import { withAdvisoryLockCheck } from '../connection/advisoryLocks';
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

/**
 * Sends the EXPLAIN inside an open transaction. A ServerError has its position in `statement.sql`.
 *
 * A statement with `$n` is prepared and executed with NULLs under a forced generic plan; GENERIC_PLAN (from 16) keeps the executor
 * from pruning partitions by those NULLs. (Sending `$n` directly does not work: the server then counts them as parameters of
 * the EXPLAIN itself, and plans with the values that are bound.)
 */
export async function explainInTransaction(tx: Transaction, statement: ExplainableStatement): Promise<Explained> {
  const highest = Math.max(0, ...statement.parameters);
  const prefix = explainPrefix(statement.analyze, highest > 0, statement.typedOptions, tx.serverVersion);
  if (highest > 0) {
    const nulls = Array<string>(highest).fill('NULL').join(', ');
    return {
      json: await withPrepared(tx, statement.sql, name => planOf(tx, `${prefix}EXECUTE ${name}(${nulls})`)),
      warnings: [],
    };
  }
  const explain = async () => {
    try {
      return await planOf(tx, prefix + statement.sql);
    } catch (error) {
      throw error instanceof ServerError ? error.behindPrefix(prefix.length) : error;
    }
  };
  if (!statement.analyze || !tx.pooled) {
    return { json: await explain(), warnings: [] };
  }
  // A direct session is closed after ANALYZE and its locks go with it; a pooler's backend lives on.
  const { value, leftBehind } = await withAdvisoryLockCheck(tx, explain);
  const warnings = leftBehind.map(
    lock =>
      `The statement left an advisory lock (${lock.key}, ${lock.mode}) with backend ${String(tx.backendPid)} of the pool; it stays until that server connection closes.`,
  );
  return { json: value, warnings };
}

async function planOf(tx: Transaction, sql: string): Promise<string> {
  const { rows } = await tx.query(sql);
  const plan = Object.values(rows[0] ?? {})[0];
  return typeof plan === 'string' ? plan : '';
}
