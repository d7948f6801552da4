import type { Frame, Page } from 'playwright-core';
import { palette, pick, planFrame, quickPickRow } from '../editor/workbench';
import type { Tour, TourStep } from './tour';

/** The second statement of 02-aggregate.sql, by a line of its own. */
const statementLine = 'GROUP BY ship_country, status';

/** The main job: explain a statement under different override sets. */
export const planSteps: readonly TourStep[] = [
  { title: 'opens the sample folder', run: openFolder },
  { title: 'opens a file and sees the lenses', run: openFile },
  { title: 'explains with a click on a lens', run: explainByLens },
  { title: 'selects a step of the plan', run: selectRow },
  { title: 'plans the statement again under Serial', run: tour => runWith(tour, 'Serial', 0) },
  { title: 'plans the statement again under Eager', run: tour => runWith(tour, 'Eager', 1) },
  { title: 'chooses an override set from the status bar', run: chooseFromStatusBar },
  { title: 'measures with Explain Analyze from the palette', run: analyze },
  { title: 'makes a mistake and sees it marked', run: mistake },
  { title: 'sees the plan in every theme', run: themes },
];

async function openFolder({ page, shot }: Tour): Promise<void> {
  await explorerFile(page, '02-aggregate.sql').waitFor();
  await shot('folder');
}

async function openFile({ page, shot }: Tour): Promise<void> {
  await explorerFile(page, '02-aggregate.sql').dblclick();
  await lens(page, 'Explain').nth(1).waitFor();
  await statusBarItem(page, 'planpool').waitFor();
  await shot('lenses');
}

async function explainByLens({ page, shot }: Tour): Promise<void> {
  await lens(page, 'Explain').nth(1).click();
  const frame = await planFrame(page);
  await row(frame, 'Parallel Seq Scan').first().waitFor();
  await shot('plan');
}

async function selectRow({ page, shot }: Tour): Promise<void> {
  const frame = await planFrame(page);
  await row(frame, 'Parallel Seq Scan').first().click();
  await frame.locator('[role=row][aria-selected=true]', { hasText: 'Parallel Seq Scan' }).waitFor();
  await shot('selected-row');
}

async function runWith({ page, shot }: Tour, overrideSet: string, gathers: 0 | 1): Promise<void> {
  const frame = await planFrame(page);
  await frame.getByRole('combobox', { name: 'Override set' }).click();
  await frame.getByRole('option', { name: overrideSet, exact: true }).click();
  await frame.getByRole('button', { name: 'Run again' }).waitFor();
  const gather = row(frame, 'Gather').first();
  await gather.waitFor({ state: gathers === 0 ? 'detached' : 'attached' });
  await shot(`plan-${overrideSet.toLowerCase()}`);
}

async function chooseFromStatusBar({ page, shot }: Tour): Promise<void> {
  const item = statusBarItem(page, 'planpool');
  await item.filter({ hasText: 'Eager' }).click();
  await quickPickRow(page, 'Server defaults').waitFor();
  await shot('override-sets');
  await pick(page, 'Server defaults');
  await item.filter({ hasText: 'Server defaults' }).waitFor();
}

async function analyze({ page, shot }: Tour): Promise<void> {
  await page.locator('.view-line', { hasText: statementLine }).click();
  await palette(page, 'Planpool: Explain Analyze');
  const frame = await planFrame(page);
  await frame.locator('[role=columnheader]', { hasText: 'rows' }).first().waitFor();
  await row(frame, 'launched').first().waitFor();
  await shot('analyzed');
}

async function mistake({ page, shot }: Tour): Promise<void> {
  await explorerFile(page, '01-scan.sql').dblclick();
  await page.locator('.view-line', { hasText: 'LIKE' }).first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nSELECT order_id, totl FROM orders;');
  await page.locator('.view-line', { hasText: 'totl' }).click();
  await palette(page, 'Planpool: Explain');
  await page.locator('.squiggly-error').first().waitFor();
  await page.keyboard.press('F8');
  await page.locator('.marker-widget', { hasText: 'totl' }).first().waitFor();
  await shot('mistake');
  await page.keyboard.press('Escape');
  await palette(page, 'File: Revert File');
  await palette(page, 'View: Close Editor');
}

/** By the class that VS Code gives to the body of a webview. */
const themeLabels: readonly (readonly [label: string, bodyClass: string])[] = [
  ['Light Modern', 'vscode-light'],
  ['Dark High Contrast', 'vscode-high-contrast'],
  ['Light High Contrast', 'vscode-high-contrast-light'],
  ['Dark Modern', 'vscode-dark'],
];

async function themes({ page, shot }: Tour): Promise<void> {
  await palette(page, 'View: Toggle Primary Side Bar Visibility');
  await page.locator('.tab', { hasText: 'Plan ·' }).click();
  await palette(page, 'View: Toggle Maximize Editor Group');
  for (const [label, bodyClass] of themeLabels) {
    await palette(page, 'Preferences: Color Theme');
    await pick(page, label);
    const frame = await planFrame(page);
    await frame.locator(`body.${bodyClass}`).waitFor();
    await shot(`theme-${label.toLowerCase().replaceAll(' ', '-')}`);
  }
}

function explorerFile(page: Page, name: string) {
  return page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
}

function lens(page: Page, title: string) {
  return page.locator('.codelens-decoration').getByRole('button', { name: title, exact: true });
}

function statusBarItem(page: Page, extension: string) {
  return page.locator(`.statusbar-item[id^="${extension}"]`);
}

function row(frame: Frame, text: string) {
  return frame.locator('[role=row]', { hasText: text });
}
