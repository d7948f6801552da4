import { assertNever } from '../assertNever';
import { ConnectFailed, ConnectionLost, NoAnswer, RouteRefused } from './errors';
import type { ConnectFailure } from './errors';
import type { Profile } from './profile';

/** Why a connection could not be used. `words` are the server's or the system's own, when there are any. */
export interface ConnectionReason {
  readonly kind: ConnectFailure | RouteRefused['reason'] | 'connectionLost' | 'noAnswer';
  readonly words: string | null;
}

export type ConnectionAction = 'retry' | 'editConnections' | 'enterPassword' | 'showLog';

export interface ConnectionMessage {
  /** One or two sentences: what happened, and what to do. */
  readonly sentence: string;
  /** At most two, the likeliest first. */
  readonly actions: readonly ConnectionAction[];
}

/** The reason in something this room has thrown; null when it is not about the connection (such as a server's error). */
export function connectionReason(error: unknown): ConnectionReason | null {
  if (error instanceof ConnectFailed || error instanceof RouteRefused) {
    return { kind: error.reason, words: error.message };
  }
  if (error instanceof NoAnswer) {
    return { kind: 'noAnswer', words: error.message };
  }
  return error instanceof ConnectionLost ? { kind: 'connectionLost', words: error.message } : null;
}

/** What to tell the user. The words of the server are quoted where they say more than we know. */
export function connectionMessage(reason: ConnectionReason, profile: Profile): ConnectionMessage {
  const where = `${profile.host}:${profile.port}`;
  const name = `“${profile.name}”`;
  const quoted = reason.words === null ? '' : ` (${reason.words.trim().replace(/\.$/, '')})`;
  switch (reason.kind) {
    case 'refused':
      return {
        sentence: `Nothing answers at ${where}. Start the server, or correct host and port of ${name}.`,
        actions: ['retry', 'editConnections'],
      };
    case 'unknownHost':
      return {
        sentence: `The host ${profile.host} of ${name} is not known here. Check its name, or the VPN it is behind.`,
        actions: ['retry', 'editConnections'],
      };
    case 'unreachable':
      return {
        sentence: `There is no way from this machine to ${where}. Check the network, or the VPN it is behind.`,
        actions: ['retry', 'editConnections'],
      };
    case 'timedOut':
      return {
        sentence: `${where} did not answer in time. Try again, or check the network and the host of ${name}.`,
        actions: ['retry', 'editConnections'],
      };
    case 'tlsRefused':
      return {
        sentence: `${where} does not offer TLS, which sslmode=${profile.sslmode} of ${name} asks for. Switch TLS on at the server, or set sslmode to disable if the network can be trusted.`,
        actions: ['editConnections', 'retry'],
      };
    case 'tlsUntrusted':
      return {
        sentence: `The certificate of ${where} cannot be trusted${quoted}. Set sslrootcert of ${name} to the authority that signed it, or use the host name it was made for.`,
        actions: ['editConnections', 'showLog'],
      };
    case 'rootCertificateUnreadable':
      return {
        sentence: `The root certificate of ${name} cannot be read${quoted}. Correct its sslrootcert.`,
        actions: ['editConnections'],
      };
    case 'passwordNeeded':
      return {
        sentence: `${where} asks for the password of ${profile.user}. Enter it to go on.`,
        actions: ['enterPassword', 'editConnections'],
      };
    case 'passwordWrong':
      return {
        sentence: `${where} refused the password of ${profile.user}. Enter the right one.`,
        actions: ['enterPassword', 'editConnections'],
      };
    case 'databaseMissing':
      return {
        sentence: `There is no database ${profile.database} at ${where}. Correct the database of ${name}.`,
        actions: ['editConnections', 'retry'],
      };
    case 'tooManyConnections':
      return {
        sentence: `${where} has no connection left to give${quoted}. Try again when others have ended.`,
        actions: ['retry', 'showLog'],
      };
    case 'startingUp':
      return {
        sentence: `The server at ${where} is starting or stopping${quoted}. Try again in a moment.`,
        actions: ['retry'],
      };
    case 'notAConsoleUser':
      return {
        sentence: `The user ${profile.user} may not use the console at ${where}. Add the name to stats_users (to look) or admin_users (to act too) in pgbouncer.ini, or use another user.`,
        actions: ['editConnections', 'retry'],
      };
    case 'rejected':
      return {
        sentence: `${where} refused the connection of ${name}${quoted}. Change what it names, here or at the server.`,
        actions: ['editConnections', 'showLog'],
      };
    case 'notPostgres':
      return {
        sentence: `What answers at ${where} does not speak as PostgreSQL does${quoted}. Correct host and port of ${name}.`,
        actions: ['editConnections', 'retry'],
      };
    case 'aborted':
      return { sentence: `Connecting to ${name} was cancelled. Try again when you want.`, actions: ['retry'] };
    case 'other':
      return {
        sentence: `The connection to ${where} failed${quoted}. Try again, or look into the log.`,
        actions: ['retry', 'showLog'],
      };
    case 'connectionLost':
      return {
        sentence: `The connection to ${name} was lost${quoted}. Nothing was changed; run it again when the server is back.`,
        actions: ['retry', 'showLog'],
      };
    case 'noAnswer':
      return {
        sentence: `${where} stopped answering${quoted}, and the connection was closed. Try again, or look at the server.`,
        actions: ['retry', 'showLog'],
      };
    case 'notAConsole':
      return {
        sentence: `What answers at ${where} is not the console of a PgBouncer${quoted}. Correct host, port and database of ${name}; a console’s database is called pgbouncer.`,
        actions: ['editConnections', 'retry'],
      };
    case 'statementPooling':
      return {
        sentence: `${name} goes through a pooler in statement mode, which allows no transaction, so nothing can be explained safely. Use a connection to PostgreSQL itself.`,
        actions: ['editConnections'],
      };
    case 'console':
      return {
        sentence: `${name} is the console of a PgBouncer, which has no tables. Choose a connection to PostgreSQL.`,
        actions: ['editConnections'],
      };
    default:
      return assertNever(reason.kind);
  }
}
