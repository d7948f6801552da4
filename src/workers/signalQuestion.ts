import { formatCount } from '../plan/figures';
import { durationMs, isActive, type Activity, type Backend } from './activity';
import { formatDuration } from './duration';
import { beginning } from './queryText';
import type { Signal } from './signal';

/** For a modal: what would be done, what that means and to which query, and the word on the button. */
export interface SignalQuestion {
  readonly sentence: string;
  readonly detail: string;
  readonly confirm: string;
  /** The word on the other button: `Cancel` would be taken for the answer. */
  readonly decline: string;
}

/** What to ask before a signal is sent. A worker's end is the end of its leader's query. */
export function signalQuestion(activity: Activity, backend: Backend, signal: Signal, locale: string): SignalQuestion {
  const { pid, leaderPid } = backend;
  const leader = activity.backends.find(one => one.pid === leaderPid);
  const ofWorker = backend.kind === 'parallelWorker';
  const sentence = ofWorker
    ? `${signal === 'cancel' ? 'Cancel' : 'Terminate'} worker ${pid}? This ends the query of its leader${leaderPid === null ? '' : ` ${leaderPid}`}.`
    : `${signal === 'cancel' ? 'Cancel the query of' : 'Terminate'} ${whoOf(backend)}?`;
  const detail = [
    ofOwnWindow(backend, leader),
    meaning(activity, backend, signal, locale),
    doing(leader ?? backend, locale),
    queryWords(backend),
  ];
  return {
    sentence,
    detail: detail.filter(part => part !== null).join('\n\n'),
    confirm: signal === 'cancel' ? 'Cancel the Query' : ofWorker ? 'Terminate the Worker' : 'Terminate the Session',
    decline: signal === 'cancel' ? 'Let It Run' : 'Let It Live',
  };
}

function whoOf({ pid, user, database, application }: Backend): string {
  const of = user === null ? '' : ` of ${user}`;
  const at = database === null ? '' : ` in ${database}`;
  return `session ${pid}${of}${at}${application === null ? '' : ` (${application})`}`;
}

function ofOwnWindow(backend: Backend, leader: Backend | undefined): string | null {
  return backend.own || leader?.own === true ? 'It works for this window of the editor.' : null;
}

function meaning(activity: Activity, backend: Backend, signal: Signal, locale: string): string {
  if (backend.kind === 'parallelWorker') {
    return `A query cannot go on without one of its workers: it fails${unlessSavepoint} Its session stays.`;
  }
  const count = activity.backends.filter(({ leaderPid }) => leaderPid === backend.pid).length;
  const workers =
    count === 0 ? '' : ` ${count === 1 ? 'Its worker ends' : `Its ${formatCount(count, locale)} workers end`} with it.`;
  return signal === 'cancel'
    ? `The query fails${unlessSavepoint} The session stays.${workers}`
    : `Its transaction is rolled back and its connection is closed.${workers}`;
}

const unlessSavepoint = ', and with it all that its transaction did, unless its client goes back to a savepoint.';

function doing(backend: Backend, locale: string): string | null {
  const ms = durationMs(backend);
  if (ms === null || backend.state === null) {
    return null;
  }
  const time = formatDuration(ms, locale);
  return isActive(backend)
    ? `The query has been running for ${time}.`
    : `The session has been ${backend.state} for ${time}.`;
}

function queryWords({ query, state }: Backend): string | null {
  switch (query.kind) {
    case 'text':
      return (
        (state === 'active' ? '' : 'Its last query:\n') + beginning(query.text) + (query.cutShort ? cutShortWords : '')
      );
    case 'hidden':
      return 'Its query is hidden from your role.';
    case 'none':
      return null;
  }
}

const cutShortWords = '\n… (the rest is not kept by PostgreSQL)';
