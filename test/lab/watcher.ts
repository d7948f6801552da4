// Runs as a process of its own, started by watched.ts: when the process that started it ends, for whatever reason, it
// ends the servers and removes the temporary folders which that process could not clean up any more.
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './isAlive';

const graceMs = 8_000;
const pids = new Set<number>();
const folders = new Set<string>();

process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);

createInterface({ input: process.stdin })
  .on('line', line => {
    const space = line.indexOf(' ');
    const argument = line.slice(space + 1);
    const verb = line.slice(0, space);
    if (verb === '+pid') pids.add(Number(argument));
    else if (verb === '-pid') pids.delete(Number(argument));
    else if (verb === '+folder') folders.add(argument);
    else if (verb === '-folder') folders.delete(argument);
  })
  .on('close', () => void cleanUp());

async function cleanUp(): Promise<void> {
  // SIGINT, not SIGTERM: with a client still connected PostgreSQL and PgBouncer would wait for it.
  for (const pid of pids) signal(pid, 'SIGINT');
  const deadline = Date.now() + graceMs;
  while ([...pids].some(isAlive) && Date.now() < deadline) await delay(50);
  for (const pid of pids) if (isAlive(pid)) signal(pid, 'SIGKILL');
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended on its own.
  }
}
