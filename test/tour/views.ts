import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { superuser } from '../lab/connect';
import type { Shop } from '../lab/shop';

/** As the superuser, in the sample database. */
export async function ask(shop: Shop, sql: string): Promise<void> {
  const client = await superuser(shop.postgres, shop.environment['PGDATABASE']);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A node of the view in sight. */
export function node(page: Page, text: string | RegExp): Locator {
  return page.locator('.pane-body .monaco-list-row', { hasText: text });
}

export async function widenSideBar(page: Page, widthPx: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  assert.ok(box);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + widthPx, y, { steps: 5 });
  await page.mouse.up();
}

/** Opens or closes the node. */
export async function toggle(page: Page, text: string | RegExp): Promise<void> {
  await node(page, text).first().locator('.monaco-tl-twistie').click();
}

/** Answers the question with that title. */
export async function answer(page: Page, question: string, text: string): Promise<void> {
  await page.locator('.quick-input-title', { hasText: question }).waitFor();
  const input = page.locator('.quick-input-widget input').first();
  await input.fill(text);
  await input.press('Enter');
}

/** Opens the context menu of a node and chooses from it. */
export async function chooseFromMenu(page: Page, of: string | RegExp, title: string): Promise<void> {
  await node(page, of).first().click({ button: 'right' });
  const item = page.locator('.context-view .action-item', { hasText: title }).first();
  await item.hover();
  // VS Code takes no click of a menu for one in the first moment after it has opened.
  await page.waitForTimeout(500);
  await item.click();
}
