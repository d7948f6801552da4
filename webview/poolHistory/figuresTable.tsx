import type { JSX } from 'preact';
import type { HistoryPoint } from '../../src/page/poolHistoryPage';
import { memo } from '../kit/memo';
import type { Chart } from './charts';
import { minutesOf } from './minutes';
import { figureText, minuteText } from './words';

export interface FiguresTableProps {
  readonly chart: Chart;
  readonly points: readonly HistoryPoint[];
  readonly locale: string;
}

/** A chart's figures by the minute, newest first. */
export const FiguresTable = memo(function FiguresTable({ chart, points, locale }: FiguresTableProps): JSX.Element {
  return (
    <table>
      <caption class="hidden">
        {chart.title} by the minute{chart.note && `, ${chart.note}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">Minute</th>
          {chart.series.map(series => (
            <th key={series.name} scope="col">
              {series.column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {minutesOf(points, chart.series).map(({ startMs, values, last }) => (
          <tr key={startMs}>
            <th scope="row">{minuteText(startMs, locale)}</th>
            {last === null ? (
              <td class="quiet" colSpan={values.length}>
                no data
              </td>
            ) : (
              chart.series.map(({ name, missing }, index) => {
                const value = values[index] ?? null;
                return <td key={name}>{value === null ? missing(last) : figureText(value, chart.unit, locale)}</td>;
              })
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
});
