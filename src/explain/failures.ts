import { Cancelled, ServerError } from '../connection/errors';
import { connectionReason } from '../connection/reasons';
import { utf16FromCodePoints } from '../sql/positions';
import type { ExplainRequest } from './request';
import type { ExplainReason } from './reasons';
import type { ExplainableStatement } from './statement';

/** How long it went on before it failed, and how long it was allowed to. */
export interface Patience {
  readonly elapsedSeconds: number;
  readonly lockTimeoutSeconds: number;
}

/** The reason in what an explain has thrown. Throws it again when it is none of what a user, a server or a network can do. */
export function explainFailure(
  error: unknown,
  statement: ExplainableStatement,
  request: ExplainRequest,
  patience: Patience,
): ExplainReason {
  if (error instanceof Cancelled) {
    return { tag: 'cancelled' };
  }
  if (error instanceof ServerError) {
    return serverReason(error, statement, request, patience);
  }
  const reason = connectionReason(error);
  if (!reason) {
    throw error;
  }
  return { tag: 'connection', reason, profile: request.profile };
}

/** SQLSTATEs: PostgreSQL documentation, appendix "PostgreSQL Error Codes". */
function serverReason(
  error: ServerError,
  statement: ExplainableStatement,
  request: ExplainRequest,
  patience: Patience,
): ExplainReason {
  const limit = request.statementTimeoutSeconds;
  // query_canceled is also what an administrator's pg_cancel_backend gives; only then it comes before the limit.
  if (error.code === '57014' && limit > 0 && patience.elapsedSeconds >= limit) {
    return { tag: 'timedOut', seconds: limit };
  }
  if (error.code === '55P03') {
    return { tag: 'lockTimedOut', seconds: patience.lockTimeoutSeconds };
  }
  if (error.code === '25006' && !request.mayWrite) {
    return { tag: 'wantsToWrite', message: error.message };
  }
  const { code, message, detail, hint, position } = error;
  const offset = position === null ? null : statement.offset + utf16FromCodePoints(statement.sql, position - 1);
  return {
    tag: 'server',
    error: { code, message, detail, hint },
    offset: offset === null ? null : Math.max(0, offset),
  };
}
