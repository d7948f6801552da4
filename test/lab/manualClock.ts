import type { PollerClock } from '../../src/poller';

/** Time that only passes when it is told to. */
export class ManualClock implements PollerClock {
  #nowMs = 1_000_000;
  readonly #timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  /** How long each timer was set for, in the order they were set. */
  readonly delays: number[] = [];

  get waiting(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.delays.push(delayMs);
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, timer by timer, and lets what each sets off settle. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (let next = this.#nextBy(endMs); next !== undefined; next = this.#nextBy(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#timers.delete(next);
      next.callback();
      await settled();
    }
    this.#nowMs = endMs;
  }

  /** As when the user or NTP sets it; the timers do not care. */
  setBack(ms: number): void {
    this.#nowMs -= ms;
  }

  #nextBy(endMs: number): { readonly dueMs: number; readonly callback: () => void } | undefined {
    const [next] = [...this.#timers].sort((one, other) => one.dueMs - other.dueMs);
    return next !== undefined && next.dueMs <= endMs ? next : undefined;
  }
}

/** Everything that promises set off has run. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
