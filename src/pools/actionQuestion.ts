import { actionMeaning, clientOf, type AskedAction } from './actionMeaning';
import type { ActionName, ActionTarget } from './actions';
import { instanceWords, type NamedInstance } from './actionWords';
import type { ConsoleSnapshot, PooledConnection } from './model';
import { shortName } from './words';

/** For a modal: what would be done, what that means for whom, and the words on the buttons. */
export interface ActionQuestion {
  readonly sentence: string;
  readonly detail: string;
  readonly confirm: string;
  /** The word on the other button: `Cancel` would be taken for the answer. */
  readonly decline: string;
  /** What is to be typed before it is done; null where the button is enough. */
  readonly typeToConfirm: string | null;
}

/** What to ask before an action. @param clients where they are known, the one to be killed among them. */
export function actionQuestion(
  action: ActionName,
  target: ActionTarget,
  snapshot: ConsoleSnapshot,
  instance: NamedInstance,
  clients: readonly PooledConnection[] | null,
  locale: string,
): ActionQuestion {
  const asked: AskedAction = { action, target, snapshot, clients, locale };
  const what = whatWords(asked);
  const [confirm, decline] = buttons[action];
  return {
    sentence: `${asks[action](what)} on ${instanceWords(instance)}?`,
    detail: actionMeaning(asked).join('\n\n'),
    confirm: target.database === null ? confirm : `${confirm} ${shortName(target.database)}`,
    decline,
    typeToConfirm: isDangerous(action, instance) ? nameToType(target, instance) : null,
  };
}

function whatWords(asked: AskedAction): string {
  const { action, target } = asked;
  if (action === 'killClient') {
    const client = clientOf(asked);
    return client ? `the connection of ${clientWords(client)}` : `client ${String(target.clientId)}`;
  }
  return target.database === null ? 'all databases' : `database “${shortName(target.database)}”`;
}

/** `app (worker) from 10.0.0.7:51234 to shop`. */
function clientWords({ user, application, address, port, database }: PooledConnection): string {
  const program = application === null ? '' : ` (${shortName(application)})`;
  return `${shortName(user)}${program} from ${shortName(address)}:${String(port)} to ${shortName(database)}`;
}

const asks: Readonly<Record<ActionName, (what: string) => string>> = {
  pause: what => `Pause ${what}`,
  resume: what => `Resume ${what}`,
  disable: what => `Refuse new clients of ${what}`,
  enable: what => `Let new clients in to ${what}`,
  reconnect: what => `Open new server connections for ${what}`,
  waitClose: what => `Wait until the old server connections of ${what} are closed`,
  kill: what => `Kill every connection of ${what}`,
  killClient: what => `Kill ${what}`,
  reload: () => 'Read the configuration again',
  shutdown: () => 'End PgBouncer at once',
  shutdownWaitForServers: () => 'End PgBouncer when its server connections are free',
  shutdownWaitForClients: () => 'End PgBouncer when its clients have left',
};

const buttons: Readonly<Record<ActionName, readonly [confirm: string, decline: string]>> = {
  pause: ['Pause', 'Leave It Running'],
  resume: ['Resume', 'Leave It Paused'],
  disable: ['Disable', 'Leave It Enabled'],
  enable: ['Enable', 'Leave It Disabled'],
  reconnect: ['Reconnect', 'Keep the Connections'],
  waitClose: ['Wait', 'Do Not Wait'],
  kill: ['Kill', 'Let Them Live'],
  killClient: ['Kill the Client', 'Let It Live'],
  reload: ['Reload', 'Keep the Configuration'],
  shutdown: ['End PgBouncer', 'Leave It Running'],
  shutdownWaitForServers: ['End PgBouncer', 'Leave It Running'],
  shutdownWaitForClients: ['End PgBouncer', 'Leave It Running'],
};

/** Those that end connections or all of it, whoever is asked. */
const alwaysDangerous: ReadonlySet<ActionName> = new Set([
  'kill',
  'shutdown',
  'shutdownWaitForServers',
  'shutdownWaitForClients',
]);
const dangerousInProduction: ReadonlySet<ActionName> = new Set(['pause', 'disable']);

function isDangerous(action: ActionName, { label }: NamedInstance): boolean {
  const isProduction = label !== null && /prod/i.test(label);
  return alwaysDangerous.has(action) || (isProduction && dangerousInProduction.has(action));
}

/** The database's name, unless what is shown of it is not all of it: then that of the instance. */
function nameToType({ database }: ActionTarget, { name }: NamedInstance): string {
  return database === null || shortName(database) !== database ? name : database;
}
