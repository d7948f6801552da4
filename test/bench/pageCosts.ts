import type { CDPSession, Page } from 'playwright-core';
import { rowHeightPx } from '../../webview/plan/layout';

const steps = 150;
const stepRows = 12;

export interface ScrollCosts {
  /** Of each step: script, style and layout until the next frame but one. */
  readonly stepsMs: readonly number[];
  readonly stepRows: number;
  readonly mostElements: number;
}

/** Scrolls the tree down step by step, each time far enough that new rows have to be drawn. */
export async function scrollCosts(page: Page, cdp: CDPSession): Promise<ScrollCosts> {
  await cdp.send('Performance.enable');
  const stepsMs: number[] = [];
  let mostElements = 0;
  for (let step = 0; step < steps; step += 1) {
    const before = await workMs(cdp);
    await page.evaluate(`new Promise(resolve => {
      document.querySelector('[role=treegrid]').scrollTop += ${stepRows * rowHeightPx};
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    })`);
    stepsMs.push((await workMs(cdp)) - before);
    mostElements = Math.max(mostElements, await countElements(page));
  }
  return { stepsMs, stepRows, mostElements };
}

async function workMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const seconds = (name: string): number => metrics.find(metric => metric.name === name)?.value ?? NaN;
  return (seconds('ScriptDuration') + seconds('RecalcStyleDuration') + seconds('LayoutDuration')) * 1000;
}

/** Also those inside of the controls' shadow trees. */
export function countElements(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const count = root => [...root.querySelectorAll('*')]
      .reduce((sum, element) => sum + 1 + (element.shadowRoot ? count(element.shadowRoot) : 0), 0);
    return count(document);
  })()`);
}

/** Bytes in use when everything that can go has gone. */
export async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize;
}
