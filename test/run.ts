// Runs suites and counts: `node out/test/run.js [suite …] [-g <expression>]`; what begins with a dash is for mocha. The last line
// of the output is `N passed, N failed, N skipped`; the exit code is 1 when a test failed and 130 when it was interrupted.
import { availableParallelism } from 'node:os';
import { build } from './suites/build';
import { chosenSuites, type Suite } from './suites/catalogue';
import { runSuite, type SuiteResult } from './suites/runSuite';
import { resultTable, totals } from './suites/table';

const interrupted = new AbortController();

async function main(): Promise<number> {
  const words = process.argv.slice(2).filter(word => word !== '--');
  const firstOption = words.findIndex(word => word.startsWith('-'));
  const names = firstOption === -1 ? words : words.slice(0, firstOption);
  const chosen = chosenSuites(names);
  process.on('SIGINT', () => interrupted.abort());
  process.on('SIGTERM', () => interrupted.abort());
  await build(chosen.some(suite => /^(?:editor|browser|package)/.test(suite.name)));
  const results = await runAll(chosen, words.slice(names.length));
  console.log(`\n${resultTable(results)}\n${totals(results)}`);
  if (interrupted.signal.aborted) return 130;
  return results.some(result => result.failed > 0) ? 1 : 0;
}

/** Checks share the processor; suites of tests, which start servers and measure time, have it for themselves. */
async function runAll(chosen: readonly Suite[], args: readonly string[]): Promise<readonly SuiteResult[]> {
  const results: SuiteResult[] = [];
  const runNext = async (queue: Suite[]): Promise<void> => {
    for (let suite = queue.shift(); suite !== undefined && !interrupted.signal.aborted; suite = queue.shift()) {
      if (suite.kind === 'tests') console.log(`\n${suite.name}`);
      const result = await runSuite(suite, args, interrupted.signal);
      report(suite, result);
      results.push(result);
    }
  };
  const checks = chosen.filter(suite => suite.kind === 'check');
  await Promise.all(Array.from({ length: availableParallelism() }, () => runNext(checks)));
  await runNext(chosen.filter(suite => suite.kind === 'tests'));
  return chosen.flatMap(suite => results.filter(result => result.name === suite.name));
}

function report(suite: Suite, result: SuiteResult): void {
  const ok = result.failed === 0;
  if (suite.kind === 'check') console.log(`${suite.name} ${ok ? 'ok' : 'FAILED'} ${result.durationMs} ms`);
  if (!ok && result.output !== '') console.log(result.output);
}

main().then(
  code => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    console.log('0 passed, 1 failed, 0 skipped');
    process.exitCode = 1;
  },
);
