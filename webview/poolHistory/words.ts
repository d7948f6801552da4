import type { HistoryPoint, HistoryPool } from '../../src/page/poolHistoryPage';
import { formatCount, formatMs } from '../../src/plan/figures';
import { assertNever } from '../../src/assertNever';
import { visibleText } from '../kit/visibleText';
import type { Chart, Series, Unit } from './charts';

export function figureText(value: number, unit: Unit, locale: string): string {
  switch (unit) {
    case 'count':
      return formatCount(value, locale);
    case 'ms':
      return formatMs(value, locale);
    case 'perSecond':
      return `${formatCount(value, locale)}/s`;
    default:
      return assertNever(unit);
  }
}

/** What a series says of a point. */
export function seriesText(series: Series, unit: Unit, point: HistoryPoint, locale: string): string {
  const value = series.value(point);
  return value === null ? series.missing(point) : figureText(value, unit, locale);
}

/** The figures of a chart at a moment, as one would say them. */
export function chartSentence(chart: Chart, point: HistoryPoint, locale: string): string {
  const figures = chart.series.map(series => `${series.name} ${seriesText(series, chart.unit, point, locale)}`);
  return `${chart.title}: ${figures.join(', ')}.`;
}

/** A time of day to the second, by the reader's clock. */
export function timeText(atMs: number, locale: string): string {
  return formatter(locale, true).format(atMs);
}

/** A time of day to the minute. */
export function minuteText(atMs: number, locale: string): string {
  return formatter(locale, false).format(atMs);
}

/** What has been seen of the pool, the waiting first: the answer that the charts give in detail. */
export function summary(points: readonly HistoryPoint[], locale: string): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) {
    return '';
  }
  const since = `From ${minuteText(first.atMs, locale)} to ${minuteText(last.atMs, locale)}`;
  const most = highest(points, point => point.clientsWaiting);
  const busiest = highest(points, point => point.serversActive);
  const limit = busiest.poolSize ? ` of ${formatCount(busiest.poolSize, locale)}` : '';
  const inUse = `at most ${formatCount(busiest.serversActive, locale)}${limit} server connections were in use`;
  if (most.clientsWaiting === 0) {
    return `${since} no client was seen waiting; ${inUse}.`;
  }
  const clients = `${formatCount(most.clientsWaiting, locale)} ${most.clientsWaiting === 1 ? 'client' : 'clients'}`;
  const longest = highest(points, point => point.maxWaitUs);
  const wait = formatMs(longest.maxWaitUs / 1000, locale);
  const waited = `${since} up to ${clients} waited, at ${timeText(most.atMs, locale)}`;
  if (longest.maxWaitUs === 0) {
    return `${waited}; ${inUse}.`;
  }
  return longest === most
    ? `${waited}, the longest for ${wait}; ${inUse}.`
    : `${waited}; the longest wait was ${wait}, at ${timeText(longest.atMs, locale)}; ${inUse}.`;
}

/** A pool as the chooser has it. The instance is left out where there is only one. */
export function poolText({ instance, database, user }: HistoryPool, withInstance: boolean): string {
  const pool = `${isolated(database)} / ${isolated(user)}`;
  return withInstance ? `${pool} · ${isolated(instance)}` : pool;
}

export function poolTooltip({ instance, database, user }: HistoryPool): string {
  return `Database ${isolated(database)}, user ${isolated(user)}, on ${isolated(instance)}`;
}

/** In a text, a name whose writing direction turns nothing around it. */
function isolated(name: string): string {
  return `\u2068${visibleText(name)}\u2069`;
}

/** The first of them. */
function highest(points: readonly HistoryPoint[], value: (point: HistoryPoint) => number): HistoryPoint {
  return points.reduce((most, point) => (value(point) > value(most) ? point : most));
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, seconds: boolean): Intl.DateTimeFormat {
  const key = `${locale} ${seconds}`;
  const made =
    formatters.get(key) ??
    new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...(seconds && { second: '2-digit' }) });
  formatters.set(key, made);
  return made;
}
