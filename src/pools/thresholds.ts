import * as v from 'valibot';
import type { ConsoleSnapshot } from './model';

/** From when on something is worth a word, a warning, an error. */
export interface Thresholds {
  /** So many waiting clients are told of. */
  readonly waitingInfo: number;
  readonly maxWaitWarningMs: number;
  /** Clients waiting in so many polls in a row, however short each wait. */
  readonly waitingPollsWarning: number;
  /** Null: 15 s or half of `query_wait_timeout`, whichever is less. */
  readonly maxWaitErrorMs: number | null;
  /** Shares of `max_client_conn`. */
  readonly clientUsageWarning: number;
  readonly clientUsageError: number;
}

export const defaultThresholds: Thresholds = {
  waitingInfo: 1,
  maxWaitWarningMs: 1000,
  waitingPollsWarning: 3,
  maxWaitErrorMs: null,
  clientUsageWarning: 0.8,
  clientUsageError: 0.95,
};

const longestBearableMs = 15_000;

/** The wait from which on it is an error; clients that wait for `query_wait_timeout` are thrown out. */
export function maxWaitErrorMs({ maxWaitErrorMs: chosen }: Thresholds, { config }: ConsoleSnapshot): number {
  if (chosen !== null) {
    return chosen;
  }
  const timeoutMs = secondsOf(config, 'query_wait_timeout') * 1000;
  return timeoutMs > 0 ? Math.min(longestBearableMs, timeoutMs / 2) : longestBearableMs;
}

/** A setting that is a number, such as a time in seconds; 0 when it is missing or none. */
export function secondsOf(config: ConsoleSnapshot['config'], key: string): number {
  const value = Number(config.get(key)?.value ?? 0);
  return Number.isFinite(value) ? value : 0;
}

const positive = v.pipe(v.number(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** The setting `planpool.poolThresholds` as the editor gives it, of any shape: what is missing or wrong has its default. */
export function thresholdsOf(setting: unknown): Thresholds {
  const given = v.parse(
    v.fallback(
      v.object({
        maxWaitWarningSeconds: v.fallback(v.optional(positive), undefined),
        maxWaitErrorSeconds: v.fallback(v.optional(positive), undefined),
        waitingLooksWarning: v.fallback(v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))), undefined),
        clientUsageWarning: v.fallback(v.optional(share), undefined),
        clientUsageError: v.fallback(v.optional(share), undefined),
      }),
      {},
    ),
    setting,
  );
  const inMs = (seconds: number | undefined): number | null => (seconds === undefined ? null : seconds * 1000);
  return {
    ...defaultThresholds,
    maxWaitWarningMs: inMs(given.maxWaitWarningSeconds) ?? defaultThresholds.maxWaitWarningMs,
    maxWaitErrorMs: inMs(given.maxWaitErrorSeconds),
    waitingPollsWarning: given.waitingLooksWarning ?? defaultThresholds.waitingPollsWarning,
    clientUsageWarning: given.clientUsageWarning ?? defaultThresholds.clientUsageWarning,
    clientUsageError: given.clientUsageError ?? defaultThresholds.clientUsageError,
  };
}
