import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PoolHistoryState } from '../../src/page/poolHistoryPage';
import { memo } from '../kit/memo';
import { useDelayed } from '../kit/useDelayed';
import { visibleText } from '../kit/visibleText';
import { charts } from './charts';
import type { Chart } from './charts';
import { ChartSection } from './chartSection';
import { indexAt, momentAfterKey } from './cursor';
import type { Moment } from './cursor';
import { Header } from './header';
import { readKept } from './kept';
import type { Kept } from './kept';
import { gapsOf } from './points';
import { chartSentence, summary } from './words';

export interface PoolHistoryAppProps {
  readonly state: PoolHistoryState;
  readonly kept: unknown;
  readonly keep: (state: Kept) => void;
  /** A failed request of the page; one sentence or null. */
  readonly failure: string | null;
  readonly onChoose: (poolId: string) => void;
  readonly locale: string;
}

/** While keys follow each other faster than this, only the moments are read out; the figures when they stop. */
const readOutAfterMs = 400;

/** The pool history page once it has a state to show. All charts share one cursor. */
export function PoolHistoryApp({ state, kept, keep, failure, onChoose, locale }: PoolHistoryAppProps): JSX.Element {
  const { points } = state;
  const [first] = useState(() => readKept(kept));
  /** Where the reader has put the cursor, and where the pointer only passes. */
  const [chosen, setChosen] = useState<Moment>(first.moment);
  const [pointed, setPointed] = useState<number | null>(null);
  const [tables, setTables] = useState(first.tables);
  const [readOut, setReadOut] = useState('');
  const chartsElement = useRef<HTMLDivElement>(null);
  const inHand = useRef<Chart | null>(null);
  const moment = pointed ?? chosen;
  const index = indexAt(points, moment);
  const point = points[index];
  const gaps = useMemo(() => gapsOf(points), [points]);
  const verdict = useMemo(() => summary(points, locale), [points, locale]);

  useEffect(() => {
    keep({ moment: chosen, tables });
  }, [keep, chosen, tables]);
  const readOutSoon = useDelayed(() => {
    setReadOut(point && inHand.current ? chartSentence(inHand.current, point, locale) : '');
  }, readOutAfterMs);
  const choose = (chart: Chart, next: Moment): void => {
    inHand.current = chart;
    setPointed(null);
    setChosen(next);
    readOutSoon();
  };
  /** The point nearest to a place, so that the cursor does not move from it when the axis does. */
  const snapped = (atMs: number): number => points[indexAt(points, atMs)]?.atMs ?? atMs;
  const follow = (): void => {
    setChosen('latest');
    // The button goes; the focus would go with it.
    chartsElement.current?.focus();
  };

  return (
    <main class="page">
      <h1 class="hidden">Pool history</h1>
      <Header
        state={state}
        failed={failure !== null}
        point={point}
        isLatest={index === points.length - 1}
        onChoose={onChoose}
        onFollow={chosen === 'latest' ? null : follow}
        locale={locale}
      />
      {(failure !== null || verdict !== '') && (
        <section class="messages" aria-label="Summary">
          {failure !== null && (
            <p role="alert" class="message failure">
              {visibleText(failure)}
            </p>
          )}
          {verdict !== '' && <p class="verdict">{verdict}</p>}
        </section>
      )}
      {points.length === 0 ? (
        <p class="empty">
          Nothing has been taken of this pool in the last 30 minutes. Figures are taken while the Pools view is in
          sight, and all the time of an instance that is watched.
        </p>
      ) : (
        <div ref={chartsElement} class="charts" tabIndex={-1}>
          {charts.map(chart => (
            <ChartSection
              key={chart.id}
              chart={chart}
              points={points}
              gaps={gaps}
              moment={moment}
              locale={locale}
              asTable={tables.includes(chart.id)}
              onToggle={() => {
                setTables(now => (now.includes(chart.id) ? now.filter(id => id !== chart.id) : [...now, chart.id]));
              }}
              onPoint={atMs => {
                setPointed(atMs === null ? null : snapped(atMs));
              }}
              onClick={atMs => {
                choose(chart, snapped(atMs));
              }}
              onKey={key => {
                const next = momentAfterKey(key, points, moment);
                if (next !== null) {
                  choose(chart, next);
                }
                return next !== null;
              }}
            />
          ))}
        </div>
      )}
      <ReadOut text={readOut} />
    </main>
  );
}

/** Drawn only when there is something new to say: a touched text could be read out again. */
const ReadOut = memo(function ReadOut({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="hidden" aria-live="polite">
      {text}
    </p>
  );
});
