import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { workbenchReady } from './workbench';
import { seeWorkbench } from './see';

describe('editor: smoke', () => {
  it('has the extension, with every command of its manifest', async () => {
    const extension = vscode.extensions.getExtension('planpool.planpool');
    assert.ok(extension);
    await extension.activate();
    const manifest = extension.packageJSON as {
      readonly contributes: { readonly commands: readonly { readonly command: string }[] };
    };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map(({ command }) => command).filter(name => !registered.has(name));
    assert.deepEqual(missing, []);
  });

  it('sees the window that it runs in', async () => {
    const page = await seeWorkbench();
    await workbenchReady(page, false);
    await vscode.commands.executeCommand('workbench.action.showCommands');
    await page.locator('.quick-input-widget input').first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.quick-input-widget').first().waitFor({ state: 'hidden' });
  });
});
