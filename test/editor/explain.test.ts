import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../lab/until';
import { notifications, seeNotification } from './notifications';
import { ask, busySessions, closeEverything, openSample, openText, putCursor, seePlan } from './plan';
import { seeWorkbench } from './see';
import { pick, quickPickRow } from './workbench';

const explain = () => vscode.commands.executeCommand('planpool.explain');
const explainAnalyze = () => vscode.commands.executeCommand('planpool.explainAnalyze');

describe('editor: explain', () => {
  // Before rather than after, so that a screenshot of a failure shows it.
  beforeEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await closeEverything();
  });

  afterEach(async () => {
    assert.deepEqual(await busySessions(), [], 'a transaction or a query was left open');
  });

  it('shows the Gather and the Parallel Seq Scan of the statement under the cursor', async () => {
    const editor = await openSample('01-scan.sql');
    putCursor(editor, 'SELECT');
    await explain();
    const { verdict, rows } = await seePlan(plan => plan.rows.length > 1);
    assert.match(verdict, /^Estimated: parallel with 2 workers planned/);
    assert.match(rows[0] ?? '', /Gather/);
    assert.ok(
      rows.some(row => /Parallel Seq Scan.*orders/.test(row)),
      rows.join('\n'),
    );
  });

  it('measures with Explain Analyze, and the page says who took part', async () => {
    const editor = await openSample('02-aggregate.sql');
    putCursor(editor, 'SELECT');
    await explainAnalyze();
    const { verdict } = await seePlan(plan => plan.verdict.startsWith('Parallel'));
    assert.match(verdict, /^Parallel: [12] of 2 workers ran/);
  });

  it('runs again under the override set that is chosen on the page, and the choice stays', async () => {
    const editor = await openSample('02-aggregate.sql');
    putCursor(editor, 'SELECT');
    await explain();
    const { frame } = await seePlan(plan => plan.rows.some(row => row.includes('Gather')));
    await frame.locator('vscode-dropdown').click();
    await frame.locator('vscode-option', { hasText: 'Serial' }).click();
    const serial = await seePlan(plan => plan.verdict.endsWith('Serial.'));
    assert.ok(!serial.rows.some(row => row.includes('Gather')), serial.rows.join('\n'));
    const page = await seeWorkbench();
    await page.locator('.statusbar-item', { hasText: 'shop · Serial' }).waitFor();

    await frame.locator('vscode-dropdown').click();
    await frame.locator('vscode-option', { hasText: 'Eager' }).click();
    await seePlan(plan => plan.verdict.includes('4 workers planned'));
    await frame.locator('vscode-dropdown').click();
    await frame.locator('vscode-option', { hasText: 'Server defaults' }).click();
    await seePlan(plan => plan.verdict.includes('Server defaults'));
  });

  it('changes the override set from the palette', async () => {
    const page = await seeWorkbench();
    const picking = vscode.commands.executeCommand('planpool.chooseOverrideSet');
    await pick(page, 'Eager');
    await picking;
    await page.locator('.statusbar-item', { hasText: 'shop · Eager' }).waitFor();
    const again = vscode.commands.executeCommand('planpool.chooseOverrideSet');
    await pick(page, 'Server defaults');
    await again;
    await page.locator('.statusbar-item', { hasText: 'shop · Server defaults' }).waitFor();
  });

  it('refuses an override set that does not fit the server, and says what is allowed', async () => {
    const settings = vscode.workspace.getConfiguration('planpool');
    await settings.update(
      'overrideSets',
      { Wrong: { work_mem: '1 elephant' }, Old: { force_parallel_mode: 'on' } },
      vscode.ConfigurationTarget.Global,
    );
    const page = await seeWorkbench();
    try {
      for (const [name, sentence] of [
        ['Wrong', 'work_mem takes'],
        ['Old', 'debug_parallel_query'],
      ] as const) {
        const picking = vscode.commands.executeCommand('planpool.chooseOverrideSet');
        await pick(page, name);
        await picking;
        await openText('SELECT 1');
        await explain();
        await seeNotification(sentence);
      }
    } finally {
      await settings.update('overrideSets', undefined, vscode.ConfigurationTarget.Global);
    }
    await page.locator('.statusbar-item', { hasText: 'shop · Server defaults' }).waitFor();
  });

  it('explains exactly the selection, also in a file that is not SQL', async () => {
    const editor = await openText('The query SELECT count(*) FROM orders is slow.', 'txt');
    putCursor(editor, 'SELECT count(*) FROM orders', true);
    await explain();
    await seePlan(plan => plan.rows.some(row => row.includes('orders')));
  });

  it('offers one of several selected statements and drops nothing', async () => {
    const before = await ask('SELECT count(*)::int AS orders FROM orders');
    const editor = await openText('SELECT 1 AS one; DROP TABLE orders; SELECT count(*) FROM products');
    putCursor(editor, editor.document.getText(), true);
    const explaining = explain();
    const page = await seeWorkbench();
    await quickPickRow(page, 'SELECT count(*) FROM products').click();
    await explaining;
    await seePlan(plan => plan.rows.some(row => row.includes('products')));
    const dropping = explain();
    await quickPickRow(page, 'DROP TABLE orders').click();
    await dropping;
    await seeNotification('PostgreSQL cannot explain DROP TABLE');
    assert.deepEqual(await ask('SELECT count(*)::int AS orders FROM orders'), before);
  });

  it('says what to do where there is no statement', async () => {
    await openText('-- nothing here\n\n/* and nothing there */\n');
    await explain();
    await seeNotification('There is no statement here');
  });

  it('shows an error of the server at its place until the next edit or run', async () => {
    const editor = await openText("SELECT '😀é', nosuch\nFROM orders");
    await explain();
    const errors = await until('a diagnostic', () => {
      const found = vscode.languages.getDiagnostics(editor.document.uri);
      return found.length > 0 ? found : undefined;
    });
    assert.equal(errors[0]?.source, 'PostgreSQL');
    assert.equal(errors[0].code, '42703');
    assert.match(errors[0].message, /column "nosuch" does not exist/);
    assert.equal(editor.document.getText(errors[0].range), 'nosuch');
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), ' '));
    await until('no diagnostic', () => vscode.languages.getDiagnostics(editor.document.uri).length === 0 || undefined);

    await explain();
    await until('a diagnostic', () => vscode.languages.getDiagnostics(editor.document.uri).length > 0 || undefined);
    await editor.edit(edit => edit.replace(new vscode.Range(0, 0, 1, 0), 'SELECT count(*) '));
    await explain();
    await until('no diagnostic', () => vscode.languages.getDiagnostics(editor.document.uri).length === 0 || undefined);
  });

  it('shows progress with a cancel that ends the query on the server', async () => {
    await openText('SELECT pg_sleep(60)');
    const explaining = explainAnalyze();
    const page = await seeWorkbench();
    await until('the query on the server', async () => (await busySessions()).length > 0 || undefined);
    await until('the progress', async () => (await notifications()).length > 0 || undefined);
    await page.locator('.notifications-center').getByRole('button', { name: 'Cancel' }).click();
    await explaining;
    assert.deepEqual(await busySessions(), []);
    assert.deepEqual(await notifications(), []);
  });

  it('puts lenses above what can be explained, and they work', async () => {
    const editor = await openText('CREATE TABLE nothing (id int);\n\nSELECT count(*) FROM products;\n');
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      editor.document.uri,
      10,
    );
    assert.deepEqual(
      lenses.map(lens => [lens.command?.title, lens.range.start.line]),
      [
        ['Explain', 2],
        ['Explain Analyze', 2],
      ],
    );
    const page = await seeWorkbench();
    await page.locator('.codelens-decoration a', { hasText: /^Explain$/ }).click();
    await seePlan(plan => plan.rows.some(row => row.includes('products')));
  });

  it('shows hostile names as text', async () => {
    await openText(`SELECT '<img src=x onerror=alert(1)>' AS "<script>alert(1)</script> $(zap) \u202e🐘" FROM orders`);
    await explain();
    const { frame } = await seePlan(plan => plan.rows.some(row => row.includes('orders')));
    assert.equal(await frame.locator('img, script', { hasText: 'alert' }).count(), 0);
    assert.equal(await frame.locator('img').count(), 0);
    await openText('SELECT "[quit](command:workbench.action.quit)" FROM orders');
    await explain();
    const page = await seeWorkbench();
    await until(
      'the message',
      async () => (await notifications()).some(text => text.includes('does not exist')) || undefined,
    );
    assert.equal(await page.locator('.notification-list-item-message a').count(), 0);
  });

  it('takes no keybinding of the editor or of another extension', async () => {
    const ours = (
      vscode.extensions.getExtension('planpool.planpool')?.packageJSON as {
        contributes: { keybindings: { key: string }[] };
      }
    ).contributes.keybindings;
    const defaults = await vscode.workspace.openTextDocument(
      vscode.Uri.parse('vscode://defaultsettings/keybindings.json'),
    );
    const taken = [...defaults.getText().matchAll(/"key":\s*"([^"]+)",\s*"command":\s*"([^"]+)"/g)].filter(
      ([, , command]) => !command?.startsWith('planpool.'),
    );
    assert.ok(taken.length > 500, 'the default keybindings could not be read');
    for (const { key } of ours) {
      assert.deepEqual(
        taken.filter(([, other]) => other === key).map(match => match.slice(1)),
        [],
        key,
      );
    }
  });
});
