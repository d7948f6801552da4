import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../lab/browser';
import { repositoryFolder } from '../lab/repository';
import { OpenPlanPage } from './planPage';
import type { PlanPageOptions } from './planPage';
import { servePlanPage } from './pageServer';
import type { PageServer } from './pageServer';

/**
 * Call in a `describe`: gives it one browser and one server, and closes each test's pages after it. After every test the page
 * must not have caused a violation of its policy or an error nobody caught, unless the test says that it provokes some.
 */
export function planPageSuite(): { open(options: PlanPageOptions): Promise<OpenPlanPage>; provokes(): void } {
  let browser: Browser | undefined;
  let server: PageServer | undefined;
  let opened: OpenPlanPage[] = [];
  let provoked = false;

  before(async function () {
    this.timeout(120_000);
    [browser, server] = await Promise.all([launchBrowser(), servePlanPage()]);
  });

  afterEach(async function () {
    const pages = opened;
    const expected = provoked;
    opened = [];
    provoked = false;
    const complaints: string[] = [];
    for (const [index, page] of pages.entries()) {
      if (this.currentTest?.state === 'failed') {
        await saveScreenshot(page, `${this.currentTest.fullTitle()} ${index}`);
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
      const page = await OpenPlanPage.open(browser, server, options);
      opened.push(page);
      return page;
    },
    provokes() {
      provoked = true;
    },
  };
}

async function saveScreenshot(open: OpenPlanPage, title: string): Promise<void> {
  const folder = path.join(repositoryFolder, 'out', 'browser');
  await mkdir(folder, { recursive: true });
  await open.page.screenshot({ path: path.join(folder, `${title.replace(/[^\w]+/g, '-')}.png`) });
}
