import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
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

/** A table that says who is slow, and a function that nobody asks about (it says STABLE) and that goes on when it is cancelled. */
const stubborn = `
  CREATE TABLE slow (who text);
  GRANT SELECT ON slow TO PUBLIC;
  CREATE FUNCTION stubborn() RETURNS void LANGUAGE plpgsql STABLE AS $$
    DECLARE deadline timestamptz := clock_timestamp() + interval '6 s';
    BEGIN
      WHILE clock_timestamp() < deadline LOOP
        BEGIN
          PERFORM pg_sleep(0.1);
        EXCEPTION WHEN query_canceled THEN NULL;
        END;
      END LOOP;
    END $$`;

/** Runs the plan on the page again, and waits until the server is at it. */
async function runAgain(part: string): Promise<Frame> {
  const { frame } = await seePlan(plan => plan.rows.some(row => row.includes('slow')));
  await frame.getByRole('button', { name: 'Run again' }).click();
  await until(
    `${part} on the server`,
    async () => (await busySessions()).some(({ query }) => String(query).includes(part)) || undefined,
  );
  return frame;
}

/** Explains, and answers the question for the password, which has to be asked. */
async function explainWithPassword(password: string): Promise<void> {
  const explaining = explain();
  const page = await seeWorkbench();
  const input = page.locator('.quick-input-widget input[type=password]');
  await input.fill(password);
  await input.press('Enter');
  await explaining;
  await seePlan(plan => plan.rows.some(row => row.includes('products')));
}

const flash = '.view-overlays [class*="TextEditorDecorationType"]';

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

    it('flashes just its own text', async () => {
      // No SQL file: lenses would move the text down when they come.
      const editor = await openText('Of these two lines\nSELECT count(*) FROM products', 'txt');
      putCursor(editor, 'SELECT count(*) FROM products', true);
      const page = await seeWorkbench();
      const text = await page.locator('.view-line > span', { hasText: 'products' }).boundingBox();
      const flashed = page.locator(flash).first().boundingBox({ timeout: 5_000 });
      await explain();
      const [from, to] = [text, await flashed].map(box => box && [box.x, box.y, box.width].map(Math.round));
      assert.deepEqual(to, from);
    });

    it('flashes it for a moment, also when the next one follows at once', async () => {
      const page = await seeWorkbench();
      const flashes = page.locator(flash);
      const one = await openText('SELECT count(*) FROM products');
      const other = await vscode.workspace.openTextDocument({
        content: 'SELECT count(*) FROM orders',
        language: 'sql',
      });
      await vscode.window.showTextDocument(other, vscode.ViewColumn.Two);
      await vscode.window.showTextDocument(one.document, vscode.ViewColumn.One);
      const seen = flashes.first().waitFor({ state: 'attached', timeout: 5_000 });
      const first = explain();
      await seen;
      await vscode.window.showTextDocument(other, vscode.ViewColumn.Two);
      await Promise.all([first, explain()]);
      await until('no flash', async () => (await flashes.count()) === 0 || undefined);
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

    it('lets a late answer of an earlier run change nothing on the page', async () => {
      await ask(stubborn);
      try {
        await openText(`SELECT stubborn() FROM slow WHERE who = 'earlier'`);
        await explainAnalyze();
        await ask(`INSERT INTO slow VALUES ('earlier')`);
        await runAgain('stubborn');
        await openText(`SELECT pg_sleep(20) FROM slow WHERE who = 'newer'`);
        await explainAnalyze();
        await ask(`INSERT INTO slow VALUES ('newer')`);
        const frame = await runAgain('pg_sleep');
        await until('the end of the earlier one', async () => (await busySessions()).length === 1 || undefined);
        await pause(500);
        assert.equal(await frame.locator('.running').textContent(), 'Running…');
        await frame.getByRole('button', { name: 'Cancel' }).click();
        await until('no query', async () => (await busySessions()).length === 0 || undefined);
      } finally {
        await ask('DROP TABLE slow; DROP FUNCTION stubborn()');
      }
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

    it('takes a part of a second for a whole one, and not for no limit', async () => {
      await openText('SELECT pg_sleep(5)');
      await update('statementTimeout', 0.2);
      try {
        await explainAnalyze();
        await seeNotification('after 1 s,');
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

  it('forgets a password that was stored, and then asks for it again', async () => {
    // An idle session would do without a password.
    await vscode.commands.executeCommand('planpool.forgetPasswords');
    await seeNotification('0 passwords are forgotten');
    await until('no session', async () => (await sessions()) === 0 || undefined);
    const { PGHOST: host, PGPORT: port, PGDATABASE: database, PGUSER: user, PGPASSWORD: password } = process.env;
    await update('connections', [{ name: 'stored', host, port: Number(port), database, user, sslmode: 'disable' }]);
    try {
      await openText('SELECT count(*) FROM products');
      await explainWithPassword(password ?? '');
      await vscode.commands.executeCommand('planpool.forgetPasswords');
      await seeNotification('1 password is forgotten');
      await until('no session', async () => (await sessions()) === 0 || undefined);
      await closeEverything();

      await openText('SELECT count(*) FROM products');
      await explainWithPassword(password ?? '');
      await vscode.commands.executeCommand('planpool.forgetPasswords');
      await seeNotification('1 password is forgotten');
      await vscode.commands.executeCommand('planpool.forgetPasswords');
      await seeNotification('0 passwords are forgotten');
    } finally {
      await update('connections', undefined);
    }
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
