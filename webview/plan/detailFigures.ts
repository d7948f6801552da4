import { formatCost, formatCount, formatMs } from '../../src/plan/figures';
import type { Plan, PlanNode, PlannedQuery } from '../../src/plan/model';
import { inclusiveMs, processesOf, totalRows } from './rows';

/** One labelled figure; `derivation` says what a figure of ours was worked out from, null for one of the server's. */
export interface Figure {
  readonly label: string;
  readonly value: string;
  /** The server's property that it shows; null for one of ours. */
  readonly property: string | null;
  readonly derivation: string | null;
}

/** The figures of a node: what we derived first, then what the server gave. */
export function nodeFigures(plan: Plan, node: PlanNode, locale: string): readonly Figure[] {
  const { actual } = node;
  const figures: (Figure | null)[] = [];
  const add = (label: string, property: string, value: number | null, format: Format): void => {
    figures.push(value === null ? null : { label, value: format(value, locale), property, derivation: null });
  };
  const addDerived = (label: string, value: number | null, format: Format, derivation: string): void => {
    figures.push(value === null ? null : { label, value: format(value, locale), property: null, derivation });
  };
  const count = (value: number): string => formatCount(value, locale);
  if (actual !== null) {
    const share = processesOf(plan, node);
    const divided = share > 1 ? ` ÷ ${count(share)} processes` : '';
    if (actual.loops === 1 && share === 1) {
      add('Total time', 'Actual Total Time', actual.totalMs, formatMs);
      add('Rows', 'Actual Rows', actual.rows, formatCount);
    } else if (actual.loops > 0) {
      const loops = actual.loops === 1 ? '1 loop' : `${count(actual.loops)} loops`;
      const ms = actual.totalMs === null ? '' : formatMs(actual.totalMs, locale);
      addDerived('Total time', inclusiveMs(plan, node), formatMs, `${ms} × ${loops}${divided}`);
      addDerived('Rows', totalRows(node), formatCount, `${count(actual.rows)} × ${loops}`);
      add('Time per loop', 'Actual Total Time', actual.totalMs, formatMs);
      add('Rows per loop', 'Actual Rows', actual.rows, formatCount);
    }
    if (actual.loops > 0) {
      add('Time to first row', 'Actual Startup Time', actual.startupMs, formatMs);
    }
    add('Loops', 'Actual Loops', actual.loops, formatCount);
  }
  add('Planned rows', 'Plan Rows', node.planRows, formatCount);
  add('Planned width', 'Plan Width', node.planWidth, bytes);
  add('Startup cost', 'Startup Cost', node.startupCost, formatCost);
  add('Total cost', 'Total Cost', node.totalCost, formatCost);
  add('Workers planned', 'Workers Planned', node.workersPlanned, formatCount);
  add('Workers launched', 'Workers Launched', node.workersLaunched, formatCount);
  return figures.filter(figure => figure !== null);
}

/** The times of a whole statement. */
export function queryFigures(query: PlannedQuery, locale: string): readonly Figure[] {
  const figure = (label: string, property: string, ms: number | null): readonly Figure[] =>
    ms === null ? [] : [{ label, value: formatMs(ms, locale), property, derivation: null }];
  return [
    ...figure('Planning time', 'Planning Time', query.planningMs),
    ...figure('Execution time', 'Execution Time', query.executionMs),
  ];
}

type Format = (value: number, locale: string) => string;

function bytes(value: number, locale: string): string {
  return `${formatCount(value, locale)}\u00a0B`;
}
