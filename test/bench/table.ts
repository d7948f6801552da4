import type { Figure } from './figure';

const columns = ['figure', 'value', 'spread', 'peer', 'ratio', 'budget', 'within'] as const;

/** All figures as one table of plain text; below it the notes, and what is outside of its budget. */
export function figureTable(benches: ReadonlyMap<string, readonly Figure[]>): string {
  const named = [...benches].flatMap(([bench, figures]) =>
    figures.map(one => ({ ...one, name: `${bench}: ${one.name}` })),
  );
  const rows = named.map(cellsOf);
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map(row => row[index]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!)))
      .join('  ')
      .trimEnd();
  const notes = named.flatMap(({ name, note }) => (note === null ? [] : [`${name}: ${note}`]));
  return [line(columns), ...rows.map(line), ...notes, judgement(named)].join('\n');
}

function judgement(figures: readonly Figure[]): string {
  const judged = figures.filter(({ within }) => within !== null);
  const outside = judged.filter(({ within }) => within === false);
  return outside.length === 0
    ? `All ${judged.length} budgets are kept.`
    : `OUTSIDE OF THE BUDGET, ${outside.length} of ${judged.length}:\n${outside.map(({ name }) => `  ${name}`).join('\n')}`;
}

function cellsOf({ name, value, spread, unit, peer, peerValue, ratio, budget, within }: Figure): readonly string[] {
  const limit = budget === null ? '' : `≤ ${short(budget.atMost)} ${budget.of === 'ratio' ? '×' : unit}`;
  return [
    name,
    `${short(value)} ${unit}`,
    spread === null ? '' : `${short(spread[0])}–${short(spread[1])}`,
    peer === null || peerValue === null ? '' : `${peer} ${short(peerValue)} ${unit}`,
    ratio === null ? '' : `${short(ratio)} ×`,
    limit,
    within === null ? '' : within ? 'yes' : 'NO',
  ];
}

/** Three digits that count. */
function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
