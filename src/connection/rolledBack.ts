import * as v from 'valibot';
import type { Override } from '../guc/override';
import { Cancelled, ConnectionLost, RouteRefused } from './errors';
import type { Session } from './session';
import { settlesWithin, whenAborted } from './timing';
import { catalogPath, openTransaction, tidyTimeoutMs, timeoutGraceMs } from './transaction';
import type { Transaction, TransactionFacts } from './transaction';

export interface TransactionOptions {
  readonly readOnly: boolean;
  /**
   * Where names without a schema are looked for. `catalog`: among PostgreSQL's own functions, operators, types and tables only,
   * whatever the session's `search_path` is. For every look of ours: whoever may create in a schema of that path can put an
   * operator there that fits better than the server's, and it would run with the rights of who looks (documentation, "Writing
   * SECURITY DEFINER Functions Safely"). `session`: along the session's own path, for a statement of the user.
   */
  readonly searchPath: 'catalog' | 'session';
  /** Set for this transaction only, in this order; the names have been checked by the caller. */
  readonly overrides: readonly Override[];
  /** 0 means no limit, here and below. */
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  /** How long the server lets the transaction sit idle, so that a sleeping laptop does not hold it open. */
  readonly idleTimeoutMs: number;
}

/** All three steps of the cancel ladder, and what the work needs afterwards to tidy up. */
const workGraceMs = 5000;

/**
 * Runs the work in one transaction that is always rolled back; settings and timeouts last as long as it does. Afterwards
 * the session is idle, or it was destroyed. When the signal is aborted, at any moment, the running statement is cancelled,
 * the transaction rolled back, and this rejects with Cancelled. Other rejections: what the work threw, ServerError (such as
 * a refused setting), ConnectionLost (`nothingRan` when BEGIN was not accepted), RouteRefused.
 */
export async function rolledBack<T>(
  session: Session,
  options: TransactionOptions,
  signal: AbortSignal,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if (signal.aborted) {
    throw new Cancelled();
  }
  const facts = await begin(session, options, signal);
  const tx = openTransaction(session, facts, options.statementTimeoutMs, signal);
  session.backendPid = facts.backendPid;
  const outcome = await outcomeOf(() => work(tx), session, signal);
  await rollback(session);
  session.backendPid = null;
  if (signal.aborted) {
    throw new Cancelled();
  }
  if (!outcome.ok) {
    throw outcome.error;
  }
  return outcome.value;
}

/** The path is that of before: columns are computed in their order. Nothing here is looked for along it. */
const settings = `
  SELECT pg_catalog.current_setting('search_path') AS path,
         pg_catalog.set_config(s.name, s.value, true),
         pg_catalog.pg_backend_pid() AS pid,
         pg_catalog.current_setting('server_version_num')::pg_catalog.int4 AS version
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]),
                    pg_catalog.unnest($2::pg_catalog.text[])) WITH ORDINALITY AS s (name, value, place)
   ORDER BY s.place`;

const settingsRow = v.object({ path: v.string(), pid: v.number(), version: v.number() });

/**
 * BEGIN, then every setting in one round trip. Until both are through, nothing can be cancelled in an orderly way (the
 * backend is not known; a pooler may have none to give), so an abort and a stuck server destroy the session.
 */
async function begin(session: Session, options: TransactionOptions, signal: AbortSignal): Promise<TransactionFacts> {
  const local = [
    ...(options.searchPath === 'catalog' ? [{ name: 'search_path', value: catalogPath }] : []),
    { name: 'statement_timeout', value: String(options.statementTimeoutMs) },
    { name: 'lock_timeout', value: String(options.lockTimeoutMs) },
    { name: 'idle_in_transaction_session_timeout', value: String(options.idleTimeoutMs) },
    // Our parser reads string constants so; where a role reads them otherwise, the two must not disagree.
    { name: 'standard_conforming_strings', value: 'on' },
    ...options.overrides,
  ];
  const giveUp = (): void => void session.destroy('The transaction did not begin');
  const stopListening = whenAborted(signal, giveUp);
  const limitMs = options.statementTimeoutMs + timeoutGraceMs;
  const watchdog = options.statementTimeoutMs > 0 ? setTimeout(giveUp, Math.min(limitMs, 2 ** 31 - 1)) : undefined;
  try {
    await accepted(session, options.readOnly);
    const { rows } = await session.query(settings, [local.map(({ name }) => name), local.map(({ value }) => value)]);
    const { path, pid, version } = v.parse(settingsRow, rows[0]);
    return {
      backendPid: pid,
      serverVersion: version,
      pooled: session.cancelKey?.processId !== pid,
      sessionPath: options.searchPath === 'catalog' ? path : null,
    };
  } catch (error) {
    await rollback(session);
    throw signal.aborted ? new Cancelled() : error;
  } finally {
    clearTimeout(watchdog);
    stopListening();
  }
}

/** PgBouncer ends a session that begins a transaction in statement mode (`handle_server_work` in its server.c). */
async function accepted(session: Session, readOnly: boolean): Promise<void> {
  if (session.isConsole) {
    throw new RouteRefused('console', 'This is the console of a PgBouncer');
  }
  try {
    await session.query(readOnly ? 'BEGIN READ ONLY' : 'BEGIN READ WRITE');
  } catch (error) {
    if (!(error instanceof ConnectionLost)) {
      throw error;
    }
    if (error.server?.code === '08P01' && error.server.message.includes('statement pooling')) {
      throw new RouteRefused('statementPooling', error.message);
    }
    throw new ConnectionLost(error.message, error.server, true);
  }
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** What became of the work; after an abort it has some time to tidy up, then the session is destroyed under it. */
function outcomeOf<T>(work: () => Promise<T>, session: Session, signal: AbortSignal): Promise<Outcome<T>> {
  return new Promise(resolve => {
    let patience: NodeJS.Timeout | undefined;
    const stopListening = whenAborted(signal, () => {
      patience = setTimeout(() => {
        session.destroy('What was cancelled did not end');
        finish({ ok: false, error: new Cancelled() });
      }, workGraceMs);
    });
    const finish = (outcome: Outcome<T>): void => {
      clearTimeout(patience);
      stopListening();
      resolve(outcome);
    };
    work().then(
      value => {
        if (session.transactionState === 'idle') {
          const error = session.destroy('The transaction was ended by what ran in it');
          finish({ ok: false, error });
        } else {
          finish({ ok: true, value });
        }
      },
      (error: unknown) => finish({ ok: false, error }),
    );
  });
}

/** Twice, because a request to cancel that came late may hit the first one. */
async function rollback(session: Session): Promise<void> {
  for (let attempt = 0; attempt < 2 && session.alive && session.transactionState !== 'idle'; attempt++) {
    if (!(await settlesWithin(session.query('ROLLBACK'), tidyTimeoutMs))) {
      break;
    }
  }
  if (session.transactionState !== 'idle') {
    session.destroy('The transaction could not be rolled back');
  }
}
