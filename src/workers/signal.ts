import * as v from 'valibot';
import { assertNever } from '../assertNever';
import { ServerError } from '../connection/errors';
import type { Transaction } from '../connection/transaction';
import { quoteIdentifier } from '../plan/quoteIdentifier';
import type { Backend } from './activity';

/** What a session can be made to do: end its statement, or end altogether. */
export type Signal = 'cancel' | 'terminate';

/**
 * `gone`: there is no such backend any more, or another one has its pid. `movedOn`, of a cancel only: it no longer runs that
 * statement. `hidden`: the server does not show when it started, so it cannot be told whether it is the same one.
 */
export type SignalOutcome = 'sent' | 'gone' | 'movedOn' | 'hidden' | 'notAllowed';

const checkedRow = v.object({
  same: v.nullable(v.boolean()),
  running: v.nullable(v.boolean()),
  sent: v.nullable(v.boolean()),
});

/** The check and the signal are one statement: next to no time is left for the pid to be given to another backend. */
const signalQueries: Readonly<Record<Signal, string>> = {
  cancel: signalQuery('pg_cancel_backend', "a.state = 'active' AND a.query_start = $3::pg_catalog.timestamptz"),
  terminate: signalQuery('pg_terminate_backend', 'true'),
};

function signalQuery(functionName: string, running: string): string {
  return `
  SELECT c.same, c.running, CASE WHEN c.same AND c.running THEN pg_catalog.${functionName}(c.pid) END AS sent
    FROM (SELECT a.pid, a.backend_start = $2::pg_catalog.timestamptz AS same, ${running} AS running
            FROM pg_catalog.pg_stat_activity AS a WHERE a.pid = $1::pg_catalog.int4) AS c`;
}

/**
 * Cancels what a backend runs, or ends it, if it still is what it was when it was looked at. The last thing in its
 * transaction: after `notAllowed` nothing else can run in it.
 */
export async function sendSignal(
  tx: Transaction,
  backend: Pick<Backend, 'pid' | 'startedAt' | 'queryStartedAt'>,
  signal: Signal,
): Promise<SignalOutcome> {
  if (backend.startedAt === null) {
    return 'hidden';
  }
  // What the transaction has seen of the backends before is not looked at again without this.
  await tx.query('SELECT pg_catalog.pg_stat_clear_snapshot()');
  try {
    const identity = [backend.pid, backend.startedAt];
    const values = signal === 'cancel' ? [...identity, backend.queryStartedAt] : identity;
    const { rows } = await tx.query(signalQueries[signal], values);
    const row = v.parse(v.optional(checkedRow), rows[0]);
    if (row?.same === null) {
      return 'hidden';
    }
    if (row?.same !== true) {
      return 'gone';
    }
    if (row.running !== true) {
      return 'movedOn';
    }
    return row.sent === true ? 'sent' : 'gone';
  } catch (error) {
    if (error instanceof ServerError && error.code === insufficientPrivilege) {
      return 'notAllowed';
    }
    throw error;
  }
}

const insufficientPrivilege = '42501';

/** Why nothing was sent, and what helps. @param user the role that wanted it. */
export function signalSentence(
  outcome: Exclude<SignalOutcome, 'sent'>,
  { pid }: Pick<Backend, 'pid'>,
  user: string,
): string {
  switch (outcome) {
    case 'gone':
      return `Backend ${pid} is gone, so nothing was done. If there is another one with its number, it was left alone.`;
    case 'movedOn':
      return `Backend ${pid} no longer runs that statement, so nothing was cancelled.`;
    case 'hidden':
      return `PostgreSQL hides from ${user} what backend ${pid} is, so nothing was done. This lets ${user} see it: GRANT pg_monitor TO ${quoteIdentifier(user)};`;
    case 'notAllowed':
      return `${user} may not signal backend ${pid}. A superuser may allow it, unless the session is a superuser’s own: GRANT pg_signal_backend TO ${quoteIdentifier(user)};`;
    default:
      return assertNever(outcome);
  }
}
