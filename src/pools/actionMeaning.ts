import { assertNever } from '../assertNever';
import type { ActionName, ActionTarget } from './actions';
import { namesWords } from './actionWords';
import type { ConsoleSnapshot, Pool, PooledConnection } from './model';
import { isAtLeast } from './version';
import { countOf, shortName, waitersWords } from './words';

export interface AskedAction {
  readonly action: ActionName;
  readonly target: ActionTarget;
  readonly snapshot: ConsoleSnapshot;
  /** Where they are known: the one to be killed is looked for among them. */
  readonly clients: readonly PooledConnection[] | null;
  readonly locale: string;
}

/** The client that an action is about, if it is among those that are known. */
export function clientOf({ target, clients }: AskedAction): PooledConnection | null {
  return clients?.find(({ kind, id }) => kind === 'client' && id === target.clientId) ?? null;
}

/** What an action means for whom, in paragraphs; the counts are those of the snapshot. */
export function actionMeaning(asked: AskedAction): readonly string[] {
  const { action, target, snapshot, locale } = asked;
  const pools = poolsOf(asked);
  const all = target.database === null;
  switch (action) {
    case 'pause':
      return [
        clientsNow(pools, locale),
        `${drained(pools, locale)} Whatever is asked meanwhile waits until it is resumed. When this takes too long, or when you stop it, Planpool resumes what it has paused.`,
        ...sessionWarning(pools, locale),
      ];
    case 'resume':
      return [`${waiting(pools, locale)} Server connections are opened again.`, ...(all ? stayPaused(asked) : [])];
    case 'disable':
      return [`Whoever connects anew is refused until it is enabled again. ${clientsNow(pools, locale)} They stay.`];
    case 'enable':
      return ['Whoever connects anew is let in again.'];
    case 'reconnect':
      return [
        `${serversNow(pools, locale)} Each is closed when it is free (in session mode: when its client leaves), and new ones are opened. Clients stay connected.`,
      ];
    case 'waitClose':
      return ['This changes nothing: it tells you when the server connections that were to be replaced are closed.'];
    case 'kill':
      return [
        `${clientsNow(pools, locale)} ${serversNow(pools, locale)} All are closed at once, and what their transactions did is lost.`,
        all
          ? `Afterwards each database stays paused that has a pool (${namesWords([...new Set(pools.map(({ database }) => database))])}) and is to be resumed by its name: a RESUME of all does not help.`
          : 'Afterwards the database stays paused until it is resumed by its name.',
      ];
    case 'killClient':
      return [killed(asked), 'Its connection is closed at once, and what its transaction did is lost.'];
    case 'reload':
      return [
        'PgBouncer reads its configuration and its users again; what was set with SET since is lost. Server connections to what has changed are closed when they are free.',
        ...(isAtLeast(snapshot.version, 1, 25)
          ? []
          : [`PgBouncer ${snapshot.version.text} says RELOAD even when its file is wrong: only its log tells.`]),
      ];
    case 'shutdown':
      return [
        `${clientsNow(pools, locale)} ${serversNow(pools, locale)} All are closed at once, and what their transactions did is lost.`,
        startAgain,
      ];
    case 'shutdownWaitForServers':
      return [
        `${clientsNow(pools, locale)} ${drained(pools, locale)} Clients that wait are sent away, new ones are refused, and PgBouncer ends when no server connection is busy.`,
        `Nothing takes this back. ${startAgain}`,
      ];
    case 'shutdownWaitForClients':
      return [
        `${clientsNow(pools, locale)} New ones are refused, and PgBouncer ends when the last one has left.`,
        `Every console counts as a client: another monitor that stays connected keeps PgBouncer from ending. Planpool closes its own connection, so it sees this instance no more.`,
        `Nothing takes this back. ${startAgain}`,
      ];
    default:
      return assertNever(action);
  }
}

const startAgain = 'PgBouncer does not come back unless something on its machine starts it again.';

function poolsOf({ target, snapshot }: AskedAction): readonly Pool[] {
  return snapshot.pools.filter(({ database }) => target.database === null || database === target.database);
}

function sum(pools: readonly Pool[], figure: (pool: Pool) => number): number {
  return pools.reduce((total, pool) => total + figure(pool), 0);
}

/** `212 clients are connected, and 14 of them wait.` PgBouncer counts those that wait beside the active ones. */
function clientsNow(pools: readonly Pool[], locale: string): string {
  const waits = sum(pools, ({ clientsWaiting }) => clientsWaiting);
  const all = waits + sum(pools, ({ clientsActive }) => clientsActive);
  if (all === 0) {
    return 'No client is connected now.';
  }
  const connected = `${countOf(all, 'client', locale)} ${all === 1 ? 'is' : 'are'} connected now`;
  return waits === 0 ? `${connected}.` : `${connected}; ${waitersWords(waits, locale)}.`;
}

function waiting(pools: readonly Pool[], locale: string): string {
  const waits = sum(pools, ({ clientsWaiting }) => clientsWaiting);
  return waits === 0 ? 'No client waits now.' : `${waitersWords(waits, locale)} now, and can go on.`;
}

function serversNow(pools: readonly Pool[], locale: string): string {
  const open = sum(
    pools,
    ({ serversActive, serversIdle, serversUsed, serversTested, serversLogin }) =>
      serversActive + serversIdle + serversUsed + serversTested + serversLogin,
  );
  return open === 0
    ? 'No server connection is open.'
    : `${countOf(open, 'server connection', locale)} ${open === 1 ? 'is' : 'are'} open.`;
}

/** What a PAUSE waits for. */
function drained(pools: readonly Pool[], locale: string): string {
  const busy = sum(pools, ({ serversActive, serversTested }) => serversActive + serversTested);
  return busy === 0
    ? 'No server connection is busy.'
    : `${countOf(busy, 'server connection', locale)} ${busy === 1 ? 'is' : 'are'} busy: what runs there may end first.`;
}

/** In session mode a server connection is busy until its client leaves, so that a PAUSE may never be done. */
function sessionWarning(pools: readonly Pool[], locale: string): readonly string[] {
  const inSession = pools.filter(({ poolMode }) => poolMode === 'session');
  const held = sum(inSession, ({ serversActive }) => serversActive);
  return held === 0
    ? []
    : [
        `In session mode a client keeps its server connection until it leaves: ${countOf(held, 'server connection', locale)} ${held === 1 ? 'is' : 'are'} held so, and the pause may never be complete.`,
      ];
}

/** Of a RESUME of all. */
function stayPaused({ snapshot }: AskedAction): readonly string[] {
  const paused = snapshot.databases.filter(({ paused }) => paused).map(({ name }) => name);
  return paused.length === 0
    ? []
    : [`Paused by name, and staying so: ${namesWords(paused)}. Each is resumed by its name.`];
}

function killed({ target, clients }: AskedAction): string {
  const client = clients?.find(({ id }) => id === target.clientId);
  return client ? `It is ${shortName(client.state)} now.` : 'It is not among the clients that were last seen.';
}
