import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/**
 * Waits in a page for the first element of `selector`, from the moment that the next message is posted to the page. A paint
 * counts when the page gets its next task after the frame: then the frame is on its way to the screen.
 */
export async function watchFirstPaint(page: Page, selector: string): Promise<void> {
  await page.evaluate(`(() => {
    let postedAt = null;
    const post = window.postMessage.bind(window);
    window.postMessage = (message, origin) => {
      postedAt = performance.now();
      window.postMessage = post;
      post(message, origin);
    };
    window.planpoolFirstPaint = new Promise(resolve => {
      const painted = () => {
        const next = new MessageChannel();
        next.port1.onmessage = () => resolve(performance.now() - postedAt);
        next.port2.postMessage(null);
      };
      const observer = new MutationObserver(() => {
        if (!document.querySelector(${JSON.stringify(selector)})) return;
        observer.disconnect();
        requestAnimationFrame(painted);
      });
      observer.observe(document, { childList: true, subtree: true });
    });
  })()`);
}

/** Milliseconds from the message to the first paint, or null when there was none in time or the page died of it. */
export async function firstPaintMs(page: Page, timeoutMs: number): Promise<number | null> {
  const stop = new AbortController();
  const died = new Promise<null>(resolve => page.once('crash', () => resolve(null)));
  const painted = page.evaluate<number>('window.planpoolFirstPaint');
  // It is rejected when the page is closed before its time, and nobody waits for it then.
  painted.catch(() => undefined);
  try {
    return await Promise.race([painted, died, delay(timeoutMs, null, { signal: stop.signal })]);
  } finally {
    stop.abort();
  }
}
