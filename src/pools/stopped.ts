import { quoteForConsole } from './commands';
import type { PooledDatabase } from './model';
import { shortName } from './words';

/** A database that was stopped by its name, not by a PAUSE of all of PgBouncer. */
export interface StoppedDatabase {
  readonly database: string;
  readonly cause: 'paused' | 'disabled';
  /** `paused by KILL`. */
  readonly words: string;
  /** With what ends it. Without a full stop. */
  readonly sentence: string;
}

/**
 * What stops that database; null when nothing does. The console does not tell PAUSE from KILL.
 * @param pausedByKill databases that a KILL of ours has left paused
 */
export function stoppedDatabase(database: PooledDatabase, pausedByKill: ReadonlySet<string>): StoppedDatabase | null {
  const { name } = database;
  const said = shortName(quoteForConsole(name) ?? name);
  if (database.paused) {
    const byKill = pausedByKill.has(name);
    const sentence = byKill
      ? `paused by KILL: only RESUME ${said}, by its name, lets clients in again`
      : `paused: PAUSE ${said} or KILL ${said} did it, RESUME ${said} ends it`;
    return { database: name, cause: 'paused', words: byKill ? 'paused by KILL' : 'paused', sentence };
  }
  const sentence = `disabled: new clients are refused until ENABLE ${said}, those that are connected go on`;
  return database.disabled ? { database: name, cause: 'disabled', words: 'disabled', sentence } : null;
}
