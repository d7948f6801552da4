import { formatCount } from '../plan/figures';
import type { Backend, BackendKind, Slots } from './activity';

/**
 * Types of process that need no slot of `max_worker_processes` (`BackendType` in miscadmin.h, PostgreSQL 13 to 18). A type
 * that is not among them is a background worker's own name (`bgw_type`), which is free for every extension.
 */
const withoutSlot = new Set([
  'archiver',
  'autovacuum launcher',
  'autovacuum worker',
  'background writer',
  'checkpointer',
  'client backend',
  'dead-end client backend',
  'io worker',
  'logger',
  'not initialized',
  'slotsync worker',
  'standalone backend',
  'startup',
  'stats collector',
  'walreceiver',
  'walsender',
  'walsummarizer',
  'walwriter',
]);

/** Null is the type of a hidden process, and of a background worker that has just ended. */
export function kindOf(backendType: string | null): BackendKind {
  switch (backendType) {
    case 'client backend':
      return 'client';
    case 'parallel worker':
      return 'parallelWorker';
    case null:
      return 'other';
    default:
      return withoutSlot.has(backendType) ? 'other' : 'backgroundWorker';
  }
}

export function countSlots(
  backends: readonly Backend[],
  limits: Omit<Slots, 'parallelUsed' | 'backgroundUsed'>,
): Slots {
  const parallelUsed = backends.filter(({ kind }) => kind === 'parallelWorker').length;
  const others = backends.filter(({ kind }) => kind === 'backgroundWorker').length;
  return { ...limits, parallelUsed, backgroundUsed: parallelUsed + others };
}

/** Nobody gets another parallel worker now; hidden ones only add to what is seen. */
export function slotsAreFull({ parallelUsed, parallelMax, backgroundUsed, backgroundMax }: Slots): boolean {
  return parallelUsed >= parallelMax || backgroundUsed >= backgroundMax;
}

/** `6 of 8 parallel workers · 9 of 16 worker processes`. */
export function slotWords(slots: Slots, locale: string): string {
  const count = (n: number): string => formatCount(n, locale);
  const used = (n: number, atLeast: boolean): string => (atLeast ? `at least ${count(n)}` : count(n));
  return (
    `${used(slots.parallelUsed, slots.parallelAtLeast)} of ${count(slots.parallelMax)} parallel workers · ` +
    `${used(slots.backgroundUsed, slots.backgroundAtLeast)} of ${count(slots.backgroundMax)} worker processes`
  );
}
