import type { HistoryPoint } from '../../src/page/poolHistoryPage';
import { nearestIndex } from './points';

/** The moment that the reader looks at: a point's, or the latest there is, whichever that comes to be. */
export type Moment = number | 'latest';

const minuteMs = 60_000;

/** Index of the point that a moment means; -1 when there are no points. */
export function indexAt(points: readonly HistoryPoint[], moment: Moment): number {
  return moment === 'latest' ? points.length - 1 : nearestIndex(points, moment);
}

/** The moment after a key was pressed; null when the key means nothing. */
export function momentAfterKey(key: string, points: readonly HistoryPoint[], moment: Moment): Moment | null {
  const index = indexAt(points, moment);
  const nowMs = points[index]?.atMs;
  if (nowMs === undefined) {
    return null;
  }
  const step = (by: number): Moment => points[Math.max(0, Math.min(points.length - 1, index + by))]?.atMs ?? nowMs;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return step(-1);
    case 'ArrowRight':
    case 'ArrowUp':
      return step(1);
    case 'PageDown':
      return points.findLast(({ atMs }) => atMs <= nowMs - minuteMs)?.atMs ?? step(-points.length);
    case 'PageUp':
      return points.find(({ atMs }) => atMs >= nowMs + minuteMs)?.atMs ?? step(points.length);
    case 'Home':
      return step(-points.length);
    case 'End':
    case 'Escape':
      return 'latest';
    default:
      return null;
  }
}
