import { ConnectFailed, messageOf } from './errors';
import type { ConnectFailure, ServerErrorFields } from './errors';
import { serverErrorFields } from './serverErrorFields';
import { systemFailure } from './socket';

/** What the first message of the server was: nothing (yet), not PostgreSQL's, a way to log in that is not spoken here. */
export type Greeting = 'none' | 'foreign' | 'unsupported' | 'understood';

/** `R` is a request to authenticate, with its length and its kind; `E` an error, `N` a notice, `v` another version. */
export function greeting(bytes: Buffer): Greeting {
  const length = bytes.length < 5 ? 0 : bytes.readInt32BE(1);
  if (length < 8 || length > 30_000 || !/^[REvN]/.test(bytes.toString('latin1', 0, 1))) {
    return 'foreign';
  }
  const kind = bytes[0] === 0x52 && bytes.length >= 9 ? bytes.readInt32BE(5) : 0;
  return understoodKinds.includes(kind) ? 'understood' : 'unsupported';
}

/** AuthenticationOk, CleartextPassword, MD5Password, SASL (documentation, "Message Formats"). */
const understoodKinds: readonly number[] = [0, 3, 5, 10];

/** How far the conversation had come when it failed. */
export interface LoginProgress {
  readonly greeting: Greeting;
  /** It asked for a password, and one was given. */
  readonly passwordGiven: boolean;
  readonly authenticated: boolean;
}

/** Thrown towards the driver when the server asks for a password and there is none. */
export class NoPassword extends Error {}

/** Why a login failed, from what the driver threw. */
export function loginFailure(thrown: unknown, progress: LoginProgress): ConnectFailed {
  if (thrown instanceof ConnectFailed) {
    return thrown;
  }
  if (thrown instanceof NoPassword) {
    return new ConnectFailed('passwordNeeded', 'The server asks for a password');
  }
  const server = serverErrorFields(thrown);
  if (server !== null) {
    return new ConnectFailed(serverReason(server, progress), server.message, server);
  }
  switch (progress.greeting) {
    case 'none':
    case 'foreign': {
      const failure = systemFailure(thrown);
      return failure.reason === 'other' ? new ConnectFailed('notPostgres', messageOf(thrown)) : failure;
    }
    case 'unsupported':
      return new ConnectFailed('rejected', 'it asks for a way to log in that Planpool does not know');
    case 'understood':
      return systemFailure(thrown);
  }
}

/**
 * SQLSTATE first (documentation, "PostgreSQL Error Codes"). 28000 is a wrong password only where one was given (LDAP, PAM,
 * RADIUS), else a rule of pg_hba.conf. PgBouncer says everything with 08P01, untranslated (`disconnect_client` in its
 * client.c and objects.c), so there the words decide.
 */
function serverReason(server: ServerErrorFields, progress: LoginProgress): ConnectFailure {
  const refusedPassword = progress.passwordGiven && !progress.authenticated;
  switch (server.code) {
    case '28P01':
      return 'passwordWrong';
    case '28000':
      return refusedPassword ? 'passwordWrong' : 'rejected';
    case '3D000':
      return 'databaseMissing';
    case '53300':
      return 'tooManyConnections';
    case '57P03':
      return 'startingUp';
    case '08P01':
      if (server.message.startsWith('no such database')) {
        return 'databaseMissing';
      }
      if (server.message === 'not allowed') {
        return 'notAConsoleUser';
      }
      if (/^no more connections allowed|max_.*connections/.test(server.message)) {
        return 'tooManyConnections';
      }
      return refusedPassword ? 'passwordWrong' : 'rejected';
    default:
      return 'rejected';
  }
}
