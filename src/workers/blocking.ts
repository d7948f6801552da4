import { formatCount } from '../plan/figures';
import type { Activity, Backend } from './activity';
import { durationMs, isActive } from './activity';
import { mostBlockers } from './activityQuery';
import { formatDuration } from './duration';

/** Who waits for whose locks in one snapshot. */
export interface Blocking {
  readonly backends: ReadonlyMap<number, Backend>;
  /** By the process id of who is in the way: how many sessions wait for it. A leader and its workers are one session. */
  readonly waiting: ReadonlyMap<number, number>;
}

export function blockingOf({ backends }: Activity): Blocking {
  const sessions = new Map<number, Set<number>>();
  for (const { pid, leaderPid, blockedBy } of backends) {
    for (const blocker of blockedBy) {
      const waiting = sessions.get(blocker) ?? new Set();
      sessions.set(blocker, waiting.add(leaderPid ?? pid));
    }
  }
  return {
    backends: new Map(backends.map(backend => [backend.pid, backend])),
    waiting: new Map([...sessions].map(([pid, waiting]) => [pid, waiting.size])),
  };
}

/** `blocked by 48112 (app, idle in transaction for 31 s) and 2 more`; null for a backend that waits for no lock. */
export function blockedWords(backend: Backend, blocking: Blocking, locale: string): string | null {
  const blockers = backend.blockedBy.toSorted((a, b) => weight(b, blocking) - weight(a, blocking));
  const [first, ...rest] = blockers;
  if (first === undefined) {
    return null;
  }
  const others = blockers.length < mostBlockers ? formatCount(rest.length, locale) : 'many';
  const more = rest.length === 0 ? '' : ` and ${others} more`;
  return `blocked by ${blockerWords(first, blocking, locale)}${more}`;
}

/** `blocks 2 sessions`; null for a backend nobody waits for. */
export function blocksWords(backend: Backend, blocking: Blocking, locale: string): string | null {
  const count = blocking.waiting.get(backend.pid);
  return count === undefined ? null : `blocks ${formatCount(count, locale)} ${count === 1 ? 'session' : 'sessions'}`;
}

/** Who does not wait itself is what must end first; then who is in the way of most. */
function weight(pid: number, { backends, waiting }: Blocking): number {
  const waits = (backends.get(pid)?.blockedBy.length ?? 0) > 0;
  return (waits ? 0 : 1_000_000) + (waiting.get(pid) ?? 0);
}

function blockerWords(pid: number, { backends }: Blocking, locale: string): string {
  if (pid === 0) {
    return 'a prepared transaction';
  }
  const blocker = backends.get(pid);
  if (blocker === undefined) {
    return String(pid);
  }
  const who = blocker.application ?? blocker.user ?? blocker.backendType;
  const ms = durationMs(blocker);
  const since = ms === null ? '' : ` for ${formatDuration(ms, locale)}`;
  const state = blocker.query.kind === 'hidden' ? 'hidden' : isActive(blocker) ? 'active' : blocker.state;
  const details = [who, state === null ? null : state + since].filter(detail => detail !== null);
  return details.length === 0 ? String(pid) : `${pid} (${details.join(', ')})`;
}
