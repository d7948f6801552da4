import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../lab/browser';
import { type EditorServer, editorUrl, startEditor } from '../lab/editor';
import { removeFolder, temporaryFolder } from '../lab/watched';
import { answerVariable } from './hostAnswer';

export interface HostScript {
  /** A JavaScript file with `run(): Promise<void>`, which answers with `answer` of `hostAnswer.ts`. */
  readonly script: string;
  /** Each in an extension host of its own. */
  readonly times: number;
  /** An extension to install; without it there is none. */
  readonly vsix?: string;
}

const patienceMs = 180_000;

/** Runs a script inside the extension host of the oldest VS Code that we support. Resolves to its answers, as many as times. */
export async function runInHost({ script, times, vsix }: HostScript): Promise<readonly unknown[]> {
  const folder = await temporaryFolder('planpool-bench');
  const answer = path.join(folder, 'answer.json');
  const extension = await emptyExtension();
  try {
    const editor = await startEditor({
      release: 'minimum',
      environment: { [answerVariable]: answer },
      ...(vsix === undefined ? {} : { vsix }),
    });
    try {
      const browser = await launchBrowser();
      try {
        const answers: unknown[] = [];
        for (let time = 0; time < times; time += 1) {
          await rm(answer, { force: true });
          await runOnce(browser, editor, { folder, extension, script });
          answers.push(JSON.parse(await readFile(answer, 'utf8')));
        }
        return answers;
      } finally {
        await browser.close();
      }
    } finally {
      await editor.stop();
    }
  } finally {
    await removeFolder(folder);
    await removeFolder(extension);
  }
}

/** A new folder with an extension that does nothing: VS Code runs no script unless one is loaded from source. */
export async function emptyExtension(): Promise<string> {
  const folder = await temporaryFolder('planpool-bench-extension');
  const manifest = { name: 'empty', publisher: 'planpool-bench', version: '0.0.1', engines: { vscode: '^1.100.0' } };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

async function runOnce(
  browser: Browser,
  editor: EditorServer,
  opened: { readonly folder: string; readonly extension: string; readonly script: string },
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  try {
    const page = await context.newPage();
    const exit = exitOf(page);
    await page.goto(editorUrl(editor, { folder: opened.folder, extension: opened.extension, tests: opened.script }));
    await exit;
  } finally {
    await context.close();
  }
}

/** Resolves when the script is through; rejects with what was logged when it failed. */
async function exitOf(page: Page): Promise<void> {
  const log: string[] = [];
  let settle: (code: number) => void = () => undefined;
  const exit = new Promise<number>(resolve => (settle = resolve));
  await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
    log.push(format(...args));
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => settle(code));
  page.on('crash', () => settle(2));
  const timer = setTimeout(() => settle(3), patienceMs);
  const code = await exit;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`The extension host ended with ${code}:\n${log.slice(-20).join('\n')}`);
}
