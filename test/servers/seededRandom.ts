/** Numbers from 0 up to 1, the same for the same seed; `PLANPOOL_SEED` chooses it. The seed is printed. */
export function seededRandom(what: string): () => number {
  const seed = Number(process.env['PLANPOOL_SEED'] ?? Date.now() % 1_000_000);
  console.log(`      seed of ${what}: ${seed}`);
  let state = seed >>> 0;
  return () => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
