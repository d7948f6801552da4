import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** In whole CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Size of the inside of an element, kept up to date; null before it is in the document. */
export function useElementSize(element: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) {
      return undefined;
    }
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = current;
      setSize(now => (now?.width === width && now.height === height ? now : { width, height }));
    };
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(current);
    return () => {
      resized.disconnect();
    };
  }, [element]);
  return size;
}
