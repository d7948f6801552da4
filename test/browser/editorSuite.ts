import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { workbenchReady } from '../editor/workbench';
import { launchBrowser } from '../lab/browser';
import { type EditorServer, editorUrl, startEditor } from '../lab/editor';
import { repositoryFolder } from '../lab/repository';
import { type Shop, startShop } from '../lab/shop';

export interface EditorSuiteOptions {
  readonly userSettings?: Readonly<Record<string, unknown>>;
  /** Files of the workspace; the first one is opened. */
  readonly files?: Readonly<Record<string, string>>;
  /** Before the editor starts. */
  readonly prepare?: (shop: Shop) => Promise<void>;
  /** Gets the page before it goes anywhere. */
  readonly listen?: (page: Page) => void;
}

/** What a suite may use from its own `before` on. */
export interface EditorSuite {
  readonly shop: Shop;
  readonly page: Page;
}

/** Call in a `describe`: gives it a shop and the window of a real editor. A failed test leaves a screenshot in `out/failures/browser`. */
export function editorSuite({ userSettings, files = {}, prepare, listen }: EditorSuiteOptions): EditorSuite {
  let shop: Shop | undefined;
  let editor: EditorServer | undefined;
  let browser: Browser | undefined;
  let page: Page | undefined;

  before(async () => {
    shop = await startShop();
    const { workspace, environment } = shop;
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(workspace, name), text);
    await prepare?.(shop);
    editor = await startEditor({ release: 'minimum', environment, ...(userSettings && { userSettings }) });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    listen?.(page);
    const [first] = Object.keys(files);
    const openFile = first === undefined ? {} : { openFile: path.join(workspace, first) };
    await page.goto(editorUrl(editor, { folder: workspace, extension: repositoryFolder, ...openFile }));
    await workbenchReady(page, first !== undefined);
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const name = `${this.currentTest.title.replace(/[^\w]+/g, '-')}.png`;
    await page?.screenshot({ path: path.join(repositoryFolder, 'out', 'failures', 'browser', name) });
  });

  after(async () => {
    await browser?.close();
    await editor?.stop();
    await shop?.stop();
  });

  return {
    get shop() {
      return started(shop);
    },
    get page() {
      return started(page);
    },
  };
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Use this in a test or a hook, not while the suite is defined.');
  return value;
}
