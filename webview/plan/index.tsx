import { render } from 'preact';
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { fromPlanPage, toPlanPage } from '../../src/page/planPage';
import type { PlanPageState, PlanPageStatus } from '../../src/page/planPage';
import { errorSentence } from '../../src/page/wire';
import type { Plan } from '../../src/plan/model';
import { readPlan } from '../../src/plan/read';
import type { Run } from '../../src/plan/run';
import { verdict } from '../../src/plan/verdict';
import { connectHost } from '../kit/host';
import { connectToHost } from '../kit/pageRpc';
import { registerToolkit } from '../kit/toolkit';
import { Waiting } from '../kit/waiting';
import { PlanApp } from './app';
import './plan.css';

const noPlan: Plan = { queries: [], nodes: [], regions: [], analyzed: false, problems: [] };
const locale = navigator.language;

registerToolkit();
const host = connectHost();
let showState: (state: PlanPageState) => void = () => undefined;
let showStatus: (status: PlanPageStatus) => void = () => undefined;
const rpc = connectToHost(host.port, fromPlanPage, toPlanPage, {
  state: state => {
    showState(state);
  },
  status: status => {
    showStatus(status);
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
    return <Waiting text="Waiting for the plan…" failure={failure} onAskAgain={load} />;
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
