import type { JSX } from 'preact';
import { formatCount, formatMs } from '../../src/plan/figures';
import type { Derived, LeaderFigures } from './leader';

/** The leader in the table of processes, marked as worked out; without figures where they are not certain. */
export function LeaderRow({
  leader,
  columns,
  locale,
}: {
  readonly leader: LeaderFigures | null;
  /** The server's names of the columns behind time, rows and loops. */
  readonly columns: readonly string[];
  readonly locale: string;
}): JSX.Element {
  if (leader === null) {
    return (
      <tr>
        <th scope="row">leader</th>
        <td class="unknown" colSpan={3 + columns.length}>
          not printed by PostgreSQL
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <th scope="row">
        leader <span class="derivation">derived</span>
      </th>
      <DerivedCell figure={leader.totalMs} format={ms => formatMs(ms, locale)} perLoop />
      <DerivedCell figure={leader.rows} format={rows => formatCount(rows, locale)} perLoop />
      <DerivedCell figure={{ value: leader.loops, error: 0 }} format={loops => formatCount(loops, locale)} />
      {columns.map(key => (
        <DerivedCell key={key} figure={leader.properties.get(key) ?? null} format={value => plain(value)} />
      ))}
    </tr>
  );
}

function DerivedCell({
  figure,
  format,
  perLoop = false,
}: {
  readonly figure: Derived | null;
  readonly format: (value: number) => string;
  readonly perLoop?: boolean;
}): JSX.Element {
  if (figure === null) {
    return <td title="Not printed by PostgreSQL for the leader, and not certain from the other figures.">–</td>;
  }
  const { value, error } = figure;
  const origin = `What all processes did less what the workers did${perLoop ? ', for one loop of the leader' : ''}.`;
  const isExact = format(value - error) === format(value + error);
  const accuracy = ` At most ${format(error)} off, since PostgreSQL prints rounded averages.`;
  return (
    <td class="derived" title={isExact ? origin : origin + accuracy}>
      {isExact ? format(value) : `≈\u00a0${format(error >= 0.5 ? Math.round(value) : value)}`}
    </td>
  );
}

/** As PostgreSQL prints the workers' sums: counts whole, milliseconds to the third decimal. */
function plain(value: number): string {
  return String(Number(value.toFixed(3)));
}
