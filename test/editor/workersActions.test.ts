import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { until } from '../lab/until';
import { seeNotification } from './notifications';
import { ask, openText, putCursor, seePlan } from './plan';
import { seeWorkbench } from './see';
import { asUser, workersSleep } from './workersServer';
import {
  longIntervalSeconds,
  openSection,
  refreshUntil,
  shopServer,
  updateSetting,
  workersSuite,
} from './workersSuite';
import { openRowMenu, pickFromRowMenu, toggleRow, workersRow } from './workersTree';
import { pick } from './workbench';

async function clipboard(expected: string): Promise<void> {
  let last = '';
  await until('the clipboard', async () => {
    last = await vscode.env.clipboard.readText();
    return last === expected || undefined;
  }).catch(() => assert.equal(last, expected));
}

/** Clicks a button of the notification that holds this text. */
async function answerNotification(page: Page, part: string, button: string): Promise<void> {
  await vscode.commands.executeCommand('notifications.showList');
  const item = page.locator('.notifications-center .notification-list-item', { hasText: part });
  await item.getByRole('button', { name: button }).click();
}

async function answerQuestion(page: Page, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget input').first();
  await input.fill(text);
  await input.press('Enter');
}

/** The titles of the lenses over a document that count workers. */
async function workerLenses(editor: vscode.TextEditor): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    editor.document.uri,
    20,
  );
  return lenses.flatMap(({ command }) => (command?.command === 'planpool.countWorkers' ? [command.title] : []));
}

