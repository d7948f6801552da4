import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../lab/until';
import { notifications, seeNotification } from './notifications';
import { ask, busySessions, closeEverything, openText, putCursor, seePlan } from './plan';
import { seeWorkbench } from './see';
import { pick, quickPickRow } from './workbench';

const explain = (...args: readonly unknown[]) => vscode.commands.executeCommand('planpool.explain', ...args);
const explainAnalyze = () => vscode.commands.executeCommand('planpool.explainAnalyze');

/** What the lenses of a document say and carry. */
async function lensArguments(editor: vscode.TextEditor): Promise<readonly unknown[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    editor.document.uri,
    10,
  );
  return lenses
    .filter(lens => lens.command?.command === 'planpool.explain')
    .flatMap((lens): readonly unknown[] => lens.command?.arguments ?? []);
}

async function update(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('planpool').update(setting, value, vscode.ConfigurationTarget.Global);
}

async function sessions(): Promise<number> {
  return (await ask(`SELECT FROM pg_stat_activity WHERE application_name = 'Planpool'`)).length;
}

function tabLabels(): readonly string[] {
  return vscode.window.tabGroups.all.flatMap(group => group.tabs.map(tab => tab.label));
}

async function chooseServerDefaults(): Promise<void> {
  const choosing = vscode.commands.executeCommand('planpool.chooseOverrideSet');
  await pick(await seeWorkbench(), 'Server defaults');
  await choosing;
}

