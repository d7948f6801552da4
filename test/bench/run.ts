// Measures what has a budget: `node out/test/bench/run.js [name …]`, all benches without a name. It prints one table and writes
// `out/bench/<name>.json`. Being outside of a budget is said, but is no failure: whether it is one, the machine decides as well.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repositoryFolder } from '../lab/repository';
import { Unavailable } from '../lab/unavailable';
import { leftovers } from '../lab/watched';
import { activate } from './activate';
import type { Bench } from './bench';
import { cancel } from './cancel';
import { explain } from './explain';
import type { Figure } from './figure';
import { lenses } from './lenses';
import { page } from './page';
import { plan } from './plan';
import { sizes } from './sizes';
import { figureTable } from './table';

const benches: readonly Bench[] = [plan, page, lenses, activate, explain, cancel, sizes];

async function main(names: readonly string[]): Promise<boolean> {
  const unknown = names.filter(name => !benches.some(bench => bench.name === name));
  if (unknown.length > 0) {
    throw new Error(`There is no bench ${unknown.join(', ')}, only ${benches.map(bench => bench.name).join(', ')}.`);
  }
  const figures = new Map<string, readonly Figure[]>();
  let failed = false;
  for (const bench of benches.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.log(`${bench.name} …`);
    try {
      const rows = await bench.run();
      figures.set(bench.name, rows);
      await keep(bench.name, rows);
    } catch (error) {
      failed ||= !(error instanceof Unavailable);
      console.error(error instanceof Unavailable ? `${bench.name}: ${error.message}` : error);
    }
  }
  console.log(`\n${figureTable(figures)}`);
  for (const leftover of leftovers()) console.error(`Left behind: ${leftover}`);
  return !failed && leftovers().length === 0;
}

async function keep(name: string, rows: readonly Figure[]): Promise<void> {
  const folder = path.join(repositoryFolder, 'out', 'bench');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(rows, null, 2)}\n`);
}

main(process.argv.slice(2)).then(
  succeeded => {
    process.exitCode = succeeded ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
