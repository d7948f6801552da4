import type { Spread } from './figure';

/** What two sides took, measured in turn, so that whatever slows the machine down slows both. */
export interface Compared {
  readonly oursMs: Spread;
  readonly peerMs: Spread;
  /** Median of the rounds' ratios of ours to the peer's. */
  readonly ratio: number;
}

export interface Rounds {
  readonly warmUp: number;
  readonly measured: number;
}

/** Runs both sides in turn, each first in every other round. What a side answers is kept until the round ends. */
export async function compare(rounds: Rounds, ours: () => unknown, peer: () => unknown): Promise<Compared> {
  const oursMs: number[] = [];
  const peerMs: number[] = [];
  for (let round = 0; round < rounds.warmUp + rounds.measured; round += 1) {
    const peerFirst = round % 2 === 1;
    const before = peerFirst ? await durationMs(peer) : null;
    const own = await durationMs(ours);
    const other = before ?? (await durationMs(peer));
    if (round >= rounds.warmUp) {
      oursMs.push(own);
      peerMs.push(other);
    }
  }
  const ratios = oursMs.map((ms, index) => ms / peerMs[index]!);
  return { oursMs: spread(oursMs), peerMs: spread(peerMs), ratio: percentile(ratios, 50) };
}

/** Wall time. */
export async function durationMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  const result = work();
  if (result instanceof Promise) await result;
  return performance.now() - start;
}

export function spread(values: readonly number[]): Spread {
  return { median: percentile(values, 50), low: percentile(values, 25), high: percentile(values, 75) };
}

/** The smallest of the values that at least so many percent of them do not exceed; of none, NaN. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}
