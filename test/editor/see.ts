import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { until } from '../lab/until';
import { suiteVariable } from './environment';

let browser: Promise<Browser> | undefined;

/** The window in which this extension host's editor is shown, whether a browser or the desktop shows it. */
export async function seeWorkbench(): Promise<Page> {
  browser ??= chromium.connectOverCDP(suiteVariable('PLANPOOL_TEST_CDP'));
  const pages = (await browser).contexts().flatMap(context => context.pages());
  return until('the page of the workbench', async () => {
    for (const page of pages) {
      if ((await page.locator('.monaco-workbench').count()) > 0) return page;
    }
    return undefined;
  });
}

/** Keeps what the window shows now, for whoever looks into a failure. */
export async function keepScreenshot(title: string): Promise<void> {
  const folder = suiteVariable('PLANPOOL_TEST_FAILURES');
  await mkdir(folder, { recursive: true });
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 100);
  await (await seeWorkbench()).screenshot({ path: path.join(folder, `${name}.png`) });
}

/** Lets go of the window, which stays open. */
export async function stopSeeing(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}
