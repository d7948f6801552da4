import { assertNever } from '../assertNever';
import type { Profile } from '../connection/profile';
import { actionCommand } from './actionCommand';
import type { ActionLeft, ActionOutcome } from './actionOutcome';
import type { ActionName, ActionTarget } from './actions';
import { instanceWords, namesWords } from './actionWords';
import type { PgBouncerVersion } from './model';
import { reasonSentence, type ActionPlaceWords } from './reasons';
import { isAtLeast } from './version';
import { shortName } from './words';

/** An action that is over. */
export interface ActionDone {
  readonly outcome: ActionOutcome;
  readonly action: ActionName;
  readonly target: ActionTarget;
  /** Of the console: its name, label and user are those of the instance. */
  readonly profile: Profile;
  readonly version: PgBouncerVersion;
}

/** What became of it, and where that is not the end, what is left and what helps. */
export function actionSentence({ outcome, action, target, profile, version }: ActionDone): string {
  const words = placeWords(target, profile);
  switch (outcome.kind) {
    case 'done':
      return doneSentence(action, target, words, outcome.paused, version);
    case 'refused':
      return reasonSentence(outcome.reason, words, profile);
    case 'timedOut':
      return `${unfinished(action, words)} within the time it was given. ${leftSentence(outcome.left, words, profile)}`;
    case 'cancelled':
      return `You have stopped waiting for ${words.what}. ${leftSentence(outcome.left, words, profile)}`;
    case 'lost':
      return `${reasonForLoss(outcome.reason.tag === 'connection' ? outcome.reason.reason.words : null, words)} ${leftSentence(outcome.left, words, profile)}`;
    case 'resumedMeanwhile':
      return `${words.what} was resumed by somebody else while it was being paused, so it is not paused.`;
    default:
      return assertNever(outcome);
  }
}

function placeWords({ database, clientId }: ActionTarget, profile: Profile): ActionPlaceWords {
  const instance = instanceWords(profile);
  const what =
    clientId !== null
      ? `Client ${String(clientId)} of ${instance}`
      : database === null
        ? instance
        : `“${shortName(database)}” on ${instance}`;
  return { what, instance };
}

function doneSentence(
  action: ActionName,
  target: ActionTarget,
  { what, instance }: ActionPlaceWords,
  paused: readonly string[],
  version: PgBouncerVersion,
): string {
  switch (action) {
    case 'pause':
      return `${what} is paused: no server connection is open, and clients wait until it is resumed.`;
    case 'resume':
      return `${what} is resumed.${paused.length === 0 ? '' : ` Still paused, each by its name: ${namesWords(paused)}.`}`;
    case 'disable':
      return `${what} takes no new clients.`;
    case 'enable':
      return `${what} takes new clients again.`;
    case 'reconnect':
      return `${what} opens new server connections; the old ones are closed as they become free.`;
    case 'waitClose':
      return `The old server connections of ${what} are closed.`;
    case 'kill':
      return `The connections of ${what} are closed.${paused.length === 0 ? '' : ` Paused by it, each to be resumed by its name: ${namesWords(paused)}.`}`;
    case 'killClient':
      return `${what} is disconnected.`;
    case 'reload':
      return isAtLeast(version, 1, 25)
        ? `${instance} has read its configuration again.`
        : `${instance} was told to read its configuration again. PgBouncer ${version.text} answers so even when the file is wrong: only its log tells.`;
    case 'shutdown':
      return `${instance} has ended: it closed the connection, as PgBouncer does when it ends.`;
    case 'shutdownWaitForServers':
      return `${target.database === null ? instance : what} takes no new clients, and ends when no server connection is busy.`;
    case 'shutdownWaitForClients':
      return `${instance} takes no new clients, and ends when the last one has left, other consoles among them.`;
    default:
      return assertNever(action);
  }
}

function unfinished(action: ActionName, { what }: ActionPlaceWords): string {
  return action === 'waitClose'
    ? `The old server connections of ${what} were not all closed`
    : `${what} could not be paused: its server connections did not all become free`;
}

function reasonForLoss(said: string | null, { instance }: ActionPlaceWords): string {
  return `The connection to ${instance} ended before there was an answer${said === null ? '' : ` (${said})`}.`;
}

function leftSentence(left: ActionLeft, words: ActionPlaceWords, profile: Profile): string {
  switch (left.tag) {
    case 'notSent':
      return 'Nothing was done.';
    case 'nothing':
      return 'They are closed as they become free.';
    case 'notKnown':
      return `Whether it was done is not known: look at ${words.instance} before you do it again.`;
    case 'resumed':
      return `It was resumed, so it runs as before.`;
    case 'notPaused':
      return 'It is not paused.';
    case 'pausedBefore':
      return 'It had been paused before, so it was left paused.';
    case 'stillPaused':
      return `It may still be paused, for it could not be resumed: ${reasonSentence(left.reason, words, profile)}`;
    default:
      return assertNever(left);
  }
}

/**
 * One line for the log: when (UTC), who, where, the command as the console got it, and what it answered.
 * @param atMs when it was over, since the epoch.
 */
export function actionForLog(done: ActionDone, atMs: number): string {
  const { outcome, action, target, profile } = done;
  const command = actionCommand(action, target) ?? action;
  const answer = outcome.kind === 'done' ? (outcome.answer ?? 'the connection ended') : actionSentence(done);
  const where = `${instanceWords(profile)} ${profile.host}:${String(profile.port)}`;
  const line = `${new Date(atMs).toISOString()} ${profile.user} at ${where}: ${command} → ${outcome.kind}: ${answer}`;
  return line.replace(/[\s\p{Cc}]+/gu, ' ');
}
