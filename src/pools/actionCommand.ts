import type { ActionName, ActionTarget } from './actions';
import { quoteForConsole } from './commands';

const verbs: Readonly<Record<ActionName, string>> = {
  pause: 'PAUSE',
  resume: 'RESUME',
  disable: 'DISABLE',
  enable: 'ENABLE',
  reconnect: 'RECONNECT',
  waitClose: 'WAIT_CLOSE',
  kill: 'KILL',
  killClient: 'KILL_CLIENT',
  reload: 'RELOAD',
  shutdown: 'SHUTDOWN',
  shutdownWaitForServers: 'SHUTDOWN WAIT_FOR_SERVERS',
  shutdownWaitForClients: 'SHUTDOWN WAIT_FOR_CLIENTS',
};

/** Those that cannot be about one database. */
const ofInstance: ReadonlySet<ActionName> = new Set([
  'reload',
  'shutdown',
  'shutdownWaitForServers',
  'shutdownWaitForClients',
]);

/** Those that must be about one database (admin.c: "a database is required"). */
const ofDatabase: ReadonlySet<ActionName> = new Set(['disable', 'enable']);

/**
 * The one command for the console; null when the action cannot be about this target, or the console has no way to name
 * it. It is never about more than was meant: without a name, PAUSE and its like are about all databases.
 */
export function actionCommand(action: ActionName, { database, clientId }: ActionTarget): string | null {
  const verb = verbs[action];
  if (action === 'killClient') {
    return clientId !== null && Number.isSafeInteger(clientId) && clientId > 0 ? `${verb} ${clientId}` : null;
  }
  if (ofInstance.has(action)) {
    return database === null && clientId === null ? verb : null;
  }
  if (clientId !== null) {
    return null;
  }
  if (database === null) {
    return ofDatabase.has(action) ? null : verb;
  }
  const name = quoteForConsole(database);
  return name === null ? null : `${verb} ${name}`;
}
