import type { Client } from 'pg';
import { until } from '../lab/until';

/** Waits until no backend holds an advisory lock: a connection that was closed takes a moment to end its backend. */
export async function noAdvisoryLock(admin: Client): Promise<void> {
  await until('the end of the advisory locks', async () => {
    const { rowCount } = await admin.query(`SELECT FROM pg_locks WHERE locktype = 'advisory'`);
    return rowCount === 0 || undefined;
  });
}
