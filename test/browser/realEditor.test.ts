import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { palette, pick, planFrame, workbenchReady } from '../editor/workbench';
import { launchBrowser } from '../lab/browser';
import { superuser } from '../lab/connect';
import { type EditorServer, editorUrl, startEditor } from '../lab/editor';
import { repositoryFolder } from '../lab/repository';
import { type Shop, startShop } from '../lab/shop';
import { axeViolations } from './axeViolations';

// What a suite inside the extension host cannot see: VS Code refuses to show a modal to tests.
describe('explain: as a person uses the real editor', function () {
  this.timeout(120_000);
  let shop: Shop;
  let editor: EditorServer;
  let browser: Browser;
  let page: Page;
  const violations: string[] = [];

  before(async () => {
    shop = await startShop();
    const openFile = path.join(shop.workspace, 'write.sql');
    await writeFile(openFile, 'DELETE FROM shop_settings;\n');
    editor = await startEditor({ release: 'minimum', environment: shop.environment });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    // Chromium names the policy's address; only that of our page may not be broken, the editor has its own troubles.
    page.on('console', message => {
      if (/Content Security Policy/i.test(message.text()) && /webview|fake\.html/.test(message.location().url))
        violations.push(message.text());
    });
    await page.goto(editorUrl(editor, { folder: shop.workspace, extension: repositoryFolder, openFile }));
    await workbenchReady(page, true);
    // The palette lists what there was when it opened.
    await page.locator('.codelens-decoration').first().waitFor();
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const name = `${this.currentTest.title.replace(/[^\w]+/g, '-')}.png`;
    await page.screenshot({ path: path.join(repositoryFolder, 'out', 'failures', 'browser', name) });
  });

  after(async () => {
    await browser.close();
    await editor.stop();
    await shop.stop();
  });

  it('asks in a modal before a write is executed; no executes nothing, yes rolls back', async () => {
    const dialog = page.locator('.monaco-dialog-box');
    await palette(page, 'Planpool: Explain Analyze');
    await dialog.getByText('It writes: DELETE FROM shop_settings').waitFor();
    await dialog.getByText('A rollback does not undo').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await page.locator('iframe.webview').count(), 0);

    await palette(page, 'Planpool: Explain Analyze');
    await dialog.getByRole('button', { name: 'Execute and Roll Back' }).click();
    const frame = await planFrame(page);
    await frame.locator('[role=row]', { hasText: 'Delete' }).waitFor();
    assert.ok((await settings(shop)) > 0);
  });

  it('keeps the policy of the page: nothing it does is refused, and a script that is put in is', async () => {
    const frame = await planFrame(page);
    await frame.locator('[role=row][aria-level]').first().click();
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(violations, []);
    assert.match(await policy(frame), /^default-src 'none'; script-src 'nonce-[^']+'; style-src [^;]+ 'nonce-[^']+'$/);
    const ran = await frame.evaluate(`new Promise(resolve => {
      document.addEventListener('securitypolicyviolation', () => resolve('injected' in window), { once: true });
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
    })`);
    assert.equal(ran, false);
    violations.length = 0;
  });

  for (const theme of ['Dark Modern', 'Light Modern', 'Dark High Contrast', 'Light High Contrast']) {
    it(`has no violation that axe finds, in ${theme}`, async () => {
      await palette(page, 'Preferences: Color Theme');
      await pick(page, theme);
      const frame = await planFrame(page);
      assert.deepEqual(await axeViolations(frame), []);
    });
  }
});

async function settings(shop: Shop): Promise<number> {
  const admin = await superuser(shop.postgres, 'shop');
  try {
    const { rows } = await admin.query<{ settings: number }>('SELECT count(*)::int AS settings FROM shop_settings');
    return rows[0]?.settings ?? 0;
  } finally {
    await admin.end();
  }
}

async function policy(frame: Frame): Promise<string> {
  return (await frame.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')) ?? '';
}
