import type { HistoryPoint } from '../../src/page/poolHistoryPage';
import { formatCount } from '../../src/plan/figures';
import type { Chart, Unit } from './charts';

/** The axis of values: from 0 to `top`, with marks. */
export interface Scale {
  readonly top: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** A chart of less than this looks like one of nothing, not like one of a lot. */
const leastTop: Readonly<Record<Unit, number>> = { count: 4, ms: 10, perSecond: 1 };
const roughTicks = 3;

export function scaleOf(chart: Chart, points: readonly HistoryPoint[], locale: string): Scale {
  let highest = leastTop[chart.unit];
  for (const { value } of chart.series) {
    for (const point of points) {
      highest = Math.max(highest, value(point) ?? 0);
    }
  }
  const { size, name } = chart.unit === 'ms' ? timeUnit(highest) : { size: 1, name: '' };
  const step = roundStep(highest / size / roughTicks, chart.unit === 'count');
  const steps = Math.ceil(highest / size / step);
  const format = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  return {
    top: steps * step * size,
    ticks: Array.from({ length: steps + 1 }, (_, index) => {
      const figure = index * step;
      const text = Number.isInteger(figure) ? formatCount(figure, locale) : format.format(figure);
      return { value: figure * size, text: index === 0 ? '0' : text + name };
    }),
  };
}

/** The next of 1, 2, 5, 10, 20, … */
function roundStep(atLeast: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const step = ([1, 2, 5].find(digit => digit * power >= atLeast) ?? 10) * power;
  return whole ? Math.max(1, step) : step;
}

function timeUnit(ms: number): { readonly size: number; readonly name: string } {
  if (ms >= 120_000) {
    return { size: 60_000, name: '\u00a0min' };
  }
  return ms >= 1000 ? { size: 1000, name: '\u00a0s' } : { size: 1, name: '\u00a0ms' };
}
