import { assertNever } from '../assertNever';
import type { Consoles } from '../connection/consoles';
import type { ConsoleSession } from '../connection/consoleSession';
import { ConnectionLost, ServerError } from '../connection/errors';
import type { Profile } from '../connection/profile';
import type { ActionLeft, ActionOutcome } from './actionOutcome';
import { blockingCommand, untilDue, type BlockingOptions } from './blockingCommand';
import { readPauseState } from './pauseState';
import { showTimeoutMs } from './readSnapshot';
import { actionReason } from './reasons';

export interface PauseRequest extends BlockingOptions {
  readonly consoles: Pick<Consoles, 'open'>;
  readonly profile: Profile;
  /** Null: all of the instance. */
  readonly database: string | null;
  /** `PAUSE …`, and what takes exactly that back. */
  readonly command: string;
  readonly resume: string;
}

/** What was sent is given so long to arrive before it counts as not sent: another connection must not overtake it. */
const arrivalMs = 2000;
const arrivalLookMs = 100;

const notAborted = new AbortController().signal;

/**
 * PAUSE on a connection of its own, watched from a second one: it is done when it is paused and no server connection is busy. When
 * that takes too long, or the user has had enough, that connection is closed and exactly what it had paused is resumed from the
 * second one. A CancelRequest is never sent: it would RESUME a PAUSE of all, whoever had paused it.
 * Rejects, when it was not sent or was refused, with what the console or the connection rejects with.
 */
export async function pausing(request: PauseRequest): Promise<ActionOutcome> {
  const { consoles, profile, database, signal } = request;
  const beside = await consoles.open(profile, signal);
  try {
    const before = await readPauseState(beside, database);
    const own = await consoles.open(profile, signal);
    try {
      return await pausingOn({ request, own, beside, pausedBefore: before.paused });
    } finally {
      own.destroy();
    }
  } finally {
    await beside.close();
  }
}

interface Given {
  readonly request: PauseRequest;
  readonly own: ConsoleSession;
  readonly beside: ConsoleSession;
  readonly pausedBefore: boolean;
}

async function pausingOn(given: Given): Promise<ActionOutcome> {
  const { request, own, beside, pausedBefore } = given;
  const seen = { paused: false };
  const leave = (): Promise<ActionLeft> =>
    pausedBefore ? Promise.resolve({ tag: 'pausedBefore' }) : takeBack(given, seen.paused);
  const look = async (answered: boolean): Promise<'paused' | 'resumed' | null> => {
    const state = await readPauseState(beside, request.database);
    seen.paused ||= state.paused;
    if (!state.paused) {
      return seen.paused || answered ? 'resumed' : null;
    }
    return state.busyServers === 0 ? 'paused' : null;
  };
  const end = await blockingCommand(own, request.command, request, look).catch((error: unknown) => {
    return { kind: 'blind', error } as const;
  });
  switch (end.kind) {
    case 'settled':
      return end.value === 'paused' ? { kind: 'done', answer: end.answer, paused: [] } : { kind: 'resumedMeanwhile' };
    case 'timedOut':
    case 'cancelled':
      return { kind: end.kind, left: await leave() };
    case 'failed':
    case 'blind': {
      if (end.kind === 'failed' && end.error instanceof ServerError) {
        throw end.error;
      }
      const left = await leave();
      const reason = actionReason(end.error);
      if (reason === null) {
        throw end.error;
      }
      return { kind: 'lost', reason, left };
    }
    default:
      return assertNever(end);
  }
}

/**
 * Takes back what was not paused before. It is not aborted: nothing may stay paused because the user was impatient.
 * @param arrived the PAUSE has been seen in effect.
 */
async function takeBack({ request, own, beside }: Given, arrived: boolean): Promise<ActionLeft> {
  const { consoles, profile, resume } = request;
  const resumeOn = async (console: ConsoleSession): Promise<ActionLeft> => {
    if (!arrived && !(await arrives(request, console))) {
      return { tag: 'notPaused' };
    }
    own.destroy();
    await console.ask(resume, { timeoutMs: showTimeoutMs });
    return { tag: 'resumed' };
  };
  try {
    return await resumeOn(beside).catch(async (error: unknown) => {
      if (!(error instanceof ConnectionLost)) {
        throw error;
      }
      const fresh = await consoles.open(profile, notAborted, { mayAsk: false });
      return resumeOn(fresh).finally(() => fresh.close());
    });
  } catch (error) {
    const reason = actionReason(error);
    if (reason === null) {
      throw error;
    }
    const isNotPaused = reason.tag === 'notPaused' || reason.tag === 'databaseNotPaused';
    return isNotPaused ? { tag: 'notPaused' } : { tag: 'stillPaused', reason };
  }
}

async function arrives({ database, clock }: PauseRequest, console: ConsoleSession): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += arrivalLookMs) {
    if ((await readPauseState(console, database)).paused) {
      return true;
    }
    if (waitedMs >= arrivalMs) {
      return false;
    }
    await untilDue(clock, notAborted, arrivalLookMs);
  }
}
