import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { bigPlan } from '../bench/bigPlan';
import type { PlanPageState } from '../../src/page/planPage';
import { stateOf } from './states';
import { planPageSuite } from './suite';

const nodes = 10_000;
const maxElements = 3000;

describe('webview: plan page, 10,000 nodes', () => {
  const suite = planPageSuite();
  let state: PlanPageState;

  before(() => {
    state = stateOf(bigPlan(nodes));
  });

  it('draws no more than what is in sight, wherever one scrolls', async () => {
    const { page } = await suite.open({ state, width: 1600, height: 2000 });
    await page.getByRole('treegrid').waitFor();
    assert.equal(await page.getByRole('treegrid').getAttribute('aria-rowcount'), String(nodes + 1));
    const bottom = nodes * 22;
    for (const top of [0, 11, 5000, bottom / 2, bottom]) {
      await scrollTo(page, top);
      const { elements, firstTop, lastBottom, gridTop, gridBottom } = await measure(page);
      assert.ok(elements <= maxElements, `${elements} elements at ${top}`);
      assert.ok(firstTop <= gridTop && lastBottom >= gridBottom, `rows fill what is in sight at ${top}`);
    }
  });

  it('keeps the selected row for readers of the screen when it is scrolled out of sight', async () => {
    const { page } = await suite.open({ state });
    const grid = page.getByRole('treegrid');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await scrollTo(page, 100_000);
    assert.equal(await page.locator('#row-1[aria-selected=true]').count(), 1);
    assert.equal(await grid.getAttribute('aria-activedescendant'), 'row-1');
    await page.keyboard.press('ArrowDown');
    await page.locator('#row-2[aria-selected=true]').waitFor();
    assert.equal((await measure(page)).scrollTop, 22 * 2, 'the next key comes back to it');
  });

  it('goes to the last row with End and back with Home', async () => {
    const { page } = await suite.open({ state });
    await page.getByRole('treegrid').focus();
    await page.keyboard.press('End');
    const last = page.locator(`#row-${nodes - 1}[aria-selected=true]`);
    await last.waitFor();
    assert.equal(await last.getAttribute('aria-rowindex'), String(nodes + 1));
    const { lastBottom, gridBottom } = await measure(page);
    assert.equal(lastBottom, gridBottom);
    await page.keyboard.press('Home');
    await page.locator('#row-0[aria-selected=true]').waitFor();
    assert.equal((await measure(page)).scrollTop, 0);
  });

  it('pages by what is in sight', async () => {
    const { page } = await suite.open({ state });
    await page.getByRole('treegrid').focus();
    await page.keyboard.press('PageDown');
    const { gridTop, gridBottom } = await measure(page);
    const expected = Math.floor((gridBottom - gridTop) / 22) - 1;
    await page.locator(`#row-${expected}[aria-selected=true]`).waitFor();
  });

  it('closes and opens the root', async () => {
    const { page } = await suite.open({ state });
    await page.getByRole('treegrid').focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('[role=treegrid][aria-rowcount="2"]').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator(`[role=treegrid][aria-rowcount="${nodes + 1}"]`).waitFor();
  });
});

async function scrollTo(page: Page, top: number): Promise<void> {
  await page.evaluate(`new Promise(resolve => {
    document.querySelector('[role=treegrid]').scrollTop = ${top};
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  })`);
}

interface Measures {
  readonly elements: number;
  readonly scrollTop: number;
  readonly firstTop: number;
  readonly lastBottom: number;
  readonly gridTop: number;
  readonly gridBottom: number;
}

/** Positions in the window, of the rows drawn in one piece and of the part of the grid below its head. */
async function measure(page: Page): Promise<Measures> {
  return page.evaluate<Measures>(`(() => {
    const grid = document.querySelector('[role=treegrid]');
    const rows = [...document.querySelectorAll('.rows > .row')];
    const boxes = rows.map(row => row.getBoundingClientRect());
    const box = grid.getBoundingClientRect();
    const head = document.querySelector('.head').getBoundingClientRect();
    const pieces = boxes.filter(({ top, bottom }) => bottom > box.top - 2000 && top < box.bottom + 2000);
    return {
      elements: document.querySelectorAll('*').length,
      scrollTop: grid.scrollTop,
      firstTop: Math.min(...pieces.map(({ top }) => top)),
      lastBottom: Math.max(...pieces.map(({ bottom }) => bottom)),
      gridTop: head.bottom,
      gridBottom: box.top + grid.clientTop + grid.clientHeight,
    };
  })()`);
}
