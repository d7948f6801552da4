import type { HistoryPoint } from '../../src/page/poolHistoryPage';
import type { Series } from './charts';

/** What the points of one minute say, a value for each series. */
export interface Minute {
  readonly startMs: number;
  readonly values: readonly (number | null)[];
  /** Null when nothing was taken in it. */
  readonly last: HistoryPoint | null;
}

const minuteMs = 60_000;

/** Newest first, from the last minute to the first without leaving one out. */
export function minutesOf(points: readonly HistoryPoint[], series: readonly Series[]): readonly Minute[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) {
    return [];
  }
  const taken = new Map<number, HistoryPoint[]>();
  for (const point of points) {
    const minute = minuteOf(point);
    const others = taken.get(minute);
    if (others) {
      others.push(point);
    } else {
      taken.set(minute, [point]);
    }
  }
  const newest = minuteOf(last);
  return Array.from({ length: newest - minuteOf(first) + 1 }, (_, index) => {
    const minute = newest - index;
    const those = taken.get(minute) ?? [];
    return {
      startMs: minute * minuteMs,
      values: series.map(each => valueOf(each, those)),
      last: those.at(-1) ?? null,
    };
  });
}

function minuteOf({ atMs }: HistoryPoint): number {
  return Math.floor(atMs / minuteMs);
}

function valueOf({ value, ofMinute }: Series, points: readonly HistoryPoint[]): number | null {
  const values = points.map(value).filter(one => one !== null);
  if (values.length === 0) {
    return null;
  }
  switch (ofMinute) {
    case 'highest':
      return Math.max(...values);
    case 'lowest':
      return Math.min(...values);
    case 'mean':
      return values.reduce((sum, one) => sum + one, 0) / values.length;
  }
}
