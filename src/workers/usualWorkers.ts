/** A statement as pg_stat_statements knows it. Ids are texts. */
export interface StatementKey {
  readonly queryId: string;
  readonly databaseId: string;
  readonly userId: string;
}

/** Workers that one execution of a statement asked for and got, on the average of all that have ended. */
export interface UsualWorkers {
  readonly asked: number;
  readonly launched: number;
}

const askAgainMs = 60_000;
const betweenReadsMs = 10_000;
const keptMs = 10 * 60_000;

interface Kept {
  readonly usual: UsualWorkers | null;
  readonly readAtMs: number;
}

/**
 * What one server's statements usually ask for, kept between looks: every read of pg_stat_statements goes through all of it, under
 * its lock. So it is read only for statements that were not looked up within the last minute, and at most every ten seconds.
 */
export class UsualWorkersCache {
  private readonly kept = new Map<string, Kept>();
  private lastReadMs = -Infinity;

  constructor(private readonly nowMs: () => number) {}

  of(key: StatementKey): UsualWorkers | null {
    return this.kept.get(textOf(key))?.usual ?? null;
  }

  /** Those of the running statements to be looked up now; none most of the time. */
  due(running: readonly StatementKey[]): readonly StatementKey[] {
    const now = this.nowMs();
    if (now - this.lastReadMs < betweenReadsMs) {
      return [];
    }
    return running.filter(key => now - (this.kept.get(textOf(key))?.readAtMs ?? -Infinity) >= askAgainMs);
  }

  /** What was found for those that were due; the others are not counted, or asked for no workers. */
  keep(asked: readonly StatementKey[], found: readonly (StatementKey & UsualWorkers)[]): void {
    const now = this.nowMs();
    this.lastReadMs = now;
    for (const [key, { readAtMs }] of this.kept) {
      if (now - readAtMs >= keptMs) {
        this.kept.delete(key);
      }
    }
    for (const key of asked) {
      this.kept.set(textOf(key), { usual: null, readAtMs: now });
    }
    for (const one of found) {
      this.kept.set(textOf(one), { usual: { asked: one.asked, launched: one.launched }, readAtMs: now });
    }
  }
}

function textOf({ queryId, databaseId, userId }: StatementKey): string {
  return `${queryId} ${databaseId} ${userId}`;
}
