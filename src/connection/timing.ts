/** Waits for the promise to settle either way, at most so long. False when it was still pending; never rejects. */
export function settlesWithin(promise: Promise<unknown>, waitMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, waitMs, false);
    const settled = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settled, settled);
  });
}

/** Calls `onAbort` when the signal is aborted, at once when it already is. Returns what stops listening. */
export function whenAborted(signal: AbortSignal | undefined, onAbort: () => void): () => void {
  if (signal === undefined) {
    return () => undefined;
  }
  if (signal.aborted) {
    onAbort();
    return () => undefined;
  }
  signal.addEventListener('abort', onAbort, { once: true });
  return () => signal.removeEventListener('abort', onAbort);
}
