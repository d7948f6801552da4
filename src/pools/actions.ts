import { quoteForConsole } from './commands';
import { consoleDatabase } from './decodeRows';
import type { ConsoleSnapshot, PgBouncerVersion, PooledConnection } from './model';
import { isAtLeast } from './version';

export type ActionName =
  | 'pause'
  | 'resume'
  | 'disable'
  | 'enable'
  | 'reconnect'
  | 'waitClose'
  | 'kill'
  | 'killClient'
  | 'reload'
  | 'shutdown'
  | 'shutdownWaitForServers'
  | 'shutdownWaitForClients';

/** What an action is about: one database, one client by its id, or with two nulls all of the instance. */
export interface ActionTarget {
  readonly database: string | null;
  readonly clientId: number | null;
}

/** What the console lets its user do: `stats` may only look. */
export type ConsoleRole = 'admin' | 'stats' | 'unknown';

/** Where in the tree an action is looked for. */
export type ActionPlace =
  | { readonly kind: 'instance' }
  | { readonly kind: 'database'; readonly database: string }
  | { readonly kind: 'client'; readonly client: PooledConnection };

/**
 * What the user of a console may do, by the lists in its configuration (`admin_post_login` of admin.c). `unknown` where they
 * are not known, or where the way in decides (the process' own user over a Unix socket is always an admin).
 */
export function roleOf(config: ConsoleSnapshot['config'], user: string): ConsoleRole {
  const admins = config.get('admin_users');
  if (admins === undefined) {
    return 'unknown';
  }
  if (namesOf(admins.value).includes(user)) {
    return 'admin';
  }
  return user === 'pgbouncer' ? 'unknown' : 'stats';
}

function namesOf(list: string): readonly string[] {
  return list.split(',').map(name => name.trim());
}

/** What can be done there now by that role, in the order of a menu: what the version lacks or would refuse is left out. */
export function availableActions(
  version: PgBouncerVersion,
  role: ConsoleRole,
  snapshot: ConsoleSnapshot,
  place: ActionPlace,
): readonly ActionName[] {
  if (role === 'stats') {
    return [];
  }
  const actions = new Map<ActionName, boolean>(candidates(version, role, snapshot, place));
  return [...actions].filter(([, available]) => available).map(([action]) => action);
}

function candidates(
  version: PgBouncerVersion,
  role: ConsoleRole,
  snapshot: ConsoleSnapshot,
  place: ActionPlace,
): readonly (readonly [ActionName, boolean])[] {
  // Before 1.19 nobody can see whether all of it is paused: both ways are offered then.
  const { state } = snapshot;
  const stopped = state !== null && !state.active;
  switch (place.kind) {
    case 'instance': {
      const canDrain = isAtLeast(version, 1, 23);
      return [
        ['pause', !stopped],
        ['resume', state === null || stopped],
        ['reconnect', true],
        ['waitClose', true],
        ['reload', true],
        ['kill', isAtLeast(version, 1, 25) && !stopped],
        ['shutdownWaitForServers', canDrain],
        ['shutdownWaitForClients', canDrain],
        ['shutdown', true],
      ];
    }
    case 'database': {
      if (place.database === consoleDatabase || quoteForConsole(place.database) === null) {
        return [];
      }
      const database = snapshot.databases.find(({ name }) => name === place.database);
      const paused = database?.paused === true;
      const disabled = database?.disabled === true;
      return [
        ['pause', !paused && !stopped],
        ['resume', paused],
        ['disable', !disabled],
        ['enable', disabled],
        ['reconnect', true],
        ['waitClose', true],
        ['kill', !stopped],
      ];
    }
    case 'client':
      return [['killClient', canKill(version, role, place.client)]];
  }
}

/**
 * From 1.24.0 to 1.25.1 the console forgets to ask whether it is an admin who kills a client (CVE-2026-6667), so there it must
 * be known. The id is a counter of 64 bits shown as one of 32: what has wrapped around cannot be named.
 */
function canKill(version: PgBouncerVersion, role: ConsoleRole, client: PooledConnection): boolean {
  const checked = isAtLeast(version, 1, 26) || (isAtLeast(version, 1, 25) && version.patch >= 2);
  return (
    isAtLeast(version, 1, 24) &&
    (role === 'admin' || checked) &&
    client.kind === 'client' &&
    client.database !== consoleDatabase &&
    client.id !== null &&
    client.id > 0
  );
}

const words: Readonly<Record<ActionName, string>> = {
  pause: 'pausable',
  resume: 'resumable',
  disable: 'disablable',
  enable: 'enablable',
  reconnect: 'reconnectable',
  waitClose: 'waitClosable',
  reload: 'reloadable',
  kill: 'killable',
  killClient: 'killClientable',
  shutdown: 'shutdownable',
  shutdownWaitForServers: 'shutdownWaitForServersable',
  shutdownWaitForClients: 'shutdownWaitForClientsable',
};

/** The actions as words of a node's menu, for the `when` clauses of package.json. */
export function menuWords(actions: readonly ActionName[]): string {
  return actions.map(action => words[action]).join(' ');
}
