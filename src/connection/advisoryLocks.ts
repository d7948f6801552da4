import * as v from 'valibot';
import type { Transaction } from './transaction';

/** One advisory lock as pg_locks shows it (documentation, "pg_locks"). */
export interface AdvisoryLock {
  /** The one bigint key, or the two integer keys, as text. */
  readonly key: string;
  readonly mode: string;
}

const lockRows = v.array(v.object({ key: v.string(), mode: v.string() }));

const locksOfThisBackend = `
  SELECT CASE objsubid WHEN 1 THEN ((classid::bigint << 32) | objid::bigint)::text
              ELSE classid::bigint::bit(32)::integer::text || ', ' || objid::bigint::bit(32)::integer::text END AS key, mode
    FROM pg_catalog.pg_locks
   WHERE locktype = 'advisory' AND granted AND pid = pg_catalog.pg_backend_pid()
   ORDER BY classid, objid, objsubid, mode`;

/** The advisory locks that the transaction's backend holds now, by whoever took them. */
async function advisoryLocks(tx: Transaction): Promise<readonly AdvisoryLock[]> {
  return v.parse(lockRows, (await tx.query(locksOfThisBackend)).rows);
}

/**
 * Runs the work in a savepoint that is rolled back, and tells which advisory locks it has left behind: those taken for
 * the session, which survive the rollback and stay with the backend, in a pool for the next client. (A lock that the
 * backend held before already cannot be told from one taken again.)
 */
export async function withAdvisoryLockCheck<T>(
  tx: Transaction,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly leftBehind: readonly AdvisoryLock[] }> {
  const before = new Set((await advisoryLocks(tx)).map(text));
  const value = await tx.savepoint(work);
  const after = await advisoryLocks(tx);
  return { value, leftBehind: after.filter(lock => !before.has(text(lock))) };
}

function text(lock: AdvisoryLock): string {
  return `${lock.mode} ${lock.key}`;
}
