import { ConnectionLost, ServerError } from '../connection/errors';
import type { Profile } from '../connection/profile';
import { connectionMessage, connectionReason } from '../connection/reasons';
import { formatCount } from '../plan/figures';
import { formatDuration } from '../workers/duration';
import { judgePools } from './diagnosis';
import type { ConsoleSnapshot } from './model';
import { defaultThresholds, secondsOf } from './thresholds';
import { noTrends } from './trends';
import { countOf, shortName, waitersWords } from './words';

/** Whether what the console says is good, and what that is. */
export function stateWords(
  snapshot: ConsoleSnapshot,
  locale: string,
): { readonly ok: boolean; readonly sentence: string } {
  const { state, databases, pools, version } = snapshot;
  const name = `PgBouncer ${shortName(version.text)}`;
  if (state?.suspended) {
    return { ok: false, sentence: `${name} is suspended and serves nobody until RESUME.` };
  }
  if (state?.paused) {
    return { ok: false, sentence: `${name} is paused: no client gets a server connection until RESUME.` };
  }
  const waiting = pools.reduce((sum, pool) => sum + pool.clientsWaiting, 0);
  const stopped = [
    stoppedWords(
      databases.filter(({ paused }) => paused).map(one => one.name),
      'paused',
      locale,
    ),
    stoppedWords(
      databases.filter(({ disabled }) => disabled).map(one => one.name),
      'disabled',
      locale,
    ),
  ].filter(words => words !== null);
  const active = state ? 'is active' : 'answers; before 1.19 it does not tell whether all of it is paused';
  const sentence = [`${name} ${active}`, ...stopped, waitersWords(waiting, locale)].join('; ');
  return { ok: stopped.length === 0, sentence: `${sentence}.` };
}

function stoppedWords(names: readonly string[], what: string, locale: string): string | null {
  const [only] = names;
  if (only === undefined) {
    return null;
  }
  return names.length === 1
    ? `the database ${shortName(only)} is ${what}`
    : `${countOf(names.length, 'database', locale)} are ${what}, ${shortName(only)} and ${formatCount(names.length - 1, locale)} more`;
}

/** What keeps every query through this connection waiting until somebody acts; null when the console tells of nothing such. */
export function standstill({ state, databases }: ConsoleSnapshot, { database }: Profile): string | null {
  if (state?.suspended || state?.paused) {
    return `all of PgBouncer is ${state.suspended ? 'suspended' : 'paused'}`;
  }
  return databases.some(({ name, paused }) => name === database && paused) ? `${shortName(database)} is paused` : null;
}

/** Why a query through this connection waits, as far as the console tells; null when it does not. */
export function waitReason(snapshot: ConsoleSnapshot, { database, user }: Profile, locale: string): string | null {
  const judgements = judgePools(snapshot, {
    trends: noTrends,
    servers: null,
    clients: null,
    backends: null,
    pausedByKill: new Set(),
    thresholds: defaultThresholds,
    locale,
  }).filter(({ pool }) => pool.database === database);
  // A database may have a user of its own for all of its clients.
  const judgement = judgements.find(({ pool }) => pool.user === user) ?? judgements[0];
  if (judgement?.sentence == null) {
    return null;
  }
  const isExplained = snapshot.state !== null || judgement.cause === 'paused' || judgement.cause === 'full';
  const orPaused = `; or all of PgBouncer is paused, which ${snapshot.version.text} does not tell`;
  return `${judgement.sentence}${isExplained || judgement.sentence.includes(' paused') ? '' : orPaused}`;
}

/** A query that waits cannot be taken back: PgBouncer does not read from its client, nor see it go, before it has its turn. */
export function stillQueued({ config }: ConsoleSnapshot, locale: string): string {
  const timeout = secondsOf(config, 'query_wait_timeout');
  const limit = timeout > 0 ? ` or query_wait_timeout (${formatDuration(timeout * 1000, locale)}) is over` : '';
  return `PgBouncer keeps it in its queue until it is served${limit}`;
}

/** What to tell of a layer that failed; throws again what neither a server nor a network can do. */
export function failureWords(error: unknown, profile: Profile): string {
  if (error instanceof ServerError || (error instanceof ConnectionLost && error.server !== null)) {
    return `${profile.host}:${profile.port} says: ${error.message.trim().replace(/\.$/, '')}.`;
  }
  const reason = connectionReason(error);
  if (reason === null) {
    throw error;
  }
  return connectionMessage(reason, profile).sentence;
}
