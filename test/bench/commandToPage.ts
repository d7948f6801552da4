import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { planFrame, workbenchReady } from '../editor/workbench';
import { launchBrowser } from '../lab/browser';
import { editorUrl, startEditor } from '../lab/editor';
import type { Shop } from '../lab/shop';
import { removeFolder } from '../lab/watched';
import { type Figure, figure } from './figure';
import { emptyExtension } from './inHost';
import { spread } from './measure';
import { productionVsix } from './production';

const warmUp = 4;
const measured = 20;
const patienceMs = 30_000;

/** From the click on a lens to the painted page, in the oldest editor that we support, with everything warm. */
export async function commandToPage(shop: Shop, serverMs: number): Promise<readonly Figure[]> {
  const vsix = await productionVsix();
  const extension = await emptyExtension();
  try {
    const editor = await startEditor({ release: 'minimum', environment: shop.environment, vsix });
    try {
      const browser = await launchBrowser();
      try {
        const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
        const openFile = path.join(shop.workspace, '03-join.sql');
        await page.goto(editorUrl(editor, { folder: shop.workspace, extension, openFile }));
        await workbenchReady(page, true);
        return figures(await clickToPaint(page), serverMs, editor.version);
      } finally {
        await browser.close();
      }
    } finally {
      await editor.stop();
    }
  } finally {
    await removeFolder(extension);
  }
}

function figures(times: readonly number[], serverMs: number, version: string): readonly Figure[] {
  return [
    figure({
      name: 'lens to painted page, without the server',
      value: spread(times.map(ms => ms - serverMs)),
      unit: 'ms',
      budget: { of: 'value', atMost: 150 },
      note: `${times.length} times in VS Code ${version}, whose window and page share one browser`,
    }),
  ];
}

/** Two lenses in turn, so that there is something new to paint each time. */
async function clickToPaint(page: Page): Promise<readonly number[]> {
  const lenses = page.locator('.codelens-decoration a', { hasText: /^Explain$/ });
  await lenses.nth(1).click();
  const frame = await planFrame(page);
  await watchClicks(page);
  const times: number[] = [];
  for (let time = 0; time < warmUp + measured; time += 1) {
    await watchNextPaint(frame);
    await lenses.nth(time % 2).click();
    const paintedAt = await frame.evaluate<number>('window.planpoolNextPaint');
    const clickedAt = await page.evaluate<number>('window.planpoolClickedAt');
    if (time >= warmUp) times.push(paintedAt - clickedAt);
  }
  return times;
}

/** The same clock in every frame. */
const now = 'performance.timeOrigin + performance.now()';

/** The editor runs a lens's command when the button is let go. */
async function watchClicks(page: Page): Promise<void> {
  await page.evaluate(`addEventListener('mouseup', () => { window.planpoolClickedAt = ${now}; }, true)`);
}

/** The rows become others for nothing but a new run here. A frame is on its way to the screen when the page gets its next task. */
async function watchNextPaint(frame: Frame): Promise<void> {
  await frame.evaluate(`(() => {
    const rows = () => document.querySelector('.rows')?.textContent ?? '';
    const before = rows();
    window.planpoolNextPaint = new Promise((resolve, reject) => {
      const painted = () => {
        const next = new MessageChannel();
        next.port1.onmessage = () => resolve(${now});
        next.port2.postMessage(null);
      };
      const observer = new MutationObserver(() => {
        if (rows() === '' || rows() === before) return;
        observer.disconnect();
        requestAnimationFrame(painted);
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
      setTimeout(() => reject(new Error('No other plan was painted.')), ${patienceMs});
    });
    window.planpoolNextPaint.catch(() => undefined);
  })()`);
}
