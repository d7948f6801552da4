import type { Client, CustomTypesConfig } from 'pg';
import type { Socket } from 'node:net';
import { sendCancelRequest } from './cancel';
import type { CancelKey } from './cancel';
import { ConnectionLost, messageOf, ServerError } from './errors';
import type { Profile } from './profile';
import { endsSession, serverErrorFields } from './serverErrorFields';
import { isConsoleVersion, serverVersionNumber } from './serverVersion';
import { settlesWithin } from './timing';

export type QueryValue = string | number | boolean | null | readonly string[];

export interface QueryResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Where the session stands: outside of a transaction, inside, inside a failed one, or not known (busy or gone). */
export type TransactionState = 'idle' | 'open' | 'failed' | 'unknown';

let lastId = 0;

/** One connection. Statements go through the extended protocol only, so the server itself refuses a second one. */
export class Session {
  /** Unique in this process. */
  readonly id = ++lastId;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #types: CustomTypesConfig;
  /** Of the real backend while a transaction of `rolledBack` is open: the cancel key of a pooler does not name it. */
  backendPid: number | null = null;
  #lost: ConnectionLost | null = null;
  #busy = false;

  /** Use `openSession`. */
  constructor(
    readonly profile: Profile,
    /** Kept in memory only: the second, short session of a cancel needs it. */
    readonly password: string | null,
    /** As the server or the pooler announced it, such as `18.4` or `1.18.0/bouncer`. */
    readonly announcedVersion: string,
    connection: { readonly client: Client; readonly socket: Socket; readonly types: CustomTypesConfig },
  ) {
    this.#client = connection.client;
    this.#socket = connection.socket;
    this.#types = connection.types;
    this.#client.removeAllListeners('error');
    this.#client.on('error', error => this.#lose(error));
    this.#client.on('end', () => this.#lose(new Error('The server closed the connection')));
  }

  /** `server_version_num` as announced at login; 0 when it is not PostgreSQL's. */
  get serverVersion(): number {
    return serverVersionNumber(this.announcedVersion) ?? 0;
  }

  /** PgBouncer's admin database, which knows neither transactions nor the extended protocol. */
  get isConsole(): boolean {
    return isConsoleVersion(this.announcedVersion);
  }

  get cancelKey(): CancelKey | null {
    const { processID, secretKey } = this.#client;
    return processID === null || secretKey === null ? null : { processId: processID, secret: secretKey };
  }

  get alive(): boolean {
    return this.#lost === null && !this.#socket.destroyed;
  }

  /** Exact only while no query is under way. */
  get transactionState(): TransactionState {
    const status = this.alive && !this.#busy ? this.#client.getTransactionStatus() : null;
    return status === null ? 'unknown' : ({ I: 'idle', T: 'open', E: 'failed' } as const)[status];
  }

  /**
   * Runs one statement; values are bound, never put into the text. One at a time: a second call while one is under way is
   * a mistake of the caller. Rejects with ServerError (the session lives on) or ConnectionLost.
   */
  async query(sql: string, values: readonly QueryValue[] = []): Promise<QueryResult> {
    if (this.#lost !== null) {
      throw this.#lost;
    }
    if (this.#busy) {
      throw new Error('A query is already under way on this session');
    }
    this.#busy = true;
    try {
      const { rows } = await this.#client.query<Record<string, unknown>>({
        text: sql,
        values: [...values],
        queryMode: 'extended',
        types: this.#types,
      });
      return { rows };
    } catch (error) {
      const server = serverErrorFields(error);
      if (server !== null && !endsSession(server)) {
        throw new ServerError(server);
      }
      throw this.#lose(error);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Says goodbye and closes. What is still running is cancelled first, for a server may go on with it when the socket
   * is gone. After a second at most the socket is closed anyway. Never rejects.
   */
  async close(): Promise<void> {
    if (this.alive && this.#busy && this.cancelKey !== null) {
      await sendCancelRequest(this.profile, this.cancelKey, 500);
    } else if (this.alive) {
      await settlesWithin(this.#client.end(), 500);
    }
    this.destroy();
  }

  /** Closes the socket at once: the server rolls back what was open, a pooler drops the backend. Returns why it is lost. */
  destroy(reason = 'The connection was closed'): ConnectionLost {
    return this.#lose(new Error(reason));
  }

  #lose(error: unknown): ConnectionLost {
    const server = serverErrorFields(error);
    this.#lost ??= new ConnectionLost(server?.message ?? messageOf(error), server);
    this.#socket.destroy();
    return this.#lost;
  }
}
