import { writeFile } from 'node:fs/promises';

/** Environment variable of the extension host: the file into which a script writes its answer as JSON. */
export const answerVariable = 'PLANPOOL_BENCH_ANSWER';

export function answerFile(): string {
  const file = process.env[answerVariable];
  if (file === undefined) throw new Error(`${answerVariable} is not set: this script runs in a bench.`);
  return file;
}

export async function answer(value: unknown): Promise<void> {
  await writeFile(answerFile(), JSON.stringify(value));
}
