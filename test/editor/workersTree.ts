import type { Locator, Page } from 'playwright-core';
import { until } from '../lab/until';

/** A row of the *Workers* view as a person sees it. */
export interface SeenRow {
  /** Label and description. */
  readonly text: string;
  /** From 1. */
  readonly level: number;
  /** Null for a leaf. */
  readonly expanded: boolean | null;
  readonly selected: boolean;
}

/** VS Code names the tree after the view. */
const tree = '.part.sidebar .monaco-list[aria-label="Workers"]';

/** The rows that hold this text. */
export function workersRow(page: Page, text: string | RegExp): Locator {
  return page.locator(`${tree} .monaco-list-row`, { hasText: text });
}

/** Closes the other views beside it: rows that have no room are not there. */
export async function giveRoomToWorkers(page: Page): Promise<void> {
  const others = page.locator('.part.sidebar .pane-header[aria-expanded=true]:not([aria-label^="Workers"])');
  while ((await others.count()) > 0) await others.first().click();
}

/** All rows, from top to bottom, at one moment: VS Code uses the elements of rows again for others. */
export async function workersRows(page: Page): Promise<readonly SeenRow[]> {
  // As text: this side knows no DOM.
  return page.evaluate<readonly SeenRow[]>(`
    [...document.querySelectorAll(${JSON.stringify(`${tree} .monaco-list-row`)})]
      .map(element => ({ element, top: element.getBoundingClientRect().top }))
      .toSorted((a, b) => a.top - b.top)
      .map(({ element }) => ({
        text: element.getAttribute('aria-label') ?? '',
        level: Number(element.getAttribute('aria-level')),
        expanded: element.hasAttribute('aria-expanded') ? element.getAttribute('aria-expanded') === 'true' : null,
        selected: element.getAttribute('aria-selected') === 'true',
      }))`);
}

/** Waits until the rows are as `isExpected` says; rejects with those that are there. */
export async function untilRows(
  page: Page,
  what: string,
  isExpected: (rows: readonly SeenRow[]) => boolean,
): Promise<readonly SeenRow[]> {
  let last: readonly SeenRow[] = [];
  try {
    return await until(what, async () => {
      last = await workersRows(page);
      return isExpected(last) ? last : undefined;
    });
  } catch (error) {
    throw new Error(`No ${what}, but\n${last.map(({ text }) => text).join('\n')}`, { cause: error });
  }
}

/** Opens or closes the first row that holds this text. */
export async function toggleRow(page: Page, text: string | RegExp): Promise<void> {
  await workersRow(page, text).first().locator('.monaco-tl-twistie').click();
}

/** What the menu of the first row that holds this text offers; it stays open. */
export async function openRowMenu(page: Page, text: string | RegExp): Promise<readonly string[]> {
  await workersRow(page, text).first().click({ button: 'right' });
  const items = page.locator('.monaco-menu .action-label:not(.separator)');
  await items.first().waitFor();
  return items.allTextContents();
}

/** Picks from the menu of the first row that holds this text; with keys, for a menu that has just opened takes no click. */
export async function pickFromRowMenu(page: Page, text: string | RegExp, title: string): Promise<void> {
  await openRowMenu(page, text);
  const focused = page.locator('.monaco-menu .action-item.focused', { hasText: title });
  await until(title, async () => {
    await page.keyboard.press('ArrowDown');
    return (await focused.count()) > 0 || undefined;
  });
  await page.keyboard.press('Enter');
}

/** The colour of the icon of the first row that holds this text. */
export async function rowColor(page: Page, text: string | RegExp): Promise<string> {
  const icon = workersRow(page, text).first().locator('.custom-view-tree-node-item-icon');
  return /(?:^|;)\s*color:([^;]*)/.exec((await icon.getAttribute('style')) ?? '')?.[1]?.trim() ?? '';
}
