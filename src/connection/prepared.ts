import { randomBytes } from 'node:crypto';
import { Cancelled, ServerError } from './errors';
import type { Transaction } from './transaction';

/**
 * Prepares the statement under a random name for as long as `use` takes, which gets the name (letters and digits, safe to
 * put into `EXECUTE`). It is gone afterwards: a prepared statement survives a rollback, and in a pool the next client
 * would find it. So, also after an error, a cancel or a time-out, the transaction goes back to where the statement had
 * just been prepared and deallocates it; if the server does not confirm that, the session is destroyed inside the
 * transaction. A ServerError of PREPARE itself has its position in `sql`.
 */
export async function withPrepared<T>(tx: Transaction, sql: string, use: (name: string) => Promise<T>): Promise<T> {
  const name = `planpool${randomBytes(12).toString('hex')}`;
  const prefix = `PREPARE ${name} AS `;
  let prepared = false;
  try {
    try {
      await tx.query(prefix + sql);
      prepared = true;
    } catch (error) {
      // Refused by the parser it does not exist; interrupted, nobody knows.
      prepared = error instanceof Cancelled || (error instanceof ServerError && error.code === '57014');
      throw error instanceof ServerError ? error.behindPrefix(prefix.length) : error;
    }
    return await tx.savepoint(() => use(name));
  } finally {
    if (prepared) {
      await tx.tidy(`DEALLOCATE ${name}`);
    }
  }
}
