import type { ConsoleSession } from './consoleSession';
import { endpointKey } from './endpointKey';
import { Cancelled, ConnectFailed, ConnectionLost } from './errors';
import { openConsole } from './openConsole';
import { openWithPassword } from './openWithPassword';
import type { PasswordSource } from './passwordSource';
import type { Profile } from './profile';
import type { SessionsOptions } from './sessions';
import { sharedQuestions } from './sharedQuestions';
import { settlesWithin } from './timing';
import { Turns } from './turns';

export interface ConsoleUse {
  /** Whether the user may be asked for a password: true unless told. What asks by itself, in the background, may not. */
  readonly mayAsk?: boolean;
}

/** How long a connection is kept that nobody asks anything. */
export const idleConsoleMs = 60_000;

const defaults: SessionsOptions = {
  applicationName: 'Planpool',
  connectTimeoutMs: 15_000,
  timers: {
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  },
};

/** What is kept for one console. */
interface Desk {
  readonly turns: Turns;
  session: ConsoleSession | null;
  stopTimer: () => void;
}

/** The connections of this window to consoles: one kept for each, and those that somebody has opened for themselves. */
export class Consoles {
  readonly #passwords: PasswordSource;
  readonly #options: SessionsOptions;
  readonly #desks = new Map<string, Desk>();
  readonly #opened = new Set<ConsoleSession>();
  readonly #disposed = new AbortController();

  constructor(passwords: PasswordSource, options: Partial<SessionsOptions> = {}) {
    this.#passwords = sharedQuestions(passwords);
    this.#options = { ...defaults, ...options };
  }

  /**
   * Runs the work on the kept connection, one at a time in the order they came; it is for commands that are answered at once.
   * A kept connection that turns out to be dead is replaced without a word, once, and only when the work has merely asked
   * to SHOW something. Rejects with what the work rejects with, ConnectFailed, RouteRefused `notAConsole`, or Cancelled.
   */
  async use<T>(
    profile: Profile,
    signal: AbortSignal,
    work: (console: ConsoleSession) => Promise<T>,
    how: ConsoleUse = {},
  ): Promise<T> {
    this.#refuseWhenDisposed();
    const desk = this.#deskOf(profile);
    await desk.turns.take(signal);
    desk.stopTimer();
    try {
      for (let mayRetry = true; ; mayRetry = false) {
        const kept = desk.session?.alive === true ? desk.session : null;
        const session = kept ?? (await this.open(profile, signal, how));
        desk.session = session;
        const answered = session.answered;
        try {
          return await work(session);
        } catch (error) {
          const nothingRan = error instanceof ConnectionLost && error.nothingRan && session.answered === answered;
          if (!(mayRetry && kept !== null && nothingRan)) {
            throw error;
          }
        }
      }
    } finally {
      desk.stopTimer = this.#disposed.signal.aborted
        ? () => undefined
        : this.#options.timers.after(idleConsoleMs, () => void this.drop(profile));
      desk.turns.end();
    }
  }

  /** A connection of one's own, for what may block or end the console. Whoever opens it closes it. */
  async open(profile: Profile, signal: AbortSignal, { mayAsk = true }: ConsoleUse = {}): Promise<ConsoleSession> {
    this.#refuseWhenDisposed();
    const { connectTimeoutMs, applicationName } = this.#options;
    const either = AbortSignal.any([signal, this.#disposed.signal]);
    try {
      const session = await openWithPassword(profile, this.#passwords, { mayAsk, signal: either }, password =>
        openConsole(profile, password, { signal: either, connectTimeoutMs, applicationName }),
      );
      this.#opened.add(session);
      void session.gone.then(() => this.#opened.delete(session));
      return session;
    } catch (error) {
      throw error instanceof ConnectFailed && error.reason === 'aborted' ? new Cancelled() : error;
    }
  }

  /** Closes the kept connection, when those who came before have been served. The next use opens another. */
  async drop(profile: Profile): Promise<void> {
    const key = endpointKey(profile);
    const desk = this.#desks.get(key);
    if (desk === undefined || this.#disposed.signal.aborted) {
      return;
    }
    await desk.turns.take();
    desk.stopTimer();
    const { session } = desk;
    desk.session = null;
    await session?.close();
    desk.turns.end();
    if (!desk.turns.taken && this.#desks.get(key) === desk) {
      this.#desks.delete(key);
    }
  }

  /** Closes everything, within about a second. Nothing can be asked any more. */
  async dispose(): Promise<void> {
    this.#disposed.abort();
    for (const { turns, stopTimer } of this.#desks.values()) {
      stopTimer();
      turns.refuseAll();
    }
    this.#desks.clear();
    const all = [...this.#opened];
    await settlesWithin(Promise.all(all.map(session => session.close())), 1000);
    all.forEach(session => session.destroy());
  }

  #deskOf(profile: Profile): Desk {
    const key = endpointKey(profile);
    const desk = this.#desks.get(key) ?? { turns: new Turns(), session: null, stopTimer: () => undefined };
    this.#desks.set(key, desk);
    return desk;
  }

  #refuseWhenDisposed(): void {
    if (this.#disposed.signal.aborted) {
      throw new Cancelled();
    }
  }
}
