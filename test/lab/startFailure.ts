import { cacheFolder } from './cache';
import { hasCode } from './errorCode';
import { Unavailable } from './unavailable';

/** A failure of `npm start` that the user can do something about: its message says what. */
export class StartFailure extends Error {}

/** What to tell the user, or `null` when the error was not foreseen. */
export function advice(error: unknown): string | null {
  if (error instanceof StartFailure) return error.message;
  if (error instanceof Unavailable) return `The sample cannot start: ${error.reason}.`;
  // 53100 is PostgreSQL's disk_full.
  if (hasCode(error, 'ENOSPC') || hasCode(error, '53100')) return `The disk is full. Free about 2 GB and try again.`;
  for (const code of ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']) {
    if (hasCode(error, code)) {
      const place = error instanceof Error && 'path' in error ? String(error.path) : cacheFolder;
      return (
        `${place} cannot be written to. Give yourself the right to write there, ` +
        `or name another folder for the downloads: PLANPOOL_LAB_CACHE=/some/folder npm start`
      );
    }
  }
  return null;
}
