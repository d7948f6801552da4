import { formatCost, formatCount, formatMs } from '../../src/plan/figures';
import type { Plan, PlanNode, PlannedQuery } from '../../src/plan/model';
import { inclusiveMs, processesOf, totalRows } from './rows';

/** One labelled figure; `derivation` says what a figure of ours was worked out from, null for one of the server's. */
export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly derivation: string | null;
}

/** The figures of a node: what we derived first, then what the server gave. */
export function nodeFigures(plan: Plan, node: PlanNode, locale: string): readonly Figure[] {
  const { actual } = node;
  const figures: (Figure | null)[] = [];
  const add = (label: string, value: number | null, format: Format, derivation: string | null = null): void => {
    figures.push(value === null ? null : { label, value: format(value, locale), derivation });
  };
  const count = (value: number): string => formatCount(value, locale);
  if (actual !== null) {
    const share = processesOf(plan, node);
    const divided = share > 1 ? ` ÷ ${count(share)} processes` : '';
    const isDerived = actual.loops !== 1;
    if (actual.loops > 0) {
      const ms = actual.totalMs === null ? null : formatMs(actual.totalMs, locale);
      const loops = `${count(actual.loops)} loops`;
      add(
        'Total time',
        inclusiveMs(plan, node),
        formatMs,
        isDerived && ms !== null ? `${ms} × ${loops}${divided}` : null,
      );
      add('Rows', totalRows(node), formatCount, isDerived ? `${count(actual.rows)} × ${loops}` : null);
      if (isDerived) {
        add('Time per loop', actual.totalMs, formatMs);
        add('Rows per loop', actual.rows, formatCount);
      }
      add('Time to first row', actual.startupMs, formatMs);
    }
    add('Loops', actual.loops, formatCount);
  }
  add('Planned rows', node.planRows, formatCount);
  add('Planned width', node.planWidth, bytes);
  add('Startup cost', node.startupCost, formatCost);
  add('Total cost', node.totalCost, formatCost);
  add('Workers planned', node.workersPlanned, formatCount);
  add('Workers launched', node.workersLaunched, formatCount);
  return figures.filter(figure => figure !== null);
}

/** The times of a whole statement. */
export function queryFigures(query: PlannedQuery, locale: string): readonly Figure[] {
  const figure = (label: string, ms: number | null): readonly Figure[] =>
    ms === null ? [] : [{ label, value: formatMs(ms, locale), derivation: null }];
  return [...figure('Planning time', query.planningMs), ...figure('Execution time', query.executionMs)];
}

type Format = (value: number, locale: string) => string;

function bytes(value: number, locale: string): string {
  return `${formatCount(value, locale)}\u00a0B`;
}
