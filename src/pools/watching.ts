import type { Severity } from './model';

/** What is told once: that something is wrong with a watched instance, and that it is over. */
export type WatchEvent =
  | { readonly kind: 'began'; readonly instance: string; readonly severity: Severity; readonly sentence: string }
  | { readonly kind: 'ended'; readonly instance: string; readonly forMs: number };

export interface Watched {
  readonly instance: string;
  readonly severity: Severity;
  readonly sentence: string;
}

const rank: Readonly<Record<Severity, number>> = { good: 0, info: 1, warning: 2, error: 3 };

interface Incident {
  readonly sinceMs: number;
  readonly worst: Severity;
}

/**
 * Turns what every look says of the watched instances into one event for each incident: it begins with a warning or an error, is told
 * again only when it becomes worse, and ends when nothing is wrong any more.
 */
export class Incidents {
  private readonly open = new Map<string, Incident>();
  private readonly muted = new Set<string>();

  /** Events to tell now. An instance that is no longer among the watched ones is forgotten without a word. */
  look(watched: readonly Watched[], nowMs: number): readonly WatchEvent[] {
    const names = new Set(watched.map(({ instance }) => instance));
    [...this.open.keys()].filter(name => !names.has(name)).forEach(name => this.forget(name));
    return watched.flatMap(one => this.lookAt(one, nowMs));
  }

  /** Says nothing more of this instance until its incident is over. */
  mute(instance: string): void {
    if (this.open.has(instance)) {
      this.muted.add(instance);
    }
  }

  private lookAt({ instance, severity, sentence }: Watched, nowMs: number): readonly WatchEvent[] {
    const incident = this.open.get(instance);
    const isWrong = rank[severity] >= rank.warning;
    if (!isWrong) {
      if (!incident || rank[severity] > rank.good) {
        return [];
      }
      const told = !this.muted.has(instance);
      this.forget(instance);
      return told ? [{ kind: 'ended', instance, forMs: nowMs - incident.sinceMs }] : [];
    }
    if (incident && rank[severity] <= rank[incident.worst]) {
      return [];
    }
    this.open.set(instance, { sinceMs: incident?.sinceMs ?? nowMs, worst: severity });
    return this.muted.has(instance) ? [] : [{ kind: 'began', instance, severity, sentence }];
  }

  private forget(instance: string): void {
    this.open.delete(instance);
    this.muted.delete(instance);
  }
}
