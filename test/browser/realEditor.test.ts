import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';
import { palette, pick, planFrame } from '../editor/workbench';
import { superuser } from '../lab/connect';
import type { Shop } from '../lab/shop';
import { until } from '../lab/until';
import { axeViolations } from './axeViolations';
import { editorSuite } from './editorSuite';

// What a suite inside the extension host cannot see: VS Code refuses to show a modal to tests.
describe('explain: as a person uses the real editor', function () {
  this.timeout(120_000);
  const violations: string[] = [];
  const suite = editorSuite({
    files: {
      'write.sql': 'DELETE FROM shop_settings;\n',
      'menu.sql': 'SELECT count(*) FROM products;\n',
      'note.txt': 'SELECT count(*) FROM orders\n',
      'sleep.sql': 'SELECT pg_sleep(60);\n',
      'quiet.sql': 'SELECT writes_quietly();\n',
    },
    prepare: createQuietWriter,
    // Chromium names the policy's address; only that of our page may not be broken, the editor has its own troubles.
    listen: opened =>
      opened.on('console', message => {
        if (/Content Security Policy/i.test(message.text()) && /webview|fake\.html/.test(message.location().url))
          violations.push(message.text());
      }),
  });
  let shop: Shop;
  let page: Page;

  before(async () => {
    ({ shop, page } = suite);
    // The palette lists what there was when it opened.
    await page.locator('.codelens-decoration').first().waitFor();
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

  it('asks again when a function wanted to write; no executes nothing more, yes rolls back', async () => {
    const dialog = page.locator('.monaco-dialog-box');
    const before = await settings(shop);
    const analyzeUntilAsked = async (): Promise<void> => {
      await palette(page, 'Planpool: Explain Analyze');
      await dialog.getByText('This statement wants to write').waitFor();
      await dialog.getByText('PostgreSQL said: cannot execute nextval() in a read-only transaction.').waitFor();
      await until('no session while it is asked', async () => (await sessions(shop)) === 0 || undefined);
    };
    await openFile(page, 'quiet.sql');
    await analyzeUntilAsked();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await analyzeUntilAsked();
    assert.equal(await executions(shop), 0, 'it was executed after a no');
    await (await planFrame(page)).locator('[role=row]', { hasText: 'Delete' }).waitFor();
    await dialog.getByRole('button', { name: 'Execute and Roll Back' }).click();
    await (await planFrame(page)).locator('[role=row]', { hasText: 'Result' }).waitFor();
    assert.equal(await executions(shop), 1);
    assert.equal(await settings(shop), before);
    await until('no session', async () => (await sessions(shop)) === 0 || undefined);
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

  for (const [file, what] of [
    ['menu.sql', 'the statement under the cursor'],
    ['note.txt', 'a selection in a file that is not SQL'],
  ] as const) {
    it(`explains ${what} from the menu of a right click`, async () => {
      await palette(page, 'View: Close All Editors');
      await openFile(page, file);
      if (file === 'note.txt') await page.keyboard.press('Control+a');
      // The lens moves the text down when it comes.
      else await page.locator('.codelens-decoration').first().waitFor();
      await page
        .locator('.view-line')
        .first()
        .click({ button: 'right', position: { x: 20, y: 8 } });
      // A menu that has just opened takes no click.
      await page.locator('.monaco-menu .action-label', { hasText: /^Explain$/ }).hover();
      await page.keyboard.press('Enter');
      const frame = await planFrame(page);
      const object = file === 'note.txt' ? 'orders' : 'products';
      await frame.locator('[role=row]', { hasText: object }).first().waitFor();
    });
  }

  it('ends the query on the server when the window goes', async () => {
    await openFile(page, 'sleep.sql');
    await palette(page, 'Planpool: Explain Analyze');
    await until('the query on the server', async () => (await sleeping(shop)) === 1 || undefined);
    await page.reload();
    await until('no query', async () => (await sleeping(shop)) === 0 || undefined, 8_000);
  });
});

/** Opens a file of the workspace from the explorer, and puts the cursor into its first line. */
async function openFile(page: Page, name: string): Promise<void> {
  await page.locator(`.explorer-folders-view .monaco-list-row[aria-label*="${name}"]`).dblclick();
  await page.locator(`.tab.active[aria-label*="${name}"]`).waitFor();
  await page.locator('.editor-group-container.active .view-line').first().click();
}

function settings(shop: Shop): Promise<number> {
  return count(shop, 'shop_settings');
}

/** A function that says STABLE and lies, so that nothing asks before the server refuses what it does. */
async function createQuietWriter(shop: Shop): Promise<void> {
  const admin = await superuser(shop.postgres, 'shop');
  try {
    await admin.query(`
      SET ROLE planpool;
      CREATE SEQUENCE executions;
      CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql VOLATILE AS
        $$ BEGIN PERFORM nextval('executions'); DELETE FROM shop_settings; RETURN 1; END $$;
      CREATE FUNCTION writes_quietly() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN writes(); END $$;`);
  } finally {
    await admin.end();
  }
}

/** How often it could write: no rollback gives the numbers of a sequence back. */
function executions(shop: Shop): Promise<number> {
  return count(shop, 'generate_series(1, (SELECT last_value FROM executions WHERE is_called))');
}

function sessions(shop: Shop): Promise<number> {
  return count(shop, `pg_stat_activity WHERE application_name = 'Planpool'`);
}

/** Backends that sleep for us. */
function sleeping(shop: Shop): Promise<number> {
  return count(shop, `pg_stat_activity WHERE application_name = 'Planpool' AND wait_event = 'PgSleep'`);
}

async function count(shop: Shop, from: string): Promise<number> {
  const admin = await superuser(shop.postgres, 'shop');
  try {
    const { rows } = await admin.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`);
    return rows[0]?.count ?? 0;
  } finally {
    await admin.end();
  }
}

async function policy(frame: Frame): Promise<string> {
  return (await frame.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')) ?? '';
}
