import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from './errorCode';
import { isAlive } from './isAlive';

/** Holds what is expensive to fetch, outside the clone, for all clones: servers, editors, browsers. */
export const cacheFolder =
  process.env['PLANPOOL_LAB_CACHE'] ||
  path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'planpool-lab');

const lockBeatMs = 2_000;
const lockStaleMs = 30_000;
const marker = 'complete.json';

/**
 * The folder of the thing called `name` in the form that `fingerprint` describes; `fill` makes it on first use. Folders
 * of other fingerprints stay, for an older clone may run from them. A `fill` that throws leaves nothing behind.
 *
 * `fill` works in a folder that is *moved* into its place afterwards, in one step: nothing in it may hold its own
 * absolute path. Of several processes one fills and the others wait for it.
 */
export async function cached(
  name: string,
  fingerprint: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(
    cacheFolder,
    `${name}-${createHash('sha256').update(fingerprint).digest('hex').slice(0, 12)}`,
  );
  if (await isComplete(folder, fingerprint)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!(await isComplete(folder, fingerprint))) await fillAndMove(folder, fingerprint, fill);
  } finally {
    await unlock();
  }
  return folder;
}

async function isComplete(folder: string, fingerprint: string): Promise<boolean> {
  try {
    const content: unknown = JSON.parse(await readFile(path.join(folder, marker), 'utf8'));
    return (
      typeof content === 'object' && content !== null && 'fingerprint' in content && content.fingerprint === fingerprint
    );
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The move is atomic, so that even two processes that both believe to hold the lock only waste time. */
async function fillAndMove(
  folder: string,
  fingerprint: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  await removeAbandoned(folder);
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    await fill(partial);
    await writeFile(path.join(partial, marker), JSON.stringify({ fingerprint }));
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!(await isComplete(folder, fingerprint))) throw error;
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${path.basename(folder)}.partial-`;
  for (const entry of await readdir(cacheFolder)) {
    if (entry.startsWith(prefix) && !isAlive(Number(entry.slice(prefix.length)))) {
      await rm(path.join(cacheFolder, entry), { recursive: true, force: true });
    }
  }
}

/** Waits until this process holds the lock file. A lock whose holder is gone is taken over. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      break;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (await isStale(file)) await rm(file, { force: true });
    else await delay(100);
  }
  const beat = setInterval(() => {
    const now = new Date();
    // The lock only saves work: a missed beat is no failure.
    utimes(file, now, now).catch(() => undefined);
  }, lockBeatMs).unref();
  return async () => {
    clearInterval(beat);
    await rm(file, { force: true });
  };
}

async function isStale(file: string): Promise<boolean> {
  try {
    const [{ mtimeMs }, holder] = await Promise.all([stat(file), readFile(file, 'utf8')]);
    // An empty file was created this instant by a process that has not written its pid yet.
    return Date.now() - mtimeMs > lockStaleMs || (holder !== '' && !isAlive(Number(holder)));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
