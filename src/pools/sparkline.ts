import type { HistoryMinute } from './history';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A bar for each value, from 0 to the highest of them; empty when there is nothing but zeros. Null values are gaps. */
export function sparkline(values: readonly (number | null)[]): string {
  const highest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  if (highest <= 0) {
    return '';
  }
  return values.map(value => (value === null ? ' ' : barOf(value / highest))).join('');
}

/** What is not nothing is seen as something. */
function barOf(share: number): string {
  const height = share <= 0 ? 0 : Math.max(1, Math.round(share * (bars.length - 1)));
  return bars[height] ?? bars[0];
}

/** The values minute by minute, so that what shows them changes once a minute; null where nothing is known. */
export function byMinute(
  minutes: readonly HistoryMinute[],
  valueOf: (minute: HistoryMinute) => number,
): readonly (number | null)[] {
  const first = minutes[0]?.minute ?? 0;
  const count = (minutes.at(-1)?.minute ?? first) - first + (minutes.length > 0 ? 1 : 0);
  const values = new Array<number | null>(count).fill(null);
  for (const minute of minutes) {
    values[minute.minute - first] = valueOf(minute);
  }
  return values;
}
