import { endpointKey } from './endpointKey';
import { Cancelled, ConnectFailed, ConnectionLost, RouteRefused } from './errors';
import { openSession } from './openSession';
import { openWithPassword } from './openWithPassword';
import type { PasswordSource } from './passwordSource';
import type { Profile } from './profile';
import { rolledBack } from './rolledBack';
import type { TransactionOptions } from './rolledBack';
import type { Session } from './session';
import { sharedQuestions } from './sharedQuestions';
import { settlesWithin } from './timing';
import type { Transaction } from './transaction';

/** A session that belongs to one user of it until it is given back, one way or the other, exactly once. */
export interface Lease {
  readonly session: Session;
  /** It was idle before, so it may have died without anybody noticing. */
  readonly warm: boolean;
  /** Gives it back to be used again, if it is idle. */
  release(): void;
  /** Closes it. */
  discard(): void;
}

export interface Timers {
  /** Calls back once after so long; returns what prevents that. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface SessionsOptions {
  readonly applicationName: string;
  /** For name look-up, TCP, TLS and login together; asking the user is not counted. */
  readonly connectTimeoutMs: number;
  readonly timers: Timers;
}

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

/** How a transaction gets its session, and what becomes of that. */
export interface SessionUse {
  /** `discard` closes it, so that nothing the work did to it stays (session locks); `keep` unless told. */
  readonly afterwards?: 'keep' | 'discard';
  /** Whether the user may be asked for a password: true unless told. What asks by itself, in the background, may not. */
  readonly mayAsk?: boolean;
}

/** How long an idle session is kept. */
export const idleMs = 5 * 60_000;

interface IdleSession {
  readonly session: Session;
  readonly stopTimer: () => void;
}

/** The sessions of this window: at most one idle one for each endpoint, closed after five minutes. */
export class Sessions {
  readonly #passwords: PasswordSource;
  readonly #options: SessionsOptions;
  readonly #idle = new Map<string, IdleSession>();
  readonly #leased = new Set<Session>();
  readonly #closing = new Set<Promise<void>>();
  readonly #disposed = new AbortController();

  constructor(passwords: PasswordSource, options: Partial<SessionsOptions> = {}) {
    this.#passwords = sharedQuestions(passwords);
    this.#options = { ...defaults, ...options };
  }

  /**
   * A session for the profile: the idle one when there is one, else a new one, with a question for the password when that
   * is needed. Rejects with ConnectFailed (`passwordNeeded` or `passwordWrong` where the user may not be asked), or Cancelled
   * when the signal is aborted.
   */
  async lease(profile: Profile, signal: AbortSignal, mayAsk = true): Promise<Lease> {
    if (signal.aborted || this.#disposed.signal.aborted) {
      throw new Cancelled();
    }
    const idle = this.#takeIdle(profile);
    const session = idle ?? (await this.#open(profile, signal, mayAsk));
    this.#leased.add(session);
    let returned = false;
    const giveBack = (keep: boolean): void => {
      if (!returned) {
        returned = true;
        this.#leased.delete(session);
        this.#giveBack(session, keep);
      }
    };
    return { session, warm: idle !== null, release: () => giveBack(true), discard: () => giveBack(false) };
  }

  /**
   * Runs the work in a transaction that is rolled back (see `rolledBack`) on a session for the profile. An idle session
   * that turns out to be dead is replaced without a word, once, and only when nothing of the work has run.
   */
  async rolledBack<T>(
    profile: Profile,
    options: TransactionOptions,
    signal: AbortSignal,
    work: (tx: Transaction) => Promise<T>,
    { afterwards = 'keep', mayAsk = true }: SessionUse = {},
  ): Promise<T> {
    refuseUnsuitable(profile);
    for (let mayRetry = true; ; mayRetry = false) {
      const lease = await this.lease(profile, signal, mayAsk);
      try {
        return await rolledBack(lease.session, options, signal, work);
      } catch (error) {
        if (!(mayRetry && lease.warm && error instanceof ConnectionLost && error.nothingRan)) {
          throw error;
        }
      } finally {
        if (afterwards === 'keep') {
          lease.release();
        } else {
          lease.discard();
        }
      }
    }
  }

  /**
   * The process ids of the backends that work for the sessions of this window at this host and port; behind a pooler, which
   * gives them out for one transaction at a time, while one is open. Each server counts its own, so those of another say
   * nothing here.
   */
  backendPids({ host, port }: Pick<Profile, 'host' | 'port'>): ReadonlySet<number> {
    return new Set(
      this.#all()
        .filter(({ profile }) => profile.host === host && profile.port === port)
        .flatMap(({ backendPid, cancelKey }) => backendPid ?? cancelKey?.processId ?? []),
    );
  }

  /** Closes the sessions that nobody uses. */
  closeIdle(): void {
    for (const { session, stopTimer } of this.#idle.values()) {
      stopTimer();
      this.#close(session);
    }
    this.#idle.clear();
  }

  /** Closes everything, also what is leased, within about a second. Nothing can be leased any more. */
  async dispose(): Promise<void> {
    this.#disposed.abort();
    const all = this.#all();
    for (const { stopTimer } of this.#idle.values()) {
      stopTimer();
    }
    this.#idle.clear();
    this.#leased.clear();
    const closing = Promise.all([...all.map(session => session.close()), ...this.#closing]);
    if (!(await settlesWithin(closing, 1000))) {
      all.forEach(session => session.destroy());
    }
  }

  #all(): readonly Session[] {
    return [...this.#leased, ...[...this.#idle.values()].map(({ session }) => session)];
  }

  #takeIdle(profile: Profile): Session | null {
    const key = endpointKey(profile);
    const idle = this.#idle.get(key);
    this.#idle.delete(key);
    idle?.stopTimer();
    return idle?.session.alive === true ? idle.session : null;
  }

  async #open(profile: Profile, signal: AbortSignal, mayAsk: boolean): Promise<Session> {
    const { connectTimeoutMs, applicationName } = this.#options;
    const either = AbortSignal.any([signal, this.#disposed.signal]);
    try {
      return await openWithPassword(profile, this.#passwords, { mayAsk, signal: either }, password =>
        openSession(profile, password, { signal: either, connectTimeoutMs, applicationName }),
      );
    } catch (error) {
      throw error instanceof ConnectFailed && error.reason === 'aborted' ? new Cancelled() : error;
    }
  }

  #giveBack(session: Session, keep: boolean): void {
    const key = endpointKey(session.profile);
    const wanted = keep && session.transactionState === 'idle' && !this.#idle.has(key);
    if (!wanted || this.#disposed.signal.aborted) {
      this.#close(session);
      return;
    }
    const stopTimer = this.#options.timers.after(idleMs, () => {
      this.#idle.delete(key);
      this.#close(session);
    });
    this.#idle.set(key, { session, stopTimer });
  }

  #close(session: Session): void {
    const closing = session.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** What is known to be useless before anything is sent. */
function refuseUnsuitable(profile: Profile): void {
  if (profile.kind === 'pgbouncer') {
    throw new RouteRefused('console', 'This connection is the console of a PgBouncer');
  }
  if (profile.pooling === 'statement') {
    throw new RouteRefused('statementPooling', 'This connection goes through a pooler in statement mode');
  }
}
