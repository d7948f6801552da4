import { formatCost, formatCount, formatMs } from '../../src/plan/figures';
import { visibleText } from '../kit/visibleText';
import type { Metric, Row, RowRegion } from './rows';

/** An estimate this many times too high or too low is stressed. */
const farOff = 10;
const none = '–';

export function amountText(metric: Metric, amount: number | null, locale: string): string {
  if (amount === null) {
    return none;
  }
  return metric === 'ms' ? formatMs(amount, locale) : formatCost(amount, locale);
}

export function countText(count: number | null, locale: string): string {
  return count === null ? none : formatCount(count, locale);
}

export function plannedText(row: Row, locale: string): string {
  return row.plannedRows === null
    ? none
    : `${formatCount(row.plannedRows, locale)}${row.plannedEach ? '\u00a0each' : ''}`;
}

/** How far the plan's row estimate was off, such as `3.2×` with a sentence; null where it cannot be said. */
export interface EstimateError {
  readonly text: string;
  readonly sentence: string;
  readonly isFarOff: boolean;
}

export function estimateError(ratio: number | null, locale: string): EstimateError | null {
  if (ratio === null) {
    return null;
  }
  const factor = Math.max(ratio, 1 / ratio);
  const figure = new Intl.NumberFormat(locale, { maximumSignificantDigits: factor < 10 ? 2 : 3 }).format(factor);
  if (factor < 1.05) {
    return { text: '', sentence: 'as many rows as planned', isFarOff: false };
  }
  return {
    text: `${ratio > 1 ? '↑' : '↓'}${figure}×`,
    sentence: ratio > 1 ? `${figure} times more rows than planned` : `${figure} times fewer rows than planned`,
    isFarOff: factor >= farOff,
  };
}

/** What the processes column says of a row. */
export interface ProcessesText {
  readonly text: string;
  /** Fewer workers ran than were planned. */
  readonly isShort: boolean;
}

export function processesText({ node, region }: Row): ProcessesText {
  const { workersPlanned, workersLaunched } = node;
  if (workersPlanned !== null) {
    const planned = `${workersPlanned} planned`;
    return workersLaunched === null
      ? { text: planned, isShort: false }
      : { text: `${planned} · ${workersLaunched} launched`, isShort: workersLaunched < workersPlanned };
  }
  return { text: region === null || region.isGather ? '' : processes(region.processes), isShort: false };
}

export function processes(count: number): string {
  return count === 1 ? '1 process' : `${count} processes`;
}

/** Who the processes of a region are, such as `3 processes: 2 workers and the leader`, as far as the plan tells. */
export function processesSentence({ processes: count, workers, measured }: RowRegion): string {
  const all = measured ? processes(count) : `${processes(count)} planned`;
  if (workers === null || (count !== workers && count !== workers + 1)) {
    return all;
  }
  if (workers === 0) {
    return `${all}: the leader, without a worker`;
  }
  const them = workers === 1 ? '1 worker' : `${workers} workers`;
  return `${all}: ${them} ${count === workers ? 'without' : 'and'} the leader`;
}

/** Everything a row shows, in words and in the order of its columns: its accessible name. */
export function rowLabel(row: Row, metric: Metric, locale: string): string {
  const { node, region } = row;
  const error = estimateError(row.rowsRatio, locale);
  const { text, isShort } = processesText(row);
  const parts = [
    [node.subplanName, node.name, node.object].filter(part => part !== null).join(' '),
    region && `parallel, ${processes(region.processes)}`,
    row.neverExecuted && 'never executed',
    row.amount !== null && `${metric === 'ms' ? 'time' : 'cost'} ${amountText(metric, row.amount, locale)}`,
    row.rows !== null && `${countText(row.rows, locale)} rows`,
    row.plannedRows !== null && `${plannedText(row, locale)} planned`,
    error?.sentence,
    node.workersPlanned !== null && `workers ${text}${isShort ? ', fewer than planned' : ''}`,
  ];
  return visibleText(parts.filter(part => typeof part === 'string').join(', '));
}

/** An object as the tree shows it: without `public.`, which VERBOSE puts before most names. Tooltip and details have it whole. */
export function objectInTree(object: string): string {
  return object.replace(/(^| on )public\./, '$1');
}
