import type { JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PlanPageState } from '../../src/page/planPage';
import type { Plan } from '../../src/plan/model';
import { useDelayed } from '../kit/useDelayed';
import { Details } from './details';
import { Header } from './header';
import { keptView, readKept, toKept } from './kept';
import type { Kept } from './kept';
import { Messages } from './messages';
import { carriedOver } from './tree';
import type { TreeView } from './tree';
import { TreeGrid } from './treeGrid';

export interface PlanAppProps {
  readonly state: PlanPageState;
  readonly plan: Plan;
  readonly verdict: string;
  readonly kept: unknown;
  readonly keep: (state: Kept) => void;
  /** A failed request of the page itself; one sentence or null. */
  readonly requestFailure: string | null;
  readonly onRun: (runId: string, overrideSet: string) => void;
  readonly onCancel: (runId: string) => void;
  readonly locale: string;
}

/** The plan page once it has a state to show. */
export function PlanApp({
  state,
  plan,
  verdict,
  kept,
  keep,
  requestFailure,
  onRun,
  onCancel,
  locale,
}: PlanAppProps): JSX.Element {
  const { run, status } = state;
  const scroller = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [chosen, setChosen] = useState(status.chosenOverrideSet);
  const [first] = useState(() => keptView(readKept(kept), run.id, plan));
  const [tree, setTree] = useState({ ofPlan: plan, view: first.view });
  const view = useMemo(() => viewOf(tree, plan), [tree, plan]);
  const node = plan.nodes[view.selected];

  const changeView = useCallback(
    (change: (view: TreeView) => TreeView) => {
      setTree(now => ({ ofPlan: plan, view: change(viewOf(now, plan)) }));
    },
    [plan],
  );
  const keepNow = useCallback(() => {
    keep(toKept(run.id, plan, view, scroller.current?.scrollTop ?? 0));
  }, [keep, run.id, plan, view]);
  const keepSoon = useDelayed(keepNow);

  useLayoutEffect(() => {
    if (scroller.current) {
      scroller.current.scrollTop = first.scrollTop;
    }
  }, [first]);
  useEffect(keepNow, [keepNow]);
  useEffect(() => {
    setChosen(status.chosenOverrideSet);
  }, [status.chosenOverrideSet]);

  return (
    <main class="page">
      <h1 class="hidden">Plan</h1>
      <Header
        state={state}
        chosen={chosen}
        onChoose={overrideSet => {
          setChosen(overrideSet);
          // An estimate costs nothing, so what-if is one choice; a measured run executes, so that takes the button.
          if (!run.analyze && !status.running) {
            onRun(run.id, overrideSet);
          }
        }}
        onRun={() => {
          onRun(run.id, chosen);
        }}
        onCancel={() => {
          onCancel(run.id);
        }}
      />
      <Messages verdict={verdict} failure={requestFailure ?? status.failure} run={run} problems={plan.problems} />
      {node === undefined ? (
        <p class="empty">The plan has no steps.</p>
      ) : (
        <div class="panes">
          <TreeGrid
            plan={plan}
            view={view}
            locale={locale}
            scroller={scroller}
            onView={changeView}
            onScroll={keepSoon}
            onEnter={() => {
              heading.current?.focus();
            }}
          />
          <Details
            plan={plan}
            node={node}
            serverVersion={run.serverVersion}
            locale={locale}
            key={node.id}
            heading={heading}
            onLeave={() => {
              scroller.current?.focus();
            }}
          />
        </div>
      )}
    </main>
  );
}

interface TreeOfPlan {
  readonly ofPlan: Plan;
  readonly view: TreeView;
}

/** What the reader chose to see, carried over when it was chosen for another plan. */
function viewOf({ ofPlan, view }: TreeOfPlan, plan: Plan): TreeView {
  return ofPlan === plan ? view : carriedOver(ofPlan, plan, view);
}
