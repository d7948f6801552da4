import type { JSX } from 'preact';
import type { HistoryPoint } from '../../src/page/poolHistoryPage';
import { memo } from '../kit/memo';
import type { Chart, Series } from './charts';
import type { Frame } from './frame';
import { areaPath, linePath, stepPath } from './paths';
import type { Spot } from './paths';
import { timeTicks } from './points';
import type { Gap } from './points';
import { minuteText } from './words';

export interface LinesProps {
  readonly chart: Chart;
  readonly points: readonly HistoryPoint[];
  readonly gaps: readonly Gap[];
  readonly frame: Frame;
  readonly locale: string;
}

/** A gap that is narrower has no room for its words. */
const wordsPx = 56;

/** All of a chart but the cursor, so that the cursor can move without drawing it again. */
export const Lines = memo(function Lines({ chart, points, gaps, frame, locale }: LinesProps): JSX.Element {
  const first = points[0];
  const starts = new Set(gaps.map(({ untilMs }) => untilMs));
  const before: readonly Gap[] =
    first && frame.x(first.atMs) - frame.left > wordsPx ? [{ fromMs: frame.span.fromMs, untilMs: first.atMs }] : [];
  return (
    <g>
      {[...before, ...gaps].map(({ fromMs, untilMs }) => {
        const [from, until] = [frame.x(fromMs), frame.x(untilMs)];
        return (
          <g key={fromMs}>
            <rect class="gap" x={from} y={frame.top} width={until - from} height={frame.bottom - frame.top} />
            {until - from > wordsPx && (
              <text class="tick" x={(from + until) / 2} y={(frame.top + frame.bottom) / 2} text-anchor="middle">
                no data
              </text>
            )}
          </g>
        );
      })}
      {frame.scale.ticks.map(({ value, text }) => (
        <g key={value}>
          <path class={value === 0 ? 'axis' : 'rule'} d={`M${frame.left} ${frame.y(value)}H${frame.right}`} />
          <text class="tick" x={frame.left - 6} y={frame.y(value) + 4} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      {timeTicks(frame.span).map(atMs => (
        <g key={atMs}>
          <path class="axis" d={`M${frame.x(atMs)} ${frame.bottom}v4`} />
          <text class="tick" x={frame.x(atMs)} y={frame.bottom + 16} text-anchor={anchorAt(frame, frame.x(atMs))}>
            {minuteText(atMs, locale)}
          </text>
        </g>
      ))}
      {chart.series.map((series, index) => {
        const spots = spotsOf(series, points, starts, frame);
        return (
          <g key={series.name} class={seriesClass(series, index)}>
            {series.shape === 'area' && <path class="area" d={areaPath(spots, frame.bottom)} />}
            <path class="line" d={series.shape === 'limit' ? stepPath(spots) : linePath(spots)} />
          </g>
        );
      })}
    </g>
  );
});

/** By which the style sheet knows a series, in a chart and in its legend. */
export function seriesClass({ tone, shape }: Series, index: number): string {
  return `${tone} number${index}${shape === 'limit' ? ' limit' : ''}`;
}

function spotsOf(
  series: Series,
  points: readonly HistoryPoint[],
  starts: ReadonlySet<number>,
  frame: Frame,
): readonly Spot[] {
  return points.map(point => {
    const value = series.value(point);
    return {
      x: frame.x(point.atMs),
      y: value === null ? null : frame.y(value),
      afterGap: starts.has(point.atMs),
    };
  });
}

/** Labels at the ends stay within the chart. */
function anchorAt(frame: Frame, x: number): 'start' | 'middle' | 'end' {
  if (x - frame.left < 16) {
    return 'start';
  }
  return frame.right - x < 16 ? 'end' : 'middle';
}
