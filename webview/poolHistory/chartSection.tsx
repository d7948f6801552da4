import type { JSX } from 'preact';
import { indexAt } from './cursor';
import type { Series } from './charts';
import { FiguresTable } from './figuresTable';
import { seriesClass } from './lines';
import { Plot } from './plot';
import type { PlotProps } from './plot';
import { seriesText } from './words';

export interface ChartSectionProps extends Omit<PlotProps, 'describedBy'> {
  readonly asTable: boolean;
  readonly onToggle: () => void;
}

/**
 * One chart: its figures at the moment, which are its legend too, and its course as lines or as a table. The table is always
 * there for readers of the screen; the button brings it into sight.
 */
export function ChartSection({ asTable, onToggle, ...plot }: ChartSectionProps): JSX.Element {
  const { chart, points, moment, locale } = plot;
  const headingId = `${chart.id}-heading`;
  const figuresId = `${chart.id}-figures`;
  const point = points[indexAt(points, moment)];
  return (
    <section class="chart" aria-labelledby={headingId}>
      <div class="chartHead">
        <h2 id={headingId}>{chart.title}</h2>
        {chart.note !== '' && <span class="quiet">{chart.note}</span>}
        <button type="button" class="more" aria-describedby={headingId} onClick={onToggle}>
          {asTable ? 'Show as chart' : 'Show as table'}
        </button>
      </div>
      <ul class="legend" id={figuresId}>
        {point &&
          chart.series.map((series, index) => (
            <li key={series.name}>
              <Swatch series={series} index={index} />
              {series.name} <span class="figure">{seriesText(series, chart.unit, point, locale)}</span>
            </li>
          ))}
      </ul>
      {!asTable && <Plot {...plot} describedBy={figuresId} />}
      <div
        class={asTable ? 'figures' : 'hidden'}
        {...(asTable && { tabIndex: 0, role: 'group', 'aria-labelledby': headingId })}
      >
        <FiguresTable chart={chart} points={points} locale={locale} />
      </div>
    </section>
  );
}

/** A piece of the series' line. */
function Swatch({ series, index }: { readonly series: Series; readonly index: number }): JSX.Element {
  return (
    <svg class="swatch" viewBox="0 0 18 10" aria-hidden="true">
      <g class={seriesClass(series, index)}>
        {series.shape === 'area' && <path class="area" d="M0 5H18V10H0Z" />}
        <path class="line" d="M1 5H17" />
      </g>
    </svg>
  );
}
