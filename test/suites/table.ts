import type { SuiteResult } from './runSuite';

const columns = ['suite', 'passed', 'failed', 'skipped', 'seconds'] as const;

/** The results as a table of plain text, with a line for everything that was skipped. */
export function resultTable(results: readonly SuiteResult[]): string {
  const rows = results.map(({ name, passed, failed, skipped, durationMs }) => [
    name,
    String(passed),
    String(failed),
    String(skipped.length),
    (durationMs / 1_000).toFixed(1),
  ]);
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map(row => row[index]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!))).join('  ');
  const skipped = results.flatMap(result =>
    result.skipped.map(({ title, reason }) => `skipped: ${result.name}: ${title}: ${reason}`),
  );
  return [line(columns), ...rows.map(line), ...skipped].join('\n');
}

/** `N passed, N failed, N skipped`. */
export function totals(results: readonly SuiteResult[]): string {
  const sum = (count: (result: SuiteResult) => number): number => results.reduce((all, one) => all + count(one), 0);
  const failed = sum(result => result.failed);
  return `${sum(result => result.passed)} passed, ${failed} failed, ${sum(result => result.skipped.length)} skipped`;
}
