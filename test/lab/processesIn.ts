import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const intervalMs = 25;

/**
 * Ids of the processes that still run after `waitMs` with `folder` in their environment, such as in their TMPDIR, or
 * sooner an empty list. Only Linux tells the environment of a process: elsewhere the list is always empty.
 */
export async function processesIn(folder: string, waitMs: number): Promise<readonly number[]> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const left = await running(folder);
    if (left.length === 0 || Date.now() > deadline) return left;
    await delay(intervalMs);
  }
}

async function running(folder: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter(entry => /^\d+$/.test(entry)).map(Number);
  const environments = await Promise.all(pids.map(environmentOf));
  return pids.filter((pid, index) => pid !== process.pid && environments[index]!.includes(folder));
}

/** Empty for a process that has ended meanwhile, is a zombie, or belongs to somebody else. */
async function environmentOf(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
