import { Cancelled, ServerError } from '../connection/errors';
import type { Profile } from '../connection/profile';
import { connectionReason } from '../connection/reasons';
import { utf16FromCodePoints } from '../sql/positions';
import type { ExplainReason } from './reasons';
import type { ExplainableStatement } from './statement';

/** What the run was allowed, and how long it went on before it failed. 0 for no limit. */
export interface RunLimits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly elapsedMs: number;
  readonly readOnly: boolean;
}

/**
 * The reason in what was thrown while something was looked up: an error of the server has no place in the user's text then.
 * Throws it again when it is none of what a user, a server or a network can do.
 */
export function explainFailure(error: unknown, profile: Profile): ExplainReason {
  if (error instanceof Cancelled) {
    return { tag: 'cancelled' };
  }
  if (error instanceof ServerError) {
    return serverReason(error, null);
  }
  const reason = connectionReason(error);
  if (!reason) {
    throw error;
  }
  return { tag: 'connection', reason, profile };
}

/** The same for the EXPLAIN itself. SQLSTATEs: PostgreSQL documentation, appendix "PostgreSQL Error Codes". */
export function runFailure(
  error: unknown,
  profile: Profile,
  statement: ExplainableStatement,
  limits: RunLimits,
): ExplainReason {
  if (!(error instanceof ServerError)) {
    return explainFailure(error, profile);
  }
  const { code, position, message } = error;
  const { statementTimeoutMs, lockTimeoutMs, elapsedMs, readOnly } = limits;
  // query_canceled is also what an administrator's pg_cancel_backend gives; only then it comes before the limit.
  if (code === '57014' && statementTimeoutMs > 0 && elapsedMs >= statementTimeoutMs) {
    return { tag: 'timedOut', seconds: statementTimeoutMs / 1000 };
  }
  if (code === '55P03') {
    return { tag: 'lockTimedOut', seconds: lockTimeoutMs / 1000 };
  }
  if (code === '25006' && readOnly) {
    return { tag: 'wantsToWrite', message };
  }
  const offset = position === null ? null : statement.offset + utf16FromCodePoints(statement.sql, position - 1);
  return serverReason(error, offset === null ? null : Math.max(0, offset));
}

function serverReason({ code, message, detail, hint, where }: ServerError, offset: number | null): ExplainReason {
  return { tag: 'server', error: { code, message, detail, hint, where }, offset };
}
