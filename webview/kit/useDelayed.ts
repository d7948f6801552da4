import { useCallback, useEffect, useRef } from 'preact/hooks';
import { afterTimeout } from './host';

const shortDelayMs = 100;

/** Calls the latest `action` once after a burst of calls has ended: for what is too dear to do at each scroll step. */
export function useDelayed(action: () => void, delayMs = shortDelayMs): () => void {
  const latest = useRef(action);
  const stop = useRef<() => void>(() => undefined);
  latest.current = action;
  useEffect(() => () => stop.current(), []);
  return useCallback(() => {
    stop.current();
    stop.current = afterTimeout(delayMs, () => {
      latest.current();
    });
  }, [delayMs]);
}
