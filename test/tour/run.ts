// `npm run tour`: does what a new user would do, in the real editor, and leaves numbered screenshots in out/tour.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { workbenchReady } from '../editor/workbench';
import { launchBrowser } from '../lab/browser';
import { type EditorServer, editorUrl, startEditor } from '../lab/editor';
import { repositoryFolder } from '../lab/repository';
import { type Shop, startShop } from '../lab/shop';
import { leftovers } from '../lab/watched';
import { planSteps } from './planSteps';
import { poolsSteps } from './poolsSteps';
import { createTour, tourFolder, type Tour, type TourStep } from './tour';
import { workersSteps } from './workersSteps';

const steps: readonly TourStep[] = [...planSteps, ...workersSteps, ...poolsSteps];
const failures = path.join(repositoryFolder, 'out', 'failures', 'tour');
const stepMs = 20_000;

async function main(): Promise<void> {
  await Promise.all([tourFolder, failures].map(folder => rm(folder, { recursive: true, force: true })));
  await mkdir(tourFolder, { recursive: true });
  const shop = await startShop();
  try {
    const editor = await startEditor({ release: 'minimum', environment: shop.environment });
    console.log(`VS Code ${editor.version}`);
    try {
      await inBrowser(editor, shop);
    } finally {
      await editor.stop();
    }
  } finally {
    await shop.stop();
  }
  for (const leftover of leftovers()) throw new Error(`The tour left something behind: ${leftover}.`);
}

async function inBrowser(editor: EditorServer, shop: Shop): Promise<void> {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, deviceScaleFactor: 1 });
    context.setDefaultTimeout(stepMs);
    await context.tracing.start({ screenshots: true, snapshots: false });
    const page = await context.newPage();
    try {
      await page.goto(editorUrl(editor, { folder: shop.workspace, extension: repositoryFolder }));
      await workbenchReady(page, false);
      await walk(page, shop, editor);
      await context.tracing.stop();
    } catch (error) {
      await keepEvidence(context, page, editor);
      throw error;
    }
  } finally {
    await browser.close();
  }
}

async function walk(page: Page, shop: Shop, editor: EditorServer): Promise<void> {
  const ends: (() => Promise<unknown>)[] = [];
  const tour = createTour(page, shop, editor, end => ends.push(end));
  try {
    await takeSteps(tour);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function takeSteps(tour: Tour): Promise<void> {
  for (const step of steps) {
    const startedMs = Date.now();
    process.stdout.write(`  ${step.title} … `);
    await step.run(tour);
    console.log(`${Date.now() - startedMs} ms`);
  }
  console.log(`Screenshots: ${path.relative(repositoryFolder, tourFolder)}`);
}

async function keepEvidence(context: BrowserContext, page: Page, editor: EditorServer): Promise<void> {
  await mkdir(failures, { recursive: true });
  await page.screenshot({ path: path.join(failures, 'window.png') });
  await writeFile(path.join(failures, 'server.log'), await editor.log());
  await context.tracing.stop({ path: path.join(failures, 'trace.zip') });
  console.log(`failed: see ${path.relative(repositoryFolder, failures)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
