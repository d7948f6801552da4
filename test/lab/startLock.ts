import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { hasCode } from './errorCode';
import { isAlive } from './isAlive';
import { repositoryFolder } from './repository';
import { StartFailure } from './startFailure';

/** Held by the one `npm start` of this clone. */
export interface StartLock {
  /** What a second start tells its user. */
  setAddress(address: string): Promise<void>;
  release(): Promise<void>;
}

/** Rejects with `StartFailure`, which names the address, when this clone has been started already. */
export async function takeStartLock(): Promise<StartLock> {
  const clone = createHash('sha256').update(repositoryFolder).digest('hex').slice(0, 12);
  const file = path.join(tmpdir(), `planpool-start-${userInfo().username}-${clone}.json`);
  const write = (address: string, flag: 'w' | 'wx'): Promise<void> =>
    writeFile(file, JSON.stringify({ pid: process.pid, address }), { flag });
  for (;;) {
    try {
      await write('', 'wx');
      break;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const holder = await read(file);
    if (holder !== null && isAlive(holder.pid)) {
      const where = holder.address === '' ? '' : ` at ${holder.address}`;
      throw new StartFailure(
        `Planpool already runs from this clone${where} (process ${holder.pid}). ` +
          `Use that one, or stop it with Ctrl-C in its terminal and try again.`,
      );
    }
    await rm(file, { force: true });
  }
  return { setAddress: address => write(address, 'w'), release: () => rm(file, { force: true }) };
}

async function read(file: string): Promise<{ pid: number; address: string } | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, pid, address] = /^\{"pid":(\d+),"address":"([^"]*)"\}$/.exec(text) ?? [];
  return pid === undefined || address === undefined ? null : { pid: Number(pid), address };
}
