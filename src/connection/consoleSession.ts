import type { Client, CustomTypesConfig } from 'pg';
import type { Socket } from 'node:net';
import { Cancelled, ConnectionLost, messageOf, NoAnswer, ServerError } from './errors';
import type { Login } from './login';
import type { Profile } from './profile';
import { endsSession, serverErrorFields } from './serverErrorFields';
import { settlesWithin, whenAborted } from './timing';

/** What a console answers to one command. */
export interface ConsoleAnswer {
  /** Columns by name, as they came: int2 and int4 as numbers, everything else as text. */
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  /** In the order of the console. */
  readonly columns: readonly string[];
  /** The whole command tag, such as `SHOW` or `WAIT_CLOSE`. */
  readonly command: string;
}

export interface AskLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

let lastId = 0;

/**
 * One connection to the console of a PgBouncer: simple protocol, one command a message. A CancelRequest is never sent, for
 * a console takes one as RESUME of a global PAUSE (`admin_handle_cancel` of admin.c): giving up means closing the socket.
 */
export class ConsoleSession {
  /** Unique in this process. */
  readonly id = ++lastId;
  /** As the console announced it, such as `1.18.0/bouncer`. */
  readonly announcedVersion: string;
  /** Resolves when the connection is gone, whoever closed it. */
  readonly gone: Promise<void>;
  readonly #client: Client;
  readonly #socket: Socket;
  #lost: ConnectionLost | null = null;
  #busy = false;
  #answered = 0;
  #tag = '';

  /** Use `openConsole`. */
  constructor(
    readonly profile: Profile,
    login: Login,
  ) {
    this.#client = login.client;
    this.#socket = login.socket;
    this.announcedVersion = login.announcedVersion;
    this.#client.removeAllListeners('error');
    this.#client.on('error', error => this.#lose(error));
    this.#client.on('end', () => this.#lose(new Error('The console closed the connection')));
    this.#client.connection.on('commandComplete', ({ text }: { text: string }) => (this.#tag = text));
    this.gone = new Promise(resolve => this.#socket.once('close', () => resolve()));
  }

  get alive(): boolean {
    return this.#lost === null && !this.#socket.destroyed;
  }

  /** How many commands it has answered, errors among the answers. */
  get answered(): number {
    return this.#answered;
  }

  /**
   * Sends one command and waits for its answer. One at a time: a second call while one is under way is a mistake of the caller.
   * Rejects with ServerError (the session lives on), Cancelled when the signal is aborted and NoAnswer when the time is over
   * (the socket is closed in both cases, but what was told to the console is not taken back), ConnectionLost (`nothingRan` when
   * it was a SHOW, or nothing was sent).
   */
  async ask(command: string, { timeoutMs, signal }: AskLimits): Promise<ConsoleAnswer> {
    if (signal?.aborted === true) {
      throw new Cancelled();
    }
    if (this.#lost !== null) {
      throw new ConnectionLost(this.#lost.message, this.#lost.server, true);
    }
    if (this.#busy) {
      throw new Error('A command is already under way on this session');
    }
    this.#busy = true;
    const given: { up: Cancelled | NoAnswer | null } = { up: null };
    const giveUp = (why: Cancelled | NoAnswer): void => {
      given.up ??= why;
      this.#lose(why);
    };
    const timer = setTimeout(() => giveUp(new NoAnswer(timeoutMs)), timeoutMs);
    const stopListening = whenAborted(signal, () => giveUp(new Cancelled()));
    try {
      const { rows, fields } = await this.#client.query<Record<string, string | number | null>>({
        text: command,
        types: consoleTypes,
      });
      this.#answered += 1;
      return { rows, columns: fields.map(({ name }) => name), command: this.#tag };
    } catch (error) {
      throw given.up ?? this.#failure(command, error);
    } finally {
      clearTimeout(timer);
      stopListening();
      this.#busy = false;
    }
  }

  /** Says goodbye and closes, within half a second. While a command is under way the socket is just closed. Never rejects. */
  async close(): Promise<void> {
    if (this.alive && !this.#busy) {
      await settlesWithin(this.#client.end(), 500);
    }
    this.destroy();
  }

  /** Closes the socket at once. What the console was told to do it goes on with. */
  destroy(): void {
    this.#lose(new Error('The connection was closed'));
  }

  #failure(command: string, error: unknown): ServerError | ConnectionLost {
    const server = serverErrorFields(error);
    if (server !== null && !endsSession(server)) {
      this.#answered += 1;
      return new ServerError(server);
    }
    const lost = this.#lose(error);
    return /^SHOW /i.test(command) ? new ConnectionLost(lost.message, lost.server, true) : lost;
  }

  #lose(error: unknown): ConnectionLost {
    const server = serverErrorFields(error);
    this.#lost ??= new ConnectionLost(server?.message ?? messageOf(error), server);
    this.#socket.destroy();
    return this.#lost;
  }
}

/** OIDs of pg_type.dat: int2, int4. */
const numeric = new Set([21, 23]);

const consoleTypes: CustomTypesConfig = { getTypeParser: oid => (numeric.has(oid) ? integer : String) };

function integer(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
