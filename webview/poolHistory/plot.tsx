import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { HistoryPoint } from '../../src/page/poolHistoryPage';
import { useElementSize } from '../kit/useElementSize';
import type { Chart } from './charts';
import { indexAt } from './cursor';
import type { Moment } from './cursor';
import { frameOf } from './frame';
import type { Frame } from './frame';
import { Lines } from './lines';
import { timeSpanOf } from './points';
import type { Gap } from './points';
import { scaleOf } from './scale';
import { timeText } from './words';

export interface PlotProps {
  readonly chart: Chart;
  readonly points: readonly HistoryPoint[];
  readonly gaps: readonly Gap[];
  readonly moment: Moment;
  /** Id of the element with the figures of the moment. */
  readonly describedBy: string;
  readonly locale: string;
  /** The moment under the pointer; null when it has left. */
  readonly onPoint: (atMs: number | null) => void;
  readonly onClick: (atMs: number) => void;
  /** True when the key meant something. */
  readonly onKey: (key: string) => boolean;
}

/** A chart as lines over time, with the cursor as a slider: what is drawn is for the eye, the slider says the moment. */
export function Plot({
  chart,
  points,
  gaps,
  moment,
  describedBy,
  locale,
  onPoint,
  onClick,
  onKey,
}: PlotProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const size = useElementSize(element);
  const frame = useMemo(
    () => size && frameOf(size, timeSpanOf(points), scaleOf(chart, points, locale)),
    [size, points, chart, locale],
  );
  const index = indexAt(points, moment);
  const point = points[index];
  const pointTo = (event: MouseEvent, tell: (atMs: number) => void): void => {
    if (frame && element.current) {
      tell(frame.atMs(event.clientX - element.current.getBoundingClientRect().left));
    }
  };
  return (
    <div
      ref={element}
      class="plot"
      role="slider"
      tabIndex={0}
      aria-label={`${chart.title} over time`}
      aria-describedby={describedBy}
      aria-valuemin={0}
      aria-valuemax={points.length - 1}
      aria-valuenow={index}
      aria-valuetext={point && timeText(point.atMs, locale) + (index === points.length - 1 ? ', latest' : '')}
      onPointerMove={event => {
        pointTo(event, onPoint);
      }}
      onPointerLeave={() => {
        onPoint(null);
      }}
      onClick={event => {
        pointTo(event, onClick);
      }}
      onKeyDown={event => {
        if (!event.ctrlKey && !event.altKey && !event.metaKey && onKey(event.key)) {
          event.preventDefault();
        }
      }}
    >
      {size && frame && (
        <svg width={size.width} height={size.height} aria-hidden="true">
          <Lines chart={chart} points={points} gaps={gaps} frame={frame} locale={locale} />
          {point && <Cursor chart={chart} point={point} frame={frame} />}
        </svg>
      )}
    </div>
  );
}

function Cursor({
  chart,
  point,
  frame,
}: {
  readonly chart: Chart;
  readonly point: HistoryPoint;
  readonly frame: Frame;
}): JSX.Element {
  const x = frame.x(point.atMs);
  return (
    <g>
      <path class="cursor" d={`M${x} ${frame.top}V${frame.bottom}`} />
      {chart.series.map(({ name, tone, value }) => {
        const here = value(point);
        return here !== null && <circle key={name} class={`spot ${tone}`} cx={x} cy={frame.y(here)} r={3} />;
      })}
    </g>
  );
}
