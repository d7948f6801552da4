import { cancelLadder } from './cancelLadder';
import { Cancelled, ConnectionLost } from './errors';
import type { QueryResult, QueryValue, Session } from './session';
import { settlesWithin, whenAborted } from './timing';

/** A transaction that is under way and will be rolled back. Its methods are called one after the other, not at once. */
export interface Transaction {
  /** Of the real backend, also behind a pooler. */
  readonly backendPid: number;
  /** `server_version_num` of the real backend. */
  readonly serverVersion: number;
  /** A pooler stands in between: the session's own process id is not the backend's. */
  readonly pooled: boolean;
  /**
   * Runs one statement. Rejects with ServerError, ConnectionLost, or Cancelled once the caller's signal is aborted; by then
   * no request to cancel is under way any more.
   */
  query(sql: string, values?: readonly QueryValue[]): Promise<QueryResult>;
  /**
   * Runs the work under the session's own `search_path` where the transaction works by `catalog`. Only for what must find a name
   * as the user's own statement would, and there every function, operator and type of ours is written with its schema.
   */
  bySessionPath<T>(work: () => Promise<T>): Promise<T>;
  /** Rolls back to where `work` began, whether it succeeded or not, so that the transaction can go on. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Runs a statement that must not be left out, so also after an abort. When the server does not confirm it soon, the
   * session is destroyed inside of the transaction and this rejects with ConnectionLost.
   */
  tidy(sql: string): Promise<void>;
  /** Ends the session inside of the transaction and with it, behind a pooler too, the backend and all that it holds. */
  abandon(reason: string): void;
}

/** Tidying is quick work on the server; longer than this means that it or the network is stuck. */
export const tidyTimeoutMs = 2000;

/** What is waited beyond the server's own statement timeout before the statement is cancelled from here. */
export const timeoutGraceMs = 2000;

/** Without `pg_temp` at its end, temporary tables and types would come first. */
export const catalogPath = 'pg_catalog, pg_temp';

export interface TransactionFacts {
  readonly backendPid: number;
  readonly serverVersion: number;
  readonly pooled: boolean;
  /** The session's `search_path`; null when the transaction works by it. */
  readonly sessionPath: string | null;
}

/** The transaction that the session is in. */
export function openTransaction(
  session: Session,
  facts: TransactionFacts,
  statementTimeoutMs: number,
  signal: AbortSignal,
): Transaction {
  const query = async (sql: string, values?: readonly QueryValue[]): Promise<QueryResult> => {
    if (signal.aborted) {
      throw new Cancelled();
    }
    const running = session.query(sql, values);
    const ladder: Promise<unknown>[] = [];
    const cancel = (): void => {
      if (ladder.length === 0) {
        ladder.push(cancelLadder(session, facts.backendPid, running));
      }
    };
    const stopListening = whenAborted(signal, cancel);
    const watchdog =
      statementTimeoutMs > 0
        ? setTimeout(cancel, Math.min(statementTimeoutMs + timeoutGraceMs, 2 ** 31 - 1))
        : undefined;
    try {
      return await running;
    } catch (error) {
      throw signal.aborted ? new Cancelled() : error;
    } finally {
      clearTimeout(watchdog);
      stopListening();
      await Promise.all(ladder);
    }
  };

  const tidy = async (sql: string): Promise<void> => {
    const running = session.query(sql);
    if (!(await settlesWithin(running, tidyTimeoutMs))) {
      session.destroy('The server did not confirm that the transaction was tidied up');
    }
    try {
      await running;
    } catch (error) {
      session.destroy('The transaction could not be tidied up');
      throw error instanceof ConnectionLost ? error : new ConnectionLost('The transaction could not be tidied up');
    }
  };

  const savepoint = async <T>(work: () => Promise<T>): Promise<T> => {
    await query('SAVEPOINT planpool');
    try {
      return await work();
    } finally {
      await tidy('ROLLBACK TO SAVEPOINT planpool');
      await tidy('RELEASE SAVEPOINT planpool');
    }
  };

  const setPath = (path: string) => query("SELECT pg_catalog.set_config('search_path', $1, true)", [path]);
  const bySessionPath = async <T>(work: () => Promise<T>): Promise<T> => {
    if (facts.sessionPath === null) {
      return work();
    }
    await setPath(facts.sessionPath);
    const value = await work().catch(async (error: unknown) => {
      // In a failed transaction nothing can be set; going back to before this brings the path back, too.
      await setPath(catalogPath).catch(() => undefined);
      throw error;
    });
    await setPath(catalogPath);
    return value;
  };

  const { backendPid, serverVersion, pooled } = facts;
  const abandon = (reason: string): void => void session.destroy(reason);
  return { backendPid, serverVersion, pooled, query, bySessionPath, savepoint, tidy, abandon };
}