describe('editor: workers, what can be done', () => {
  const { held } = workersSuite(longIntervalSeconds);
  let page: Page;

  before(async () => {
    page = await seeWorkbench();
  });

  describe('to a session', () => {
    it('explains the query of a leader', async () => {
      const { pid } = await held.hold(workersSleep, 2);
      await refreshUntil(page, `${pid} shop`);
      await pickFromRowMenu(page, `${pid} shop`, 'Explain It');
      const { verdict } = await seePlan(plan => plan.rows.some(row => row.includes('orders')));
      assert.match(verdict, /parallel/i);
    });

    it('copies the query of a leader, and offers to do nothing with a worker but to end it', async () => {
      const { pid, workers } = await held.hold(workersSleep, 2);
      await refreshUntil(page, `${pid} shop`);
      await pickFromRowMenu(page, `${pid} shop`, 'Copy Statement');
      await clipboard(workersSleep);
      assert.deepEqual(await openRowMenu(page, `${workers[0]} worker`), ['Cancel Query', 'Terminate Session']);
      await page.keyboard.press('Escape');
    });

    it('refuses to explain a text that PostgreSQL has cut short', async () => {
      const comment = `/* ${'long '.repeat(300)}*/`;
      const { pid } = await held.hold(workersSleep.replace('SELECT', `SELECT ${comment}`), 2);
      await refreshUntil(page, `${pid} shop`);
      assert.deepEqual(await openRowMenu(page, `${pid} shop`), ['Copy Statement', 'Cancel Query', 'Terminate Session']);
      await page.keyboard.press('Escape');

      const [started] = await ask(
        `SELECT to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
           FROM pg_stat_activity WHERE pid = ${pid}`,
      );
      await vscode.commands.executeCommand(
        'planpool.workers.explainQuery',
        `backend:${pid}:${String(started?.['at'])}`,
      );
      await seeNotification('PostgreSQL keeps only the beginning of this query');
    });
  });

  it('says to try again when VS Code does not tell which row was meant', async () => {
    for (const command of ['cancelQuery', 'terminate', 'explainQuery', 'copyStatement']) {
      await vscode.commands.executeCommand(`planpool.workers.${command}`);
      await seeNotification('The view was just changing, so nothing was done. Try again.');
    }
  });

  describe('to a statement', () => {
    before(async () => {
      await ask('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
      await ask('SELECT pg_stat_statements_reset()');
      await asUser(
        shopServer(),
        process.env,
        'SET parallel_setup_cost = 0',
        `SELECT count(*) FROM orders WHERE total > 800 AND note <> 'x'`,
        `SELECT max(total) FROM orders WHERE ordered_at > date '2024-02-02'`,
      );
    });

    beforeEach(async () => {
      await openSection(page, /^Statements/, 'SELECT count(*) FROM orders');
    });

    afterEach(async () => {
      await vscode.commands.executeCommand('planpool.workers.focus');
      await toggleRow(page, /^Statements/);
    });

    after(() => ask('DROP EXTENSION pg_stat_statements'));

    it('shows the generic plan of its normalised text', async () => {
      const row = 'SELECT count(*) FROM orders WHERE total > $1 AND note <> $2';
      await workersRow(page, row).first().hover();
      await workersRow(page, row).first().getByRole('button', { name: 'Explain It' }).click();
      const { frame } = await seePlan(plan => plan.rows.some(one => one.includes('orders')));
      await frame.locator('[role=row]', { hasText: 'orders' }).first().click();
      await frame.getByText('total > $1').first().waitFor();
    });

    it('does that also while the statements are asked for again', async () => {
      const [row] = await ask(
        `SELECT concat_ws(':', 'statement', dbid, userid, queryid, CASE toplevel WHEN true THEN 1 END) AS id
           FROM pg_stat_statements WHERE query LIKE 'SELECT count(*) FROM orders WHERE total > $1%'`,
      );
      const refreshing = vscode.commands.executeCommand('planpool.workers.refresh');
      await vscode.commands.executeCommand('planpool.workers.explainQuery', row?.['id']);
      await refreshing;
      await seePlan(plan => plan.rows.some(one => one.includes('orders')));
    });

    it('says that a normalised text is no statement any more, and opens it', async () => {
      const text = 'SELECT max(total) FROM orders WHERE ordered_at > date $1';
      await pickFromRowMenu(page, text, 'Explain It');
      const said = 'has put a parameter where PostgreSQL takes none';
      await until('the message', async () => {
        await vscode.commands.executeCommand('notifications.showList');
        return (await page.locator('.notifications-center', { hasText: said }).count()) > 0 || undefined;
      });
      await answerNotification(page, said, 'Open in an Editor');
      await until('the text', () => vscode.window.activeTextEditor?.document.getText() === text || undefined);
      assert.equal(vscode.window.activeTextEditor?.document.languageId, 'sql');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await vscode.commands.executeCommand('notifications.clearAll');
    });
  });

  describe('about the settings', () => {
    before(() => ask('ALTER ROLE planpool SET max_parallel_workers_per_gather = 0'));

    after(async () => {
      await ask('ALTER ROLE planpool RESET max_parallel_workers_per_gather');
      const choosing = vscode.commands.executeCommand('planpool.chooseOverrideSet');
      await pick(page, 'Server defaults');
      await choosing;
      await updateSetting('overrideSets', undefined);
    });

    beforeEach(async () => {
      await openSection(page, /^Settings/, 'All settings');
    });

    afterEach(async () => {
      await vscode.commands.executeCommand('planpool.workers.focus');
      await toggleRow(page, /^Settings/);
    });

    it('shows a finding, and copies what mends it', async () => {
      await toggleRow(page, 'Off for role planpool');
      const remedy = 'ALTER ROLE planpool RESET max_parallel_workers_per_gather;';
      await workersRow(page, remedy).first().click();
      await clipboard(remedy);
      await workersRow(page, /ALTER ROLE planpool SET .*undo/)
        .first()
        .click();
      await clipboard("ALTER ROLE planpool SET max_parallel_workers_per_gather = '0';");

      await ask(remedy);
      await vscode.commands.executeCommand('planpool.workers.refresh');
      await workersRow(page, 'Off for role planpool').waitFor({ state: 'detached' });
    });

    it('asks for cores and memory, and takes the recommended values for an override set', async () => {
      await workersRow(page, 'How many cores has the server?').click();
      await answerQuestion(page, 'many');
      await page.locator('.quick-input-widget', { hasText: 'A whole number from 1 to 4096, please.' }).waitFor();
      await answerQuestion(page, '8');
      await page.locator('.quick-input-widget', { hasText: '2 of 2' }).waitFor();
      await answerQuestion(page, '32');
      await workersRow(page, 'Recommended for 8 cores').waitFor();
      await toggleRow(page, 'Recommended for 8 cores');

      await workersRow(page, 'Try as override set').click();
      await seeNotification('The override set “Recommended for 8 cores” is chosen');
      await page.locator('.statusbar-item', { hasText: 'shop · Recommended for 8 cores' }).waitFor();
      const sets = vscode.workspace
        .getConfiguration('planpool')
        .get<Record<string, Record<string, unknown>>>('overrideSets');
      assert.equal(sets?.['Recommended for 8 cores']?.['max_parallel_workers_per_gather'], '4');
    });
  });

  describe('about maintenance', () => {
    const text = 'CREATE INDEX orders_total_idx ON orders (total);\n\nVACUUM orders;\n\nSELECT 1;\n';

    it('says above a CREATE INDEX and a VACUUM how many workers each would get', async () => {
      const editor = await openText(text);
      assert.deepEqual(await workerLenses(editor), ['How many workers?', 'How many workers?']);
      const lenses = page.locator('.codelens-decoration').getByRole('button', { name: 'How many workers?' });
      for (const left of [1, 0]) {
        await lenses.first().click();
        await seeNotification(left === 1 ? 'maintenance_work_mem' : 'can be vacuumed at once');
        await until('the lens', async () => (await lenses.count()) === left || undefined);
      }
      const [index, vacuum] = await workerLenses(editor);
      assert.match(index ?? '', /^\d workers?\b.*maintenance_work_mem/);
      assert.match(vacuum ?? '', /^\d workers?\b.*index/);
      await vscode.commands.executeCommand('notifications.clearAll');
    });

    it('offers that after an Explain of a CREATE INDEX, which has no plan', async () => {
      const editor = await openText(text);
      putCursor(editor, 'CREATE INDEX');
      await vscode.commands.executeCommand('planpool.explain');
      await answerNotification(page, 'PostgreSQL cannot explain CREATE INDEX', 'How Many Workers?');
      await until('the lens', async () => /^\d worker/.test((await workerLenses(editor))[0] ?? '') || undefined);
      await vscode.commands.executeCommand('notifications.clearAll');
    });
  });
});
