import type { ConsoleSession } from '../connection/consoleSession';
import { whenAborted } from '../connection/timing';
import type { PollerClock } from '../poller';

export interface BlockingOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Pick<PollerClock, 'after'>;
}

export type BlockingEnd<T> =
  | { readonly kind: 'settled'; readonly value: T; readonly answer: string | null }
  /** What the command was rejected with. */
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timedOut' | 'cancelled' };

/** From one look to the next: the first come soon, for what is seen once can be seen to be undone. */
const firstLookMs = 50;
const longestLookMs = 1000;

/** The longest that a timer of Node can be set to: here the clock decides, never the session's own limit. */
const foreverMs = 2_147_483_647;

/**
 * Gives a console a command that may never be answered, and looks again and again, and when there is an answer, whether what it
 * is for has come about: the answer alone does not prove that. PgBouncer answers all that wait when any of them is done
 * (`admin_pause_done`, `admin_wait_close_done` of admin.c), and one whose PAUSE was undone never.
 *
 * At a time-out or an abort, and when it rejects with what the look rejects with, the command is still under way: the caller closes
 * the session.
 * @param look what has come about, null for nothing yet.
 */
export async function blockingCommand<T>(
  console: ConsoleSession,
  command: string,
  { timeoutMs, signal, clock }: BlockingOptions,
  look: (answered: boolean) => Promise<T | null>,
): Promise<BlockingEnd<T>> {
  const overdue = new AbortController();
  const stopTimer = clock.after(timeoutMs, () => overdue.abort());
  const giveUp = AbortSignal.any([signal, overdue.signal]);
  const ended: { answer: string | null; failure: unknown } = { answer: null, failure: null };
  const end = console.ask(command, { timeoutMs: foreverMs }).then(
    answer => void (ended.answer = answer.command),
    (error: unknown) => void (ended.failure = error),
  );
  try {
    for (let dueMs = firstLookMs; ; dueMs = Math.min(longestLookMs, 2 * dueMs)) {
      await untilDue(clock, giveUp, dueMs, ended.answer === null ? end : null);
      if (ended.failure !== null) {
        return { kind: 'failed', error: ended.failure };
      }
      if (giveUp.aborted) {
        return { kind: signal.aborted ? 'cancelled' : 'timedOut' };
      }
      const value = await look(ended.answer !== null);
      if (value !== null) {
        return { kind: 'settled', value, answer: ended.answer };
      }
    }
  } finally {
    stopTimer();
  }
}

/** Resolves when the next look is due, or there is a reason to look earlier. */
export function untilDue(
  clock: Pick<PollerClock, 'after'>,
  signal: AbortSignal,
  dueMs: number,
  earlier: Promise<void> | null = null,
): Promise<void> {
  return new Promise(resolve => {
    const stop = { timer: (): void => undefined, listening: (): void => undefined };
    const over = (): void => {
      stop.timer();
      stop.listening();
      resolve();
    };
    stop.timer = clock.after(dueMs, over);
    stop.listening = whenAborted(signal, over);
    void earlier?.then(over);
  });
}
