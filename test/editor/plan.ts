import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { superuser } from '../lab/connect';
import { until } from '../lab/until';
import { suiteVariable } from './environment';
import { seeWorkbench } from './see';
import { planFrame } from './workbench';

/** A file of the sample workspace in the editor, its first statement under the cursor. */
export async function openSample(name: string): Promise<vscode.TextEditor> {
  return show(workspaceFile(name));
}

let texts = 0;

/** A new file of the workspace. (An unsaved one gets the name, and sometimes the text, of one that was just closed.) */
export async function openText(content: string, extension = 'sql'): Promise<vscode.TextEditor> {
  texts += 1;
  const file = workspaceFile(`text-${texts}.${extension}`);
  await vscode.workspace.fs.writeFile(file, Buffer.from(content));
  return show(file);
}

function workspaceFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, name);
}

async function show(file: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(file, { viewColumn: vscode.ViewColumn.One, preview: false });
}

/** Puts the cursor in front of the first occurrence of a text, or selects the text. */
export function putCursor(editor: vscode.TextEditor, text: string, select = false): void {
  const start = editor.document.getText().indexOf(text);
  assert.ok(start >= 0, text);
  const [from, to] = [start, select ? start + text.length : start].map(offset => editor.document.positionAt(offset));
  assert.ok(from && to);
  editor.selection = new vscode.Selection(from, to);
}

/** The plan page as a person sees it: its verdict and the rows of the tree. */
export interface SeenPlan {
  readonly frame: Frame;
  readonly verdict: string;
  readonly rows: readonly string[];
}

/** Waits until the plan page shows what `isExpected` accepts. */
export async function seePlan(isExpected: (plan: SeenPlan) => boolean): Promise<SeenPlan> {
  const page: Page = await seeWorkbench();
  let last: SeenPlan | undefined;
  try {
    return await until('the plan page', async () => {
      const frame = await planFrame(page);
      const verdict = (await frame.locator('.verdict').textContent()) ?? '';
      const rows = await frame.locator('[role=treegrid] [role=row][aria-level]').allTextContents();
      last = { frame, verdict, rows };
      return isExpected(last) ? last : undefined;
    });
  } catch (error) {
    throw new Error(`The plan page shows ${JSON.stringify({ verdict: last?.verdict, rows: last?.rows })}`, {
      cause: error,
    });
  }
}

/** Closes every editor and the plan page, without a question about unsaved text. */
export async function closeEverything(): Promise<void> {
  await vscode.workspace.saveAll();
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Rows of a query that the superuser runs in the sample database. */
export async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
  const port = Number(process.env['PGPORT']);
  const password = suiteVariable('PLANPOOL_TEST_SUPERUSER_PASSWORD');
  const client = await superuser({ host: '127.0.0.1', port, superuserPassword: password }, process.env['PGDATABASE']);
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Sessions of the extension that are not idle. */
export async function busySessions(): Promise<readonly Record<string, unknown>[]> {
  return ask(`SELECT state, query FROM pg_stat_activity WHERE application_name = 'Planpool' AND state <> 'idle'`);
}
