import { setTimeout as delay } from 'node:timers/promises';

const intervalMs = 50;

/** Looks again and again until `look` answers something; rejects, naming `what`, when that takes too long. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await delay(intervalMs);
  }
}
