// Runs inside the extension host, which calls `run()`: all of test/editor/**/*.test.ts.
import * as vscode from 'vscode';
import { sendEvent } from '../suites/events';
import { printLine } from '../suites/print';
import { runMocha } from '../suites/runMocha';
import { suiteChoice } from './environment';
import { repositoryFolder } from '../lab/repository';
import { keepScreenshot, stopSeeing } from './see';

const timeoutMs = 60_000;

/** Rejects when a test failed. */
export async function run(): Promise<void> {
  const where = vscode.env.uiKind === vscode.UIKind.Web ? 'in a browser' : 'on the desktop';
  printLine(`  VS Code ${vscode.version} ${where}, extension host on Node ${process.versions.node}`);
  process.on('unhandledRejection', failOnOurs);
  const failures = await runMocha('editor', { timeoutMs, ...suiteChoice() }, { afterEach: keepEvidence });
  process.off('unhandledRejection', failOnOurs);
  await stopSeeing();
  sendEvent({ type: 'finished' });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}

/** Other extensions live in this process too; their rejections are not for us to judge. */
function failOnOurs(reason: unknown): void {
  if (reason instanceof Error && reason.stack?.includes(repositoryFolder) === true) throw reason;
}

async function keepEvidence(this: Mocha.Context): Promise<void> {
  const test = this.currentTest;
  if (test?.state === 'failed') await keepScreenshot(test.fullTitle());
}
