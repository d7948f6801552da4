import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { repositoryFolder } from '../lab/repository';
import type { Suite } from './catalogue';
import { eventsEnvironment, readEvents, type TestEvent } from './events';

export interface SuiteResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
  readonly durationMs: number;
  /** What a check printed, or what is wrong with the suite as a whole; empty when there is nothing to say. */
  readonly output: string;
}

const killMs = 15_000;

/** Runs the suite in a process of its own; the output of `tests` goes to the terminal. Never rejects for a failure. */
export async function runSuite(suite: Suite, args: readonly string[], signal: AbortSignal): Promise<SuiteResult> {
  const startedMs = Date.now();
  const eventsFile = path.join(repositoryFolder, 'out', `events-${suite.name.replace(':', '-')}.jsonl`);
  await rm(eventsFile, { force: true });
  const live = suite.kind === 'tests';
  const child = spawn(process.execPath, [...suite.command, ...(live ? args : [])], {
    cwd: repositoryFolder,
    env: { ...process.env, FORCE_COLOR: '0', ...suite.environment, ...eventsEnvironment(eventsFile) },
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
  });
  let output = '';
  const append = (text: string): void => void (output += text);
  child.stdout?.setEncoding('utf8').on('data', append);
  child.stderr?.setEncoding('utf8').on('data', append);
  const code = await ended(child, signal);
  const durationMs = Date.now() - startedMs;
  if (suite.kind === 'check') {
    const passed = code === 0;
    return { name: suite.name, passed: Number(passed), failed: Number(!passed), skipped: [], durationMs, output };
  }
  const events = await readEvents(eventsFile);
  await rm(eventsFile, { force: true });
  return { name: suite.name, ...count(suite, events, code), durationMs };
}

/** The exit code, or null when a signal ended the child. */
async function ended(child: ChildProcess, signal: AbortSignal): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill('SIGINT');
    timer = setTimeout(() => child.kill('SIGKILL'), killMs);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  if (signal.aborted) interrupt();
  await once(child, 'close');
  clearTimeout(timer);
  signal.removeEventListener('abort', interrupt);
  return child.exitCode;
}

type Counts = Pick<SuiteResult, 'passed' | 'failed' | 'skipped' | 'output'>;

/** A suite that broke off, or in which no test ran, has failed, whatever its tests said. */
function count(suite: Suite, events: readonly TestEvent[], code: number | null): Counts {
  const passed = events.filter(event => event.type === 'passed').length;
  const failed = events.filter(event => event.type === 'failed').length;
  const skipped = events.filter(event => event.type === 'skipped').map(({ title, reason }) => ({ title, reason }));
  if (!events.some(event => event.type === 'finished')) {
    return {
      passed,
      failed: failed + 1,
      skipped,
      output: `${suite.name} did not come to its end (exit code ${code}).`,
    };
  }
  if (passed + failed + skipped.length === 0) {
    return { passed, failed: 1, skipped, output: `${suite.name} ran no test.` };
  }
  // Skipping is no failure to us, though it is one to Mocha when a hook did it.
  if (code !== 0 && failed === 0 && skipped.length === 0) {
    return { passed, failed: 1, skipped, output: `${suite.name} ended with exit code ${code}.` };
  }
  return { passed, failed, skipped, output: '' };
}
