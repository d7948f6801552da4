import { render } from 'preact';
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { fromPlanPage, toPlanPage } from '../../src/page/planPage';
import type { PlanPageState, PlanPageStatus } from '../../src/page/planPage';
import { Rpc } from '../../src/page/rpc';
import { errorSentence } from '../../src/page/wire';
import type { Plan } from '../../src/plan/model';
import { readPlan } from '../../src/plan/read';
import type { Run } from '../../src/plan/run';
import { verdict } from '../../src/plan/verdict';
import { afterTimeout, connectHost } from '../kit/host';
import { Button, registerToolkit } from '../kit/toolkit';
import { visibleText } from '../kit/visibleText';
import { PlanApp } from './app';
import './plan.css';

const noPlan: Plan = { queries: [], nodes: [], regions: [], analyzed: false, problems: [] };
const locale = navigator.language;

registerToolkit();
const host = connectHost();
let showState: (state: PlanPageState) => void = () => undefined;
let showStatus: (status: PlanPageStatus) => void = () => undefined;
const rpc = new Rpc({
  port: host.port,
  outgoing: fromPlanPage,
  incoming: toPlanPage,
  handlers: {},
  listeners: {
    state: state => {
      showState(state);
    },
    status: status => {
      showStatus(status);
    },
  },
  after: afterTimeout,
  timeoutMs: 10_000,
  // A plan can be large, and it comes from our own host.
  maxInboundSize: Number.POSITIVE_INFINITY,
  report: sentence => {
    reportError(new Error(sentence));
  },
});

/** Asks the host for the state, shows it and each later one, and passes on what the reader asks for. */
function Page(): JSX.Element {
  const [state, setState] = useState<PlanPageState | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const show = useCallback((next: PlanPageState) => {
    setState(next);
    setFailure(null);
  }, []);
  const settle = (request: Promise<unknown>): void => {
    setFailure(null);
    request.catch((error: unknown) => {
      setFailure(errorSentence(error));
    });
  };
  const load = useCallback(() => {
    settle(rpc.request('ready', null).then(show));
  }, [show]);
  useEffect(() => {
    showState = show;
    showStatus = status => {
      setState(now => now && { ...now, status });
    };
    load();
  }, [show, load]);

  const run = state?.run ?? null;
  const shown = useMemo(() => run && read(run), [run]);

  if (state === null || shown === null) {
    return (
      <main class="page waiting">
        <p role="status">{failure === null ? 'Waiting for the plan…' : visibleText(failure)}</p>
        {failure !== null && (
          <Button appearance="secondary" onClick={load}>
            Ask again
          </Button>
        )}
      </main>
    );
  }
  return (
    <PlanApp
      state={state}
      plan={shown.plan}
      verdict={shown.verdict}
      kept={host.kept}
      keep={host.keep}
      requestFailure={failure}
      onRun={(runId, overrideSet) => {
        settle(rpc.request('runAgain', { runId, overrideSet }));
      }}
      onCancel={runId => {
        settle(rpc.request('cancel', { runId }));
      }}
      locale={locale}
    />
  );
}

/** The plan and what it comes to; for a text that holds none, no steps and the sentence that says so. */
function read(run: Run): { readonly plan: Plan; readonly verdict: string } {
  const reading = readPlan(run.json);
  return reading.ok
    ? { plan: reading.plan, verdict: verdict(run, reading.plan, locale) }
    : { plan: noPlan, verdict: reading.sentence };
}

const root = document.getElementById('page');
if (root) {
  render(<Page />, root);
}
