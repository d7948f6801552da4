// Runs the tests of one folder below test/ in Node: `node out/test/mocha.js servers -g pools`.
import { leftovers } from './lab/watched';
import { sendEvent } from './suites/events';
import { mochaChoice, runMocha } from './suites/runMocha';

const quietMs = 5_000;

async function main(): Promise<void> {
  const [folder, ...args] = process.argv.slice(2);
  if (folder === undefined) throw new Error('Name a folder below test/.');
  // Mocha counts an exception against the test that runs; a rejection that nobody handles is to count as well.
  process.on('unhandledRejection', reason => {
    throw reason;
  });
  const failures = await runMocha(folder, mochaChoice(args));
  if (failures > 0) process.exitCode = 1;
  for (const leftover of leftovers()) fail(`${folder}: nothing is left behind, but ${leftover} is`);
  sendEvent({ type: 'finished' });
  setTimeout(() => {
    fail(`${folder}: the process can end, but these keep it: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit();
  }, quietMs).unref();
}

function fail(title: string): void {
  console.log(`\n  ${title}\n`);
  sendEvent({ type: 'failed', title });
  process.exitCode = 1;
}

void main();
