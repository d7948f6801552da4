import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../lab/browser';
import { repositoryFolder } from '../lab/repository';
import { OpenPlanPage } from './planPage';
import type { PlanPageOptions } from './planPage';
import { openHistoryPage } from './poolHistoryPage';
import type { HistoryPageOptions, OpenHistoryPage } from './poolHistoryPage';
import { servePage } from './pageServer';
import type { PageName, PageServer } from './pageServer';

/** What a suite needs to know of a page that is open. */
interface Opened {
  readonly page: Page;
  readonly reports: readonly string[];
  violations(): Promise<readonly string[]>;
  errors(): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface PageSuite<O, P> {
  open(options: O): Promise<P>;
  /** Call in a test that causes violations or errors on purpose. */
  provokes(): void;
}

export function planPageSuite(): PageSuite<PlanPageOptions, OpenPlanPage> {
  return pageSuite('plan', (browser, server, options) => OpenPlanPage.open(browser, server, options));
}

export function historyPageSuite(): PageSuite<HistoryPageOptions, OpenHistoryPage> {
  return pageSuite('poolHistory', openHistoryPage);
}

/**
 * Call in a `describe`: gives it one browser and one server, and closes each test's pages after it. After every test the page
 * must not have caused a violation of its policy or an error nobody caught, unless the test says that it provokes some.
 */
function pageSuite<O, P extends Opened>(
  name: PageName,
  open: (browser: Browser, server: PageServer, options: O) => Promise<P>,
): PageSuite<O, P> {
  let browser: Browser | undefined;
  let server: PageServer | undefined;
  let opened: Opened[] = [];
  let provoked = false;

  before(async function () {
    this.timeout(120_000);
    [browser, server] = await Promise.all([launchBrowser(), servePage(name)]);
  });

  afterEach(async function () {
    const pages = opened;
    const expected = provoked;
    opened = [];
    provoked = false;
    const complaints: string[] = [];
    for (const [index, page] of pages.entries()) {
      if (this.currentTest?.state === 'failed') {
        await saveScreenshot(page.page, `${this.currentTest.fullTitle()} ${index}`);
      }
      complaints.push(...(await page.violations()), ...(await page.errors()), ...page.reports);
      await page.close();
    }
    if (!expected && complaints.length > 0) {
      throw new Error(`The page complained:\n${complaints.join('\n')}`);
    }
  });

  after(async () => {
    await server?.close();
    await browser?.close();
  });

  return {
    async open(options) {
      if (!browser || !server) {
        throw new Error('Open pages in a test, not while the suite is defined.');
      }
      const page = await open(browser, server, options);
      opened.push(page);
      return page;
    },
    provokes() {
      provoked = true;
    },
  };
}

async function saveScreenshot(page: Page, title: string): Promise<void> {
  const folder = path.join(repositoryFolder, 'out', 'browser');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${title.replace(/[^\w]+/g, '-')}.png`) });
}
