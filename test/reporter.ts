import Mocha from 'mocha';
import { sendEvent } from './suites/events';
import { printLine } from './suites/print';
import { skipReason } from './suites/skipReason';

interface Failure {
  readonly title: string;
  readonly text: string;
}

/**
 * Mocha's reporter in every suite. Prints one line for each top-level `describe` (a dot a test, F failed, s skipped) and
 * at the end every failure in full, and sends the events that the runner counts.
 *
 * A hook that fails with the lab's `Unavailable` skips the tests it was meant for: that counts as one skipped test.
 */
export class Reporter extends Mocha.reporters.Base {
  private dots = '';
  private startedMs = 0;
  private readonly broken: Failure[] = [];

  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('suite', suite => {
      if (suite.parent?.root === true) this.startedMs = Date.now();
    });
    runner.on('suite end', suite => {
      if (suite.parent?.root === true) this.endLine(suite.title);
    });
    runner.on('pass', test => {
      this.dots += '.';
      sendEvent({ type: 'passed', title: test.fullTitle() });
    });
    runner.on('pending', test => this.skip(test.fullTitle(), 'marked as pending in the test'));
    runner.on('fail', (test, error: unknown) => this.fail(test.fullTitle(), error));
    runner.on('end', () => this.conclude());
  }

  private skip(title: string, reason: string): void {
    this.dots += 's';
    sendEvent({ type: 'skipped', title, reason });
  }

  private fail(title: string, error: unknown): void {
    const reason = skipReason(error);
    if (reason !== null) return this.skip(title, reason);
    this.dots += 'F';
    this.broken.push({ title, text: describeError(error) });
    sendEvent({ type: 'failed', title });
  }

  private endLine(title: string): void {
    if (this.dots !== '') printLine(`  ${title} ${this.dots} ${Date.now() - this.startedMs} ms`);
    this.dots = '';
  }

  private conclude(): void {
    // A hook of the root suite fails outside of every `describe`.
    this.endLine('(outside of every suite)');
    this.broken.forEach(({ title, text }, index) => printLine(`\n  ${index + 1}) ${title}\n\n${indent(text)}\n`));
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  const lines = stack.split('\n').filter(line => !/^\s+at .*(?:node_modules.mocha|node:internal)/.test(line));
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeError(error.cause)}`;
  return lines.join('\n') + cause;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '     ');
}
