import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { rowWindow } from './virtualRows';
import type { RowWindow, Viewport } from './virtualRows';

/** Rows drawn before the height of the page is known. */
const firstGuess = 64;

/** The rows to draw in a scrolling element, kept up to date while it is scrolled or resized. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  headHeight: number,
  rowHeight: number,
  count: number,
): RowWindow {
  const [shown, setShown] = useState<RowWindow>({ first: 0, end: Math.min(count, firstGuess) });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) {
      return undefined;
    }
    const update = (): void => {
      const next = rowWindow(viewportOf(element, headHeight), rowHeight, count);
      setShown(now => (now.first === next.first && now.end === next.end ? now : next));
    };
    update();
    element.addEventListener('scroll', update, { passive: true });
    const resized = new ResizeObserver(update);
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', update);
      resized.disconnect();
    };
  }, [scroller, headHeight, rowHeight, count]);
  return { first: Math.min(shown.first, count), end: Math.min(shown.end, count) };
}

/** What is in sight of a scrolling element below its sticky head. */
export function viewportOf(element: HTMLElement, headHeight: number): Viewport {
  return { scrollTop: element.scrollTop, height: Math.max(0, element.clientHeight - headHeight) };
}
