import type { Size } from '../kit/useElementSize';
import type { TimeSpan } from './points';
import type { Scale } from './scale';

/** Where moments and values are in a chart, in CSS pixels. */
export interface Frame {
  readonly span: TimeSpan;
  readonly scale: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
  /** The moment at a place. */
  readonly atMs: (x: number) => number;
}

const marginPx = { top: 8, right: 8, bottom: 22, left: 52 };

export function frameOf({ width, height }: Size, span: TimeSpan, scale: Scale): Frame {
  const { top, left } = marginPx;
  const right = Math.max(left + 1, width - marginPx.right);
  const bottom = Math.max(top + 1, height - marginPx.bottom);
  const spanMs = span.untilMs - span.fromMs;
  return {
    span,
    scale,
    left,
    right,
    top,
    bottom,
    x: atMs => left + ((right - left) * (atMs - span.fromMs)) / spanMs,
    y: value => bottom - ((bottom - top) * value) / scale.top,
    atMs: x => span.fromMs + (spanMs * (x - left)) / (right - left),
  };
}
