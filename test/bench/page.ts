import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { PlanPageState } from '../../src/page/planPage';
import { type PageServer, servePage } from '../browser/pageServer';
import { OpenPlanPage } from '../browser/planPage';
import { stateOf } from '../browser/states';
import { launchBrowser } from '../lab/browser';
import { repositoryFolder } from '../lab/repository';
import type { Bench } from './bench';
import { bigPlan } from './bigPlan';
import { type Figure, figure } from './figure';
import { firstPaintMs, watchFirstPaint } from './firstPaint';
import { percentile, spread } from './measure';
import { countElements, heapBytes, scrollCosts } from './pageCosts';
import { type Pev2Server, servePev2 } from './pev2Page';
import { productionVsix } from './production';

const nodes = 10_000;
const rounds = 3;
const patienceMs = 120_000;
const megabyte = 1_000_000;

/** The plan page with a large plan in a browser, against pev2 with the same plan in the same browser. */
export const page: Bench = {
  name: 'page',
  run: async () => {
    await productionVsix();
    const json = bigPlan(nodes);
    const state = stateOf(json);
    const [browser, server, pev2] = await Promise.all([launchBrowser(), servePage('plan'), servePev2()]);
    try {
      return [...(await firstRows(browser, server, pev2, json, state)), ...(await costs(browser, server, state))];
    } finally {
      pev2.close();
      await server.close();
      await browser.close();
    }
  },
};

async function firstRows(
  browser: Browser,
  server: PageServer,
  pev2: Pev2Server,
  json: string,
  state: PlanPageState,
): Promise<readonly Figure[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  let unfinished = false;
  for (let round = 0; round < rounds; round += 1) {
    const open = await openPlan(browser, server, state);
    ours.push(open.firstRowsMs);
    await open.page.close();
    if (!unfinished) {
      const paintMs = await pev2FirstPaint(browser, pev2, json);
      unfinished = paintMs === null;
      theirs.push(paintMs ?? patienceMs);
    }
  }
  return [
    figure({
      name: `first rows of ${nodes} nodes after the message`,
      value: spread(ours),
      unit: 'ms',
      budget: { of: 'value', atMost: 300 },
    }),
    figure({
      name: 'first rows against pev2',
      value: spread(ours),
      unit: 'ms',
      peer: { name: 'pev2 1.21', value: spread(theirs) },
      budget: { of: 'ratio', atMost: 1 / 50 },
      ...(unfinished && { note: `pev2 showed nothing within ${patienceMs / 1000} s: the ratio is at most this` }),
    }),
  ];
}

interface OpenPlan {
  readonly page: OpenPlanPage;
  readonly firstRowsMs: number;
}

/** A fresh page that has asked for its state, waits, and then gets it. */
async function openPlan(browser: Browser, server: PageServer, state: PlanPageState): Promise<OpenPlan> {
  let answer: (state: PlanPageState) => void = () => undefined;
  const answered = new Promise<PlanPageState>(resolve => (answer = resolve));
  let ask: () => void = () => undefined;
  const asked = new Promise<void>(resolve => (ask = resolve));
  const page = await OpenPlanPage.open(browser, server, {
    state,
    handlers: { ready: () => (ask(), answered) },
  });
  await asked;
  await watchFirstPaint(page.page, '.rows [role=row]');
  answer(state);
  const firstRowsMs = await firstPaintMs(page.page, patienceMs);
  if (firstRowsMs === null) throw new Error('The plan page shows no rows.');
  return { page, firstRowsMs };
}

async function pev2FirstPaint(browser: Browser, pev2: Pev2Server, json: string): Promise<number | null> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 } });
  try {
    const page = await context.newPage();
    await page.goto(pev2.url);
    await watchFirstPaint(page, '.plan-node');
    const posted = page.evaluate(`window.postMessage(${JSON.stringify(json)}, window.origin)`);
    // A page that dies takes its answer with it.
    posted.catch(() => undefined);
    return await firstPaintMs(page, patienceMs);
  } finally {
    await context.close();
  }
}

async function costs(browser: Browser, server: PageServer, state: PlanPageState): Promise<readonly Figure[]> {
  const { page } = await openPlan(browser, server, state);
  try {
    const cdp = await page.page.context().newCDPSession(page.page);
    const atFirst = await countElements(page.page);
    const scrolled = await scrollCosts(page.page, cdp);
    const elements = Math.max(atFirst, scrolled.mostElements);
    const heap = await heapBytes(cdp);
    await page.page.screenshot({ path: path.join(repositoryFolder, 'out', 'bench', 'page.png') });
    const at = (percent: number): number => percentile(scrolled.stepsMs, percent);
    return [
      figure({
        name: 'elements, shadow trees included',
        value: elements,
        unit: 'elements',
        budget: { of: 'value', atMost: 3_000 },
      }),
      figure({
        name: 'heap after a collection',
        value: heap / megabyte,
        unit: 'MB',
        budget: { of: 'value', atMost: 80 },
      }),
      figure({ name: 'scroll step, median', value: spread(scrolled.stepsMs), unit: 'ms' }),
      figure({
        name: 'scroll step, 95th percentile',
        value: at(95),
        unit: 'ms',
        budget: { of: 'value', atMost: 16 },
        note: `script, style and layout of ${scrolled.stepsMs.length} steps of ${scrolled.stepRows} rows each`,
      }),
    ];
  } finally {
    await page.close();
  }
}
