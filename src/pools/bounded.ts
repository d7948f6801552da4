import { Cancelled } from '../connection/errors';
import type { PollerClock } from '../poller';

export interface Bounds<L> {
  readonly clock: PollerClock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Asked when the time is over, while the work is still under way: why something waits is seen best while it waits. */
  readonly whenLate: () => Promise<L>;
}

export type BoundedOutcome<T, L> =
  | { readonly kind: 'done'; readonly value: T; readonly ms: number }
  | { readonly kind: 'failed'; readonly error: unknown; readonly ms: number }
  | { readonly kind: 'late'; readonly why: L; readonly ms: number };

/**
 * Runs work that ends soon once its signal is aborted, for at most so long. By the time this settles the work has ended, too.
 * Rejects with Cancelled when the caller's signal is aborted, and with what `whenLate` rejects with.
 */
export async function bounded<T, L>(
  { clock, timeoutMs, signal, whenLate }: Bounds<L>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<BoundedOutcome<T, L>> {
  const startedMs = clock.now();
  const own = new AbortController();
  const running = work(AbortSignal.any([signal, own.signal])).then(
    value => ({ kind: 'done', value, ms: clock.now() - startedMs }) as const,
    (error: unknown) => ({ kind: 'failed', error, ms: clock.now() - startedMs }) as const,
  );
  let stopTimer = (): void => undefined;
  const timeIsOver = new Promise<null>(resolve => (stopTimer = clock.after(timeoutMs, () => resolve(null))));
  const first = await Promise.race([running, timeIsOver]);
  stopTimer();
  try {
    const outcome = first ?? { kind: 'late', why: await whenLate(), ms: timeoutMs };
    if (signal.aborted) {
      throw new Cancelled();
    }
    return outcome;
  } finally {
    own.abort();
    await running;
  }
}
