import { assertNever } from '../assertNever';
import type { Consoles } from '../connection/consoles';
import type { ConsoleSession } from '../connection/consoleSession';
import { Cancelled, ConnectionLost, NoAnswer } from '../connection/errors';
import type { Profile } from '../connection/profile';
import { actionCommand } from './actionCommand';
import type { ActionLeft, ActionOutcome } from './actionOutcome';
import type { ActionName, ActionTarget } from './actions';
import { blockingCommand, type BlockingOptions } from './blockingCommand';
import { pausedDatabases } from './pauseState';
import { pausing } from './pausing';
import { readServers } from './readSnapshot';
import { actionReason, type ActionReason } from './reasons';

/** For a command that the console answers at once. */
const commandTimeoutMs = 15_000;

const notAborted = new AbortController().signal;

type Done = Extract<ActionOutcome, { readonly kind: 'done' }>;

interface Order extends BlockingOptions {
  readonly consoles: Pick<Consoles, 'open' | 'drop'>;
  readonly profile: Profile;
  readonly action: ActionName;
  readonly target: ActionTarget;
  readonly command: string;
}

/**
 * Does it, on a connection of its own: a kept one may be dead, and then nobody would know whether the command was done. The time-out
 * and the signal are for what may block (PAUSE, WAIT_CLOSE); the others are seen to their end once they are sent. What was
 * asked of the user before is not asked again. Rejects only with what neither a console nor a network can do.
 */
export async function runAction(
  consoles: Pick<Consoles, 'open' | 'drop'>,
  profile: Profile,
  action: ActionName,
  target: ActionTarget,
  options: BlockingOptions,
): Promise<ActionOutcome> {
  const command = actionCommand(action, target);
  if (command === null) {
    return { kind: 'refused', reason: { tag: 'notNameable' } };
  }
  try {
    return await carryOut({ ...options, consoles, profile, action, target, command });
  } catch (error) {
    if (error instanceof Cancelled) {
      return { kind: 'cancelled', left: { tag: 'notSent' } };
    }
    return { kind: 'refused', reason: reasonIn(error) };
  }
}

async function carryOut(order: Order): Promise<ActionOutcome> {
  const { action, target, command } = order;
  switch (action) {
    case 'pause': {
      const resume = actionCommand('resume', target) ?? '';
      return pausing({ ...order, database: target.database, command, resume });
    }
    case 'waitClose':
      return onOwn(order, console => waitClose(order, console), { tag: 'nothing' });
    case 'kill':
      return onOwn(order, console => kill(order, console));
    case 'resume':
      return onOwn(order, console => resume(order, console));
    case 'shutdown':
      return onOwn(order, console => shutdown(order, console));
    case 'shutdownWaitForServers':
    case 'shutdownWaitForClients':
      return onOwn(order, console => drain(order, console));
    case 'disable':
    case 'enable':
    case 'reconnect':
    case 'reload':
    case 'killClient':
      return onOwn(order, console => quick(order, console));
    default:
      return assertNever(action);
  }
}

/** @param left how things are when the connection is lost on the way. */
async function onOwn(
  { consoles, profile, signal }: Order,
  work: (console: ConsoleSession) => Promise<ActionOutcome>,
  left: ActionLeft = { tag: 'notKnown' },
): Promise<ActionOutcome> {
  const console = await consoles.open(profile, signal);
  try {
    if (signal.aborted) {
      return { kind: 'cancelled', left: { tag: 'notSent' } };
    }
    return await work(console);
  } catch (error) {
    if (error instanceof ConnectionLost && !error.nothingRan) {
      return { kind: 'lost', reason: reasonIn(error), left };
    }
    throw error;
  } finally {
    await console.close();
  }
}

async function quick({ command }: Order, console: ConsoleSession): Promise<Done> {
  const { command: answer } = await console.ask(command, { timeoutMs: commandTimeoutMs });
  return { kind: 'done', answer, paused: [] };
}

/** KILL pauses what it kills, and only RESUME by name undoes that. */
async function kill(order: Order, console: ConsoleSession): Promise<Done> {
  const before = await pausedDatabases(console);
  const outcome = await quick(order, console);
  const paused = await pausedNow(console);
  return { ...outcome, paused: [...paused].filter(database => !before.has(database)) };
}

/** RESUME of all leaves those paused that were paused by their name. */
async function resume(order: Order, console: ConsoleSession): Promise<Done> {
  const outcome = await quick(order, console);
  return order.target.database === null ? { ...outcome, paused: [...(await pausedNow(console))] } : outcome;
}

/** Of a command that was done already: when nothing more can be learned, that does not undo it. */
async function pausedNow(console: ConsoleSession): Promise<ReadonlySet<string>> {
  try {
    return await pausedDatabases(console);
  } catch (error) {
    if (error instanceof ConnectionLost) {
      return new Set();
    }
    throw error;
  }
}

/** SHUTDOWN is not answered: that the connection ends is all there is to see. */
async function shutdown(order: Order, console: ConsoleSession): Promise<Done> {
  try {
    return await quick(order, console);
  } catch (error) {
    if (error instanceof ConnectionLost && !(error instanceof NoAnswer) && !error.nothingRan) {
      return { kind: 'done', answer: null, paused: [] };
    }
    throw error;
  }
}

/**
 * It waits for consoles, too, ours among them. The kept one is dropped when no other can be opened any more, which is so
 * as soon as the answer is there.
 */
async function drain(order: Order, console: ConsoleSession): Promise<Done> {
  const outcome = await quick(order, console);
  await order.consoles.drop(order.profile);
  return outcome;
}

async function waitClose(order: Order, console: ConsoleSession): Promise<ActionOutcome> {
  const { target, command } = order;
  const end = await blockingCommand(console, command, order, async answered => {
    if (!answered) {
      return null;
    }
    const servers = await readServers(console, notAborted);
    const concerned = servers.filter(({ database }) => target.database === null || target.database === database);
    return concerned.some(({ closeNeeded }) => closeNeeded) ? null : 'closed';
  });
  switch (end.kind) {
    case 'settled':
      return { kind: 'done', answer: end.answer, paused: [] };
    case 'failed':
      throw end.error;
    case 'timedOut':
    case 'cancelled':
      return { kind: end.kind, left: { tag: 'nothing' } };
    default:
      return assertNever(end);
  }
}

function reasonIn(error: unknown): ActionReason {
  const reason = actionReason(error);
  if (reason === null) {
    throw error;
  }
  return reason;
}
