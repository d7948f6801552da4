import { ServerError } from '../connection/errors';
import type { Profile } from '../connection/profile';
import { connectionMessage, connectionReason, type ConnectionReason } from '../connection/reasons';
import type { TransactionOptions } from '../connection/rolledBack';

/** A look is quick work on the server; one that takes longer means that the server is stuck. */
export const lookOptions: TransactionOptions = {
  readOnly: true,
  searchPath: 'catalog',
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

const usersMatters: readonly ConnectionReason['kind'][] = [
  'passwordNeeded',
  'passwordWrong',
  'rejected',
  'databaseMissing',
  'notPostgres',
  'tlsUntrusted',
  'tlsRefused',
  'rootCertificateUnreadable',
  'statementPooling',
  'console',
  'notAConsole',
  'notAConsoleUser',
];

/** Asking again by itself would get the same answer, or lock an account. */
export function needsTheUser(error: unknown): boolean {
  const reason = connectionReason(error);
  return reason !== null && usersMatters.includes(reason.kind);
}

/** A password from the user is all that is missing. */
export function needsPassword(error: unknown): boolean {
  const kind = connectionReason(error)?.kind;
  return kind === 'passwordNeeded' || kind === 'passwordWrong';
}
