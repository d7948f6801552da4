import type { PollerClock } from '../poller';

/** The time of this machine. */
export const clock: PollerClock = {
  now: Date.now,
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
