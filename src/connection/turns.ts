import { Cancelled } from './errors';
import { whenAborted } from './timing';

/** One at a time, in the order they came. */
export class Turns {
  readonly #waiting = new Set<{ readonly go: () => void; readonly refuse: () => void }>();
  #taken = false;

  get taken(): boolean {
    return this.#taken;
  }

  /** Resolves when it is the caller's turn, which `end` ends. Rejects with Cancelled when the signal is aborted first. */
  take(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) {
      return Promise.reject(new Cancelled());
    }
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        this.#waiting.delete(waiter);
        stopListening();
        done();
      };
      const waiter = { go: () => settle(resolve), refuse: () => settle(() => reject(new Cancelled())) };
      this.#waiting.add(waiter);
      const stopListening = whenAborted(signal, waiter.refuse);
    });
  }

  end(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken = false;
    } else {
      next.go();
    }
  }

  /** Those who wait are refused, with Cancelled. */
  refuseAll(): void {
    this.#waiting.forEach(({ refuse }) => refuse());
  }
}
