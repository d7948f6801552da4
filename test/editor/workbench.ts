import type { Frame, Locator, Page } from 'playwright-core';
import { until } from '../lab/until';

/** Resolves when the workbench shows its parts and, if it opens a file, the text of that file. */
export async function workbenchReady(page: Page, opensFile: boolean): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  if (opensFile) await page.locator('.part.editor .editor-instance .view-line').first().waitFor({ timeout: 60_000 });
}

const openMs = 2_000;

/** Runs a command through the palette, by its title: `Planpool: Explain`. */
export async function palette(page: Page, title: string): Promise<void> {
  const input = quickInput(page);
  // It closes again when the focus arrives late where an earlier click has sent it.
  await until('the command palette', async () => {
    await page.keyboard.press('F1');
    return input.fill(`>${title}`, { timeout: openMs }).then(
      () => true,
      () => undefined,
    );
  });
  await quickPickRow(page, title).click();
}

function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget input').first();
}

/** Picks the row with exactly this label in the quick pick that is open. */
export async function pick(page: Page, label: string): Promise<void> {
  await quickInput(page).fill(label);
  await quickPickRow(page, label).click();
}

/** The row of the open quick pick with exactly this label. */
export function quickPickRow(page: Page, label: string): Locator {
  return page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name', { hasText: new RegExp(`^${escapeRegExp(label)}$`) }) })
    .first();
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The document of the plan page that is in front, once it shows a plan. */
export function planFrame(page: Page): Promise<Frame> {
  return webviewFrame(page, '[role=treegrid] [role=row]');
}

/** The document of the visible webview that holds `selector`: it is two frames deep, in the second one. */
function webviewFrame(page: Page, selector: string): Promise<Frame> {
  return until(`a webview with ${selector}`, async () => {
    for (const frame of page.frames()) {
      if (await shows(frame, selector)) return frame;
    }
    return undefined;
  });
}

/** False also for a frame that goes away while we look at it. */
async function shows(frame: Frame, selector: string): Promise<boolean> {
  const outer = frame.parentFrame();
  if (outer?.parentFrame() == null) return false;
  try {
    const element = await outer.frameElement();
    return (await element.isVisible()) && (await frame.locator(selector).count()) > 0;
  } catch {
    return false;
  }
}
