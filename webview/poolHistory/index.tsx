import { render } from 'preact';
import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { fromPoolHistoryPage, toPoolHistoryPage } from '../../src/page/poolHistoryPage';
import type { PoolHistoryEvents, PoolHistoryState } from '../../src/page/poolHistoryPage';
import { errorSentence } from '../../src/page/wire';
import { connectHost } from '../kit/host';
import { connectToHost } from '../kit/pageRpc';
import { registerToolkit } from '../kit/toolkit';
import { Waiting } from '../kit/waiting';
import { PoolHistoryApp } from './app';
import { withAdded } from './points';
import './poolHistory.css';

const locale = navigator.language;

registerToolkit();
const host = connectHost();
let change: (change: (now: PoolHistoryState | null) => PoolHistoryState | null) => void = () => undefined;
const rpc = connectToHost(host.port, fromPoolHistoryPage, toPoolHistoryPage, {
  state: state => {
    change(() => state);
  },
  points: added => {
    change(now => now && withPoints(now, added));
  },
  pools: pools => {
    change(now => now && { ...now, pools });
  },
});

/** Asks the host for the state, follows what it tells, and passes on which pool the reader chooses. */
function Page(): JSX.Element {
  const [state, setState] = useState<PoolHistoryState | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const settle = useCallback((request: Promise<unknown>): void => {
    setFailure(null);
    request.catch((error: unknown) => {
      setFailure(errorSentence(error));
    });
  }, []);
  const load = useCallback(() => {
    settle(rpc.request('ready', null).then(setState));
  }, [settle]);
  useEffect(() => {
    change = setState;
    load();
  }, [load]);

  if (state === null) {
    return <Waiting text="Waiting for the history…" failure={failure} onAskAgain={load} />;
  }
  return (
    <PoolHistoryApp
      state={state}
      kept={host.kept}
      keep={host.keep}
      failure={failure}
      onChoose={poolId => {
        settle(rpc.request('choose', { poolId }));
      }}
      locale={locale}
    />
  );
}

/** Points of a pool that is not shown any more are late. */
function withPoints(state: PoolHistoryState, { poolId, points }: PoolHistoryEvents['points']): PoolHistoryState {
  return poolId === state.pool.id ? { ...state, points: withAdded(state.points, points) } : state;
}

const root = document.getElementById('page');
if (root) {
  render(<Page />, root);
}
