import { cp, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Identity } from './processes';
import { temporaryFolder } from './watched';

/** Whether this process is root, as whom PostgreSQL and PgBouncer refuse to run. */
export const isRoot = process.getuid?.() === 0;

/** Whom servers run as: `nobody` when we are root, else ourselves (`undefined`). */
export async function serverIdentity(): Promise<Identity | undefined> {
  if (!isRoot) return undefined;
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find(user => user.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

const copies = new Map<string, Promise<string>>();

/**
 * A folder with the content of `folder` that `serverIdentity()` may read: itself, or when root's home (0700) is in the
 * way a copy that lives as long as this process. The content must not depend on its absolute path.
 */
export async function reachable(folder: string): Promise<string> {
  if (!isRoot || (await isOpenToOthers(folder))) return folder;
  const known = copies.get(folder);
  if (known !== undefined) return known;
  const copy = copyToTemporary(folder);
  copies.set(folder, copy);
  return copy;
}

async function isOpenToOthers(folder: string): Promise<boolean> {
  const worldExecute = 0o001;
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (((await stat(at)).mode & worldExecute) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

async function copyToTemporary(folder: string): Promise<string> {
  const copy = await temporaryFolder('planpool-programs', 'process');
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
