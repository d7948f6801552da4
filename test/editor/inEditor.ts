import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../lab/browser';
import { type EditorServer, editorUrl, startEditor } from '../lab/editor';
import type { EditorRelease } from '../lab/editorInstallation';
import { freePort } from '../lab/freePort';
import { repositoryFolder } from '../lab/repository';
import type { Shop } from '../lab/shop';
import { removeFolder, temporaryFolder } from '../lab/watched';
import { markVariable } from '../suites/print';
import type { MochaChoice } from '../suites/runMocha';
import type { SuiteEnvironment } from './environment';

export interface EditorRun {
  readonly release: EditorRelease;
  readonly shop: Shop;
  readonly choice: MochaChoice;
  /** Below `out/failures`: where screenshots and logs of a failure go. */
  readonly failures: string;
  /** A packaged extension to install; without it, this clone's is loaded from source. */
  readonly vsix?: string;
  /** Further variables of the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Not printable, so that no test's own output is taken for the report. */
const mark = '\u0002';
const silentMs = 120_000;

/** Runs test/editor inside the extension host of a VS Code in a browser. Resolves to its exit code. */
export async function runInEditor(run: EditorRun): Promise<number> {
  await rm(run.failures, { recursive: true, force: true });
  const cdpPort = await freePort();
  const environment: SuiteEnvironment = suiteEnvironment(run, cdpPort);
  const helper = run.vsix === undefined ? undefined : await emptyExtension();
  const editor = await startEditor({
    release: run.release,
    environment: { ...run.shop.environment, ...environment, ...run.environment, [markVariable]: mark },
    ...(run.vsix === undefined ? {} : { vsix: run.vsix }),
  });
  try {
    const browser = await launchBrowser({ cdpPort });
    try {
      const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
      return await runInPage(context, editor, run, helper ?? repositoryFolder);
    } finally {
      await browser.close();
    }
  } finally {
    await editor.stop();
    if (helper !== undefined) await removeFolder(helper);
  }
}

/** What the suite inside any editor needs to know. */
export function suiteEnvironment(
  run: Pick<EditorRun, 'shop' | 'choice' | 'failures'>,
  cdpPort: number,
): SuiteEnvironment {
  return {
    PLANPOOL_TEST_CDP: `http://127.0.0.1:${cdpPort}`,
    PLANPOOL_TEST_MOCHA: JSON.stringify(run.choice),
    PLANPOOL_TEST_SUPERUSER_PASSWORD: run.shop.postgres.superuserPassword ?? '',
    PLANPOOL_TEST_FAILURES: run.failures,
  };
}

async function runInPage(
  context: BrowserContext,
  editor: EditorServer,
  run: EditorRun,
  extension: string,
): Promise<number> {
  await context.tracing.start({ screenshots: true });
  const page = await context.newPage();
  const log: string[] = [];
  const exit = exitCode(page, log);
  await page.goto(
    editorUrl(editor, {
      folder: run.shop.workspace,
      extension,
      tests: path.join(repositoryFolder, 'out', 'test', 'editor', 'index.js'),
    }),
  );
  const code = await exit;
  if (code === 0) {
    await context.tracing.stop();
  } else {
    await mkdir(run.failures, { recursive: true });
    await writeFile(path.join(run.failures, 'window.log'), log.join('\n'));
    await writeFile(path.join(run.failures, 'server.log'), await editor.log());
    await context.tracing.stop({ path: path.join(run.failures, 'trace.zip') });
    console.log(`  Screenshots, logs and a trace: ${path.relative(repositoryFolder, run.failures)}`);
  }
  return code;
}

/** Resolves to what `run()` in the extension host came to, or to 2 when nothing is heard of it for a long time. */
async function exitCode(page: Page, log: string[]): Promise<number> {
  let settle: (code: number) => void = () => undefined;
  const exit = new Promise<number>(resolve => (settle = resolve));
  let timer: NodeJS.Timeout | undefined;
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      console.log(`  Nothing was heard from the extension host for ${silentMs / 1_000} s.`);
      settle(2);
    }, silentMs);
  };
  await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
    const text = format(...args);
    log.push(`${type}: ${text}`);
    if (!text.startsWith(mark)) return;
    listen();
    console.log(text.slice(mark.length));
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => settle(code));
  page.on('crash', () => settle(2));
  page.on('close', () => settle(2));
  listen();
  return exit.finally(() => clearTimeout(timer));
}

/** Tests only run when some extension is loaded from source: this one does nothing. */
async function emptyExtension(): Promise<string> {
  const folder = await temporaryFolder('planpool-empty-extension');
  const manifest = { name: 'empty', publisher: 'planpool', version: '0.0.1', engines: { vscode: '^1.100.0' } };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}
