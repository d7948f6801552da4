import { historySpanMs } from '../../src/page/poolHistoryPage';
import type { HistoryPoint } from '../../src/page/poolHistoryPage';

/** The points with later ones added and without those that are too old by then. */
export function withAdded(points: readonly HistoryPoint[], added: readonly HistoryPoint[]): readonly HistoryPoint[] {
  const lastMs = points.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const all = [...points, ...added.filter(({ atMs }) => atMs > lastMs)];
  const oldestMs = (all.at(-1)?.atMs ?? 0) - historySpanMs;
  return all.filter(({ atMs }) => atMs >= oldestMs);
}

/** Index of the point taken nearest to a moment; -1 when there is none. */
export function nearestIndex(points: readonly HistoryPoint[], atMs: number): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const here = points[middle]?.atMs ?? 0;
    const next = points[middle + 1]?.atMs ?? here;
    if (here + next < 2 * atMs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return high;
}

/** A stretch of time in which nothing was taken. */
export interface Gap {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Shorter than this is a late answer, not a gap. */
const shortestGapMs = 10_000;
/** How much longer than its neighbours a pause has to be. */
const outOfStep = 3;

/**
 * Where nothing was taken between two points. How often is looked is not known and changes, as for an instance that is
 * watched in the background; so a pause is a gap when it is far longer than those around it.
 */
export function gapsOf(points: readonly HistoryPoint[]): readonly Gap[] {
  const pauses = points.slice(1).map((point, index) => point.atMs - (points[index]?.atMs ?? 0));
  return pauses.flatMap((pause, index) => {
    if (pause < shortestGapMs) {
      return [];
    }
    const around = [...pauses.slice(Math.max(0, index - 2), index), ...pauses.slice(index + 1, index + 3)];
    const usual = around.sort((one, other) => one - other)[around.length >> 1];
    const [before, after] = [points[index], points[index + 1]];
    return before && after && usual !== undefined && pause > outOfStep * usual
      ? [{ fromMs: before.atMs, untilMs: after.atMs }]
      : [];
  });
}

/** The stretch of time that the charts show. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

const minuteMs = 60_000;
/** In minutes, so that a young history does not stand in a corner, and the scale seldom changes. */
const spans = [5, 10, 30];

export function timeSpanOf(points: readonly HistoryPoint[]): TimeSpan {
  const untilMs = points.at(-1)?.atMs ?? 0;
  const heldMs = untilMs - (points[0]?.atMs ?? untilMs);
  const spanMs = spans.map(minutes => minutes * minuteMs).find(span => heldMs <= span) ?? historySpanMs;
  return { fromMs: untilMs - spanMs, untilMs };
}

/** The full minutes at which the time axis has a mark. */
export function timeTicks({ fromMs, untilMs }: TimeSpan): readonly number[] {
  const stepMs = (untilMs - fromMs > 10 * minuteMs ? 5 : untilMs - fromMs > 5 * minuteMs ? 2 : 1) * minuteMs;
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  return Array.from({ length: Math.floor((untilMs - first) / stepMs) + 1 }, (_, index) => first + index * stepMs);
}
