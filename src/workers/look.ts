import { ServerError } from '../connection/errors';
import type { Profile } from '../connection/profile';
import { connectionMessage, connectionReason } from '../connection/reasons';
import type { TransactionOptions } from '../connection/rolledBack';

/** A look is quick work on the server; one that takes longer means that the server is stuck. */
export const lookOptions: TransactionOptions = {
  readOnly: true,
  overrides: [],
  statementTimeoutMs: 10_000,
  lockTimeoutMs: 1000,
  idleTimeoutMs: 10_000,
};

/** What to tell of a look that failed; throws again what neither a user nor a server nor a network can do. */
export function lookFailure(error: unknown, profile: Profile): string {
  const reason = connectionReason(error);
  if (reason) {
    return connectionMessage(reason, profile).sentence;
  }
  if (error instanceof ServerError) {
    return `PostgreSQL: ${error.message}.`;
  }
  throw error;
}
