import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { until } from '../lab/until';
import { suiteVariable } from './environment';
import { notifications } from './notifications';
import { busySessions, closeEverything } from './plan';
import { seeWorkbench } from './see';
import { HeldQueries, type ShopServer } from './workersServer';
import { giveRoomToWorkers, toggleRow, untilRows, workersRow } from './workersTree';

/** The shortest that the setting takes. */
export const shortestIntervalSeconds = 0.5;

/**
 * For tests that do something to a row: VS Code forgets the rows below one that is fetched anew until it has them again, and
 * a program that clicks in between means nobody.
 */
export const longIntervalSeconds = 300;

export async function updateSetting(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('planpool').update(setting, value, vscode.ConfigurationTarget.Global);
}

/** Where the held queries of a suite inside the editor run. */
export function shopServer(): ShopServer {
  const port = Number(process.env['PGPORT']);
  return { host: '127.0.0.1', port, superuserPassword: suiteVariable('PLANPOOL_TEST_SUPERUSER_PASSWORD') };
}

/** Brings the view to the front; resolves when it shows the server. */
async function showWorkers(page: Page): Promise<void> {
  await vscode.commands.executeCommand('planpool.workers.focus');
  await giveRoomToWorkers(page);
  await untilRows(page, 'look at the server', rows => rows.some(({ text }) => text.startsWith('Now')));
}

/** Looks at once; resolves when a row holds this text. */
export async function refreshUntil(page: Page, text: string): Promise<void> {
  await vscode.commands.executeCommand('planpool.workers.refresh');
  await workersRow(page, text).first().waitFor();
}

/** Opens *Statements* or *Settings*; resolves when it holds this text. */
export async function openSection(page: Page, section: RegExp, text: string): Promise<void> {
  await toggleRow(page, section);
  await workersRow(page, text).first().waitFor();
  // Then VS Code fetches the section once more, for what it says beside its name.
  await pause(700);
}

/** Puts the explorer in its place. */
export async function hideWorkers(): Promise<void> {
  await vscode.commands.executeCommand('workbench.view.explorer');
}

/**
 * Call in a `describe`: shows the view before each test, with such intervals. After each, queries that it holds are released
 * and the view is hidden, and then nothing may be left: no query, no message, no question.
 */
export function workersSuite(intervalSeconds: number): { readonly held: HeldQueries } {
  const held = new HeldQueries(shopServer(), process.env);

  before(async () => {
    await updateSetting('refreshInterval', intervalSeconds);
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    await closeEverything();
    await showWorkers(await seeWorkbench());
  });

  afterEach(async () => {
    await held.release();
    await hideWorkers();
    await until('the end of every query of ours', async () => (await busySessions()).length === 0 || undefined, 5_000);
    assert.deepEqual(await notifications(), []);
    await vscode.commands.executeCommand('notifications.hideList');
    const page = await seeWorkbench();
    assert.equal(await page.locator('.monaco-dialog-box, .quick-input-widget:visible, .monaco-menu').count(), 0);
  });

  after(async () => {
    await updateSetting('refreshInterval', undefined);
    await closeEverything();
  });

  return { held };
}
