import { Changes } from './changes';

export interface PollerClock {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Calls back once after so long; returns what prevents that. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface PollerOptions<T> {
  /** Settles soon once the signal is aborted; until then nothing else is asked. */
  readonly ask: (signal: AbortSignal) => Promise<T>;
  /** From one answer to the next question. */
  readonly intervalMs: () => number;
  /** Whether asking again by itself is useless: the password is wrong, the server is no PostgreSQL, … */
  readonly isFinal: (error: unknown) => boolean;
  readonly clock: PollerClock;
  /** From 0 up to 1, for the jitter. */
  readonly random: () => number;
}

/** What is known, for whoever shows it. */
export interface PollerState<T> {
  /** The last good answer; a failure does not take it away. */
  readonly data: T | null;
  /** When that came, by the clock of the options. */
  readonly takenAtMs: number | null;
  /** What the last question was rejected with; null when it was answered, or nothing has been asked. */
  readonly failure: unknown;
  /** The failure was a final one: nothing is asked until `retry` or `reset`. */
  readonly stopped: boolean;
}

/** After the first failure, and after many in a row; the pauses double in between. */
const shortestPauseMs = 500;
const longestPauseMs = 30_000;
/** A pause is longer by up to this share, so that windows that lost one server do not come back to it in step. */
const jitterShare = 0.25;

/**
 * Asks again and again while its view is visible and the window focused, never twice at once. When one of the two ends, what
 * is under way is aborted, which counts as nothing. After a failure it pauses for 0.5 s, doubling up to 30 s; a failure that is
 * final ends it. It is neither visible nor focused at first.
 */
export class Poller<T> {
  readonly #options: PollerOptions<T>;
  readonly #changes = new Changes();
  #state: PollerState<T> = nothingYet;
  #visible = false;
  #focused = false;
  #disposed = false;
  #underWay: AbortController | null = null;
  #stopTimer: (() => void) | null = null;
  /** In a row. */
  #failures = 0;
  /** What the next question waits for; null when it waits for nothing. */
  #pause: { readonly sinceMs: number; readonly lengthMs: () => number } | null = null;

  /** Listeners look at `state`. */
  readonly onDidChange = this.#changes.listen;

  constructor(options: PollerOptions<T>) {
    this.#options = options;
  }

  get state(): PollerState<T> {
    return this.#state;
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#goOn();
  }

  setFocused(focused: boolean): void {
    this.#focused = focused;
    this.#goOn();
  }

  /** Asks anew, also after a final failure: at once, or as soon as it is visible and focused. What is under way is aborted. */
  retry(): void {
    this.#startOver({ ...this.#state, stopped: false });
  }

  /** As `retry`, and forgets what is known: from now on `ask` means another server. */
  reset(): void {
    this.#startOver(nothingYet);
  }

  /** Aborts what is under way. Nothing is asked and nobody is told any more. */
  dispose(): void {
    this.#disposed = true;
    this.#goOn();
  }

  get #mayAsk(): boolean {
    return this.#visible && this.#focused && !this.#state.stopped && !this.#disposed;
  }

  #startOver(state: PollerState<T>): void {
    this.#underWay?.abort();
    this.#failures = 0;
    this.#pause = null;
    this.#state = state;
    this.#goOn();
    this.#tell();
  }

  /** Brings what is under way, or waited for, in line with what may be asked now. */
  #goOn(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    if (!this.#mayAsk) {
      this.#underWay?.abort();
    } else if (this.#underWay === null) {
      const waitMs = this.#remainingMs();
      if (waitMs > 0) {
        this.#stopTimer = this.#options.clock.after(waitMs, () => void this.#poll());
      } else {
        void this.#poll();
      }
    }
  }

  /** Never more than the whole pause, also when the clock was set back. */
  #remainingMs(): number {
    if (this.#pause === null) {
      return 0;
    }
    const waitedMs = Math.max(0, this.#options.clock.now() - this.#pause.sinceMs);
    return this.#pause.lengthMs() - waitedMs;
  }

  async #poll(): Promise<void> {
    const stop = new AbortController();
    this.#underWay = stop;
    const answer = await answerOf(this.#options.ask, stop.signal);
    this.#underWay = null;
    if (stop.signal.aborted) {
      this.#goOn();
      return;
    }
    const { clock, intervalMs, isFinal } = this.#options;
    const nowMs = clock.now();
    if ('data' in answer) {
      this.#failures = 0;
      this.#pause = { sinceMs: nowMs, lengthMs: intervalMs };
      this.#state = { data: answer.data, takenAtMs: nowMs, failure: null, stopped: false };
    } else {
      this.#failures += 1;
      const pauseMs = this.#pauseAfterFailure();
      this.#pause = { sinceMs: nowMs, lengthMs: () => pauseMs };
      this.#state = { ...this.#state, failure: answer.failure, stopped: isFinal(answer.failure) };
    }
    this.#goOn();
    this.#tell();
  }

  #pauseAfterFailure(): number {
    const doubledMs = shortestPauseMs * 2 ** (this.#failures - 1);
    return Math.min(doubledMs, longestPauseMs / (1 + jitterShare)) * (1 + jitterShare * this.#options.random());
  }

  #tell(): void {
    if (!this.#disposed) {
      this.#changes.fire();
    }
  }
}

const nothingYet = { data: null, takenAtMs: null, failure: null, stopped: false } as const;

async function answerOf<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly data: T } | { readonly failure: unknown }> {
  try {
    return { data: await ask(signal) };
  } catch (error) {
    return { failure: error ?? new Error('Rejected without a reason') };
  }
}
