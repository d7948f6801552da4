import * as v from 'valibot';
import { ServerError } from './errors';
import type { Transaction } from './transaction';

/** One advisory lock as pg_locks shows it (documentation, "pg_locks"). */
export interface AdvisoryLock {
  /** The one bigint key, or the two integer keys, as text. */
  readonly key: string;
  readonly mode: string;
}

const oid = v.pipe(
  v.string(),
  v.transform(text => BigInt(text)),
);

const lockRows = v.array(v.object({ classid: oid, objid: oid, objsubid: v.number(), mode: v.string() }));

/** For any search_path: it runs beside a statement of the user. */
const locksOfThisBackend = `
  SELECT l.classid::pg_catalog.text, l.objid::pg_catalog.text, l.objsubid::pg_catalog.int4, l.mode
    FROM pg_catalog.pg_locks AS l
   WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.granted
     AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
   ORDER BY l.classid, l.objid, l.objsubid, l.mode`;

/** The advisory locks that the transaction's backend holds now, by whoever took them. */
async function advisoryLocks(tx: Transaction): Promise<readonly AdvisoryLock[]> {
  const rows = v.parse(lockRows, (await tx.query(locksOfThisBackend)).rows);
  return rows.map(({ classid, objid, objsubid, mode }) => ({
    key:
      objsubid === 1
        ? String(BigInt.asIntN(64, (classid << 32n) | objid))
        : `${String(BigInt.asIntN(32, classid))}, ${String(BigInt.asIntN(32, objid))}`,
    mode,
  }));
}

/**
 * Runs work that may take advisory locks for its session, which no rollback releases, and sees to it that none stays. On a
 * direct session any advisory lock after the work ends it. Behind a pooler the next client would get the backend with the lock:
 * then the locks before and after are compared (those of the transaction are released first), and one that is new ends the session
 * inside of the transaction, upon which the pooler closes the backend. Work that fails ends the session too, unless the server
 * has refused the text itself, before anything ran.
 */
export async function withoutSessionLocks<T>(
  tx: Transaction,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly released: readonly AdvisoryLock[] }> {
  const before = new Set((tx.pooled ? await advisoryLocks(tx) : []).map(text));
  try {
    const value = await (tx.pooled ? tx.savepoint(work) : work());
    const released = (await advisoryLocks(tx)).filter(lock => !before.has(text(lock)));
    if (released.length > 0) {
      tx.abandon('The statement took an advisory lock for its session');
    }
    return { value, released };
  } catch (error) {
    if (!(error instanceof ServerError && error.position !== null)) {
      tx.abandon('The statement failed and may have taken an advisory lock for its session');
    }
    throw error;
  }
}

function text(lock: AdvisoryLock): string {
  return `${lock.mode} ${lock.key}`;
}
