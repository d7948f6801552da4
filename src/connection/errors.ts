// Everything that fails in this room is one of these classes. Code tests the class and the reason, never the text.

/** Fields of PostgreSQL's ErrorResponse (documentation, "Error and Notice Message Fields"). */
export interface ServerErrorFields {
  /** Not translated where the server is 9.6 or newer: ERROR, FATAL, PANIC. */
  readonly severity: string;
  /** SQLSTATE, five characters. */
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** In code points, 1-based, in the text that was sent; null when the error has no place in it. */
  readonly position: number | null;
  /** The calls the error came through, one a line. */
  readonly where: string | null;
}

/** The server refused a statement; the session can still be used. */
export class ServerError extends Error implements ServerErrorFields {
  override readonly name = 'ServerError';
  readonly severity: string;
  readonly code: string;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly position: number | null;
  readonly where: string | null;

  constructor(fields: ServerErrorFields) {
    super(fields.message);
    this.severity = fields.severity;
    this.code = fields.code;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.position = fields.position;
    this.where = fields.where;
  }

  /** The same error for a statement that was sent behind a prefix of so many code points. */
  behindPrefix(codePoints: number): ServerError {
    const position = this.position !== null && this.position > codePoints ? this.position - codePoints : null;
    const { severity, code, message, detail, hint, where } = this;
    return new ServerError({ severity, code, message, detail, hint, where, position });
  }
}

/** The session is gone: closed by the server or the network, or destroyed by us because it was not safe to keep. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  constructor(
    message: string,
    /** The server's last words, when it had any (severity FATAL or PANIC). */
    readonly server: ServerErrorFields | null = null,
    /** Nothing of the work has run (BEGIN was not accepted, a console was only to show something): it may be tried again. */
    readonly nothingRan = false,
  ) {
    super(message);
  }
}

/** It did not answer in time, so we closed the connection. What it was told to do may have been done, or may yet be. */
export class NoAnswer extends ConnectionLost {
  constructor(readonly withinMs: number) {
    super(`nothing within ${withinMs} ms`);
  }
}

export type ConnectFailure =
  | 'refused'
  | 'unknownHost'
  | 'unreachable'
  | 'timedOut'
  | 'tlsRefused'
  | 'tlsUntrusted'
  | 'rootCertificateUnreadable'
  | 'passwordNeeded'
  | 'passwordWrong'
  | 'databaseMissing'
  | 'tooManyConnections'
  | 'startingUp'
  | 'notAConsoleUser'
  | 'rejected'
  | 'notPostgres'
  | 'aborted'
  | 'other';

/** No session came to be. The message is the server's or the system's own. */
export class ConnectFailed extends Error {
  override readonly name = 'ConnectFailed';
  constructor(
    readonly reason: ConnectFailure,
    message: string,
    readonly server: ServerErrorFields | null = null,
  ) {
    super(message);
  }
}

/** The endpoint answers, but is not fit for what was wanted: no transaction can be run there, or it is not a console. */
export class RouteRefused extends Error {
  override readonly name = 'RouteRefused';
  constructor(
    readonly reason: 'statementPooling' | 'console' | 'notAConsole',
    message: string,
  ) {
    super(message);
  }
}

/** The caller's signal was aborted. What had begun was rolled back. */
export class Cancelled extends Error {
  override readonly name = 'AbortError';
  constructor() {
    super('Cancelled');
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