async function showProducts(): Promise<void> {
  await openText('SELECT count(*) FROM products');
  await explain();
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

describe('editor: commands', () => {
  beforeEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await closeEverything();
  });

  afterEach(async () => {
    assert.deepEqual(await busySessions(), [], 'a transaction or a query was left open');
  });

  it('says when a plan is run again for text that has changed', async () => {
    const editor = await openText('SELECT count(*) FROM products');
    await explain();
    const { frame } = await seePlan(plan => plan.rows.some(row => row.includes('products')));
    await editor.edit(edit => edit.replace(new vscode.Range(0, 7, 0, 15), 'min(name)'));
    await frame.getByRole('button', { name: 'Run again' }).click();
    await frame.getByText('The text in the editor has changed since').waitFor();
  });

  it('lists what is wrong with override sets among them', async () => {
    await update('overrideSets', { Odd: { work_mem: [1] } });
    try {
      const choosing = vscode.commands.executeCommand('planpool.chooseOverrideSet');
      const page = await seeWorkbench();
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Override set "Odd" is left out' }).waitFor();
      await page.keyboard.press('Escape');
      await choosing;
    } finally {
      await update('overrideSets', undefined);
    }
  });

  describe('which statement', () => {
    it('takes what is no target for the active editor', async () => {
      const editor = await openText('SELECT count(*) FROM products');
      for (const argument of [editor.document.uri, { uri: 1, offset: 'x' }, 'text', null, { groupId: 0 }]) {
        await explain(argument);
        await seePlan(plan => plan.rows.some(row => row.includes('products')));
        assert.deepEqual(await notifications(), [], JSON.stringify(argument));
        await vscode.commands.executeCommand('notifications.hideList');
      }
    });

    it('runs what a lens showed, though the text has moved, and says so when it is gone', async () => {
      const editor = await openText('SELECT 1 AS one;\nSELECT count(*) FROM products;\n');
      const [, ofProducts] = await lensArguments(editor);
      const { document } = editor;
      await editor.edit(edit =>
        edit.insert(new vscode.Position(0, 0), 'SELECT * FROM orders WHERE id = 1 AND id = 2;\n'),
      );
      await explain(ofProducts);
      await seePlan(plan => plan.rows.some(row => row.includes('products')));
      await editor.edit(edit => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), 'DELETE FROM products;'));
      await explain(ofProducts);
      await seeNotification('The text has changed');
    });

    it('runs the statement that was picked, as it stood when it was asked', async () => {
      const editor = await openText('SELECT count(*) FROM products; SELECT count(*) FROM orders;');
      putCursor(editor, editor.document.getText(), true);
      const explaining = explain();
      const page = await seeWorkbench();
      await quickPickRow(page, 'SELECT count(*) FROM products').waitFor();
      await editor.edit(edit => edit.insert(new vscode.Position(0, 0), '-- a comment of more characters\n'));
      await quickPickRow(page, 'SELECT count(*) FROM products').click();
      await explaining;
      await seePlan(plan => plan.rows.some(row => row.includes('products')));
      assert.deepEqual(await notifications(), []);
    });

    it('flashes it for a moment, also when the next one follows at once', async () => {
      const page = await seeWorkbench();
      const flash = page.locator('.view-overlays [class*="TextEditorDecorationType"]');
      const one = await openText('SELECT count(*) FROM products');
      const other = await vscode.workspace.openTextDocument({
        content: 'SELECT count(*) FROM orders',
        language: 'sql',
      });
      await vscode.window.showTextDocument(other, vscode.ViewColumn.Two);
      await vscode.window.showTextDocument(one.document, vscode.ViewColumn.One);
      const seen = flash.first().waitFor({ state: 'attached', timeout: 5_000 });
      const first = explain();
      await seen;
      await vscode.window.showTextDocument(other, vscode.ViewColumn.Two);
      await Promise.all([first, explain()]);
      await until('no flash', async () => (await flash.count()) === 0 || undefined);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
  });

  describe('one at a time', () => {
    afterEach(chooseServerDefaults);

    it('gives up an explain of the same document when another begins, and says nothing of it', async () => {
      const editor = await openText('SELECT pg_sleep(60);\n\nSELECT count(*) FROM products;\n');
      putCursor(editor, 'SELECT pg_sleep');
      const slow = explainAnalyze();
      await until('the query on the server', async () => (await busySessions()).length > 0 || undefined);
      putCursor(editor, 'SELECT count');
      await explain();
      await slow;
      await seePlan(plan => plan.rows.some(row => row.includes('products')));
      assert.deepEqual(await busySessions(), []);
      assert.deepEqual(await notifications(), []);
    });

    it('keeps few sessions when the key repeats', async () => {
      await openText('SELECT count(*) FROM products');
      await Promise.all(Array.from({ length: 20 }, () => explain()));
      await until('at most one session', async () => (await sessions()) <= 1 || undefined);
    });

    for (const [what, end] of [
      ['another plan is shown', showProducts],
      ['the page is closed', closeEverything],
    ] as const) {
      it(`cancels a run from the page when ${what}, and shows nothing of it`, async () => {
        await openText('SELECT pg_sleep(3)');
        await explainAnalyze();
        const { frame } = await seePlan(plan => plan.rows.length === 1);
        await frame.locator('vscode-dropdown').click();
        await frame.locator('vscode-option', { hasText: 'Serial' }).click();
        await frame.getByRole('button', { name: /^Run / }).click();
        await until('the query on the server', async () => (await busySessions()).length > 0 || undefined);
        await end();
        await until('no query', async () => (await busySessions()).length === 0 || undefined, 2_000);
        await pause(3_000);
        assert.deepEqual(
          tabLabels().filter(label => label.includes('pg_sleep')),
          [],
        );
      });
    }
  });

  describe('settings', () => {
    it('keeps a time limit within what PostgreSQL takes', async () => {
      await openText('SELECT count(*) FROM products');
      try {
        for (const seconds of [1e9, -5, 'soon']) {
          await update('statementTimeout', seconds);
          await explain();
          await seePlan(plan => plan.rows.some(row => row.includes('products')));
          assert.deepEqual(await notifications(), []);
        }
      } finally {
        await update('statementTimeout', undefined);
      }
    });

    it('refuses to run again over a connection that is gone', async () => {
      await openText('SELECT count(*) FROM products');
      await explain();
      const { frame } = await seePlan(plan => plan.rows.some(row => row.includes('products')));
      await update('connections', [{ name: 'elsewhere', host: '127.0.0.1', port: 1 }]);
      try {
        await frame.locator('vscode-dropdown').click();
        await frame.locator('vscode-option', { hasText: 'Eager' }).click();
        await frame.getByText('is not in the settings any more').waitFor();
      } finally {
        await update('connections', undefined);
      }
    });
  });

  it('forgets passwords and closes idle sessions', async () => {
    await openText('SELECT count(*) FROM products');
    await explain();
    await seePlan(plan => plan.rows.some(row => row.includes('products')));
    assert.equal(await sessions(), 1);
    await vscode.commands.executeCommand('planpool.forgetPasswords');
    await seeNotification('0 passwords are forgotten');
    await until('no session', async () => (await sessions()) === 0 || undefined);
  });
});
