import { assertNever } from '../assertNever';
import type { SettingScope, SettingsFacts, SettingState } from './settingsFacts';

/** A change that the user may make; nobody else runs it. */
export interface Remedy {
  /** One statement or several, each on a line of its own; ALTER SYSTEM takes no transaction around it. */
  readonly sql: string;
  /** What brings back what was there before. */
  readonly undo: string;
  /** What else it takes, or what one must know; null for nothing. */
  readonly note: string | null;
}

/** Where a value is written down. */
export type Place = { readonly kind: 'server' } | { readonly kind: 'session' } | SettingScope;

/** Where the session's value of a setting comes from, by `GucSource_Names` in guc_tables.c. */
export function placeOf(facts: SettingsFacts, { source }: SettingState): Place {
  const { user: role, database } = facts;
  switch (source) {
    case 'global':
      return { kind: 'everywhere' };
    case 'database':
      return { kind: 'database', database };
    case 'user':
      return { kind: 'role', role };
    case 'database user':
      return { kind: 'roleInDatabase', role, database };
    case 'client':
    case 'interactive':
    case 'test':
    case 'session':
      return { kind: 'session' };
    default:
      return { kind: 'server' };
  }
}

/** Gives the setting this value at that place, or takes it away from there (`null`); null where no statement can. */
export function change(facts: SettingsFacts, state: SettingState, place: Place, value: string | null): Remedy | null {
  if (place.kind === 'server') {
    return serverTakes(facts, state) ? changeOfServer(facts, state, value) : changeForAll(facts, state, value);
  }
  if (place.kind === 'session') {
    // RESET goes back to what the client asked for when it connected.
    const before = state.source === 'session' ? state.value : null;
    return {
      sql: statement('', state.name, value),
      undo: statement('', state.name, before),
      note: 'Holds in the session that runs it. To change it for good, change the client that opens the connection.',
    };
  }
  const prefix = alter(place);
  const before = facts.scoped.find(one => one.name === state.name && sameScope(one.scope, place))?.value ?? null;
  const standby = facts.onStandby ? ' This server is a standby: run it on the primary.' : '';
  return {
    sql: statement(prefix, state.name, value),
    undo: statement(prefix, state.name, before),
    note: `Holds for connections that are opened afterwards.${standby}`,
  };
}

/** Whether ALTER SYSTEM is allowed, and changes what the server works with. */
function serverTakes(facts: SettingsFacts, { source }: SettingState): boolean {
  const outranked = source === 'command line' || source === 'environment variable';
  return !outranked && facts.settings.get('allow_alter_system')?.setting !== 'off';
}

/** ALTER ROLE ALL outranks configuration files and command line, but knows only what a session could set, too. */
function changeForAll(facts: SettingsFacts, state: SettingState, value: string | null): Remedy | null {
  const settable = state.context === 'user' || state.context === 'superuser';
  return settable ? change(facts, state, { kind: 'everywhere' }, value) : null;
}

function changeOfServer(facts: SettingsFacts, state: SettingState, value: string | null): Remedy {
  const { before, sure } = autoValue(facts, state);
  const restart = state.context === 'postmaster';
  const after = restart ? '' : '\nSELECT pg_catalog.pg_reload_conf();';
  const notes = [
    restart ? 'Needs a restart of the server.' : 'Holds in every session once the configuration is read again.',
    restart && onlyRaisedOnStandbyFirst.has(state.name) ? 'Where there are standbys, raise it there first.' : '',
    sure ? '' : undoDoubt(facts, state),
  ];
  return {
    sql: statement('ALTER SYSTEM', state.name, value) + after,
    undo: statement('ALTER SYSTEM', state.name, before) + after,
    note: notes.filter(Boolean).join(' '),
  };
}

/** A standby does not start when one of these is lower than on its primary (documentation, "Hot Standby"). */
const onlyRaisedOnStandbyFirst = new Set(['max_worker_processes', 'max_connections']);

/** What postgresql.auto.conf says of the setting; null for nothing. Not sure when this user may not see it. */
function autoValue(facts: SettingsFacts, state: SettingState): { before: string | null; sure: boolean } {
  if (facts.files) {
    return { before: facts.files.get(state.name)?.auto ?? null, sure: true };
  }
  const fromFile = state.source === 'configuration file';
  if (state.pendingRestart) {
    return { before: fromFile ? state.value : null, sure: false };
  }
  if (fromFile) {
    return { before: state.fromAutoConf === false ? null : state.value, sure: state.fromAutoConf !== null };
  }
  return { before: null, sure: state.source === 'default' };
}

function undoDoubt(facts: SettingsFacts, { name }: SettingState): string {
  return `What postgresql.auto.conf says of ${name} is hidden from ${facts.user.name}; before the change, look: SELECT * FROM pg_file_settings WHERE name = '${name}'. If that file does not name it, ALTER SYSTEM RESET ${name} is the undo.`;
}

function statement(prefix: string, name: string, value: string | null): string {
  const action = value === null ? `RESET ${name};` : `SET ${name} = ${quoteLiteral(value)};`;
  return prefix === '' ? action : `${prefix} ${action}`;
}

function alter(scope: SettingScope): string {
  switch (scope.kind) {
    case 'everywhere':
      return 'ALTER ROLE ALL';
    case 'database':
      return `ALTER DATABASE ${scope.database.quoted}`;
    case 'role':
      return `ALTER ROLE ${scope.role.quoted}`;
    case 'roleInDatabase':
      return `ALTER ROLE ${scope.role.quoted} IN DATABASE ${scope.database.quoted}`;
    default:
      return assertNever(scope);
  }
}

/** The place whose values win over the other's, for whom both hold (the order of `GucSource` in guc.h). */
export function stronger<T extends Place>(one: T, other: T): T {
  return strength.indexOf(one.kind) >= strength.indexOf(other.kind) ? one : other;
}

const strength: readonly Place['kind'][] = ['server', 'everywhere', 'database', 'role', 'roleInDatabase', 'session'];

/** A place for a sentence: `for role app in database shop`. */
export function placeWords(place: Place): string {
  switch (place.kind) {
    case 'server':
      return 'for the whole server';
    case 'session':
      return 'by the connection itself';
    case 'everywhere':
      return 'for all roles';
    case 'database':
      return `for database ${place.database.name}`;
    case 'role':
      return `for role ${place.role.name}`;
    case 'roleInDatabase':
      return `for role ${place.role.name} in database ${place.database.name}`;
    default:
      return assertNever(place);
  }
}

/** Equal for equal places and different for different ones, whatever the names hold. */
export function placeKey(place: Place): string {
  const role = 'role' in place ? place.role.name : null;
  const database = 'database' in place ? place.database.name : null;
  return JSON.stringify([place.kind, role, database]);
}

function sameScope(one: Place, other: Place): boolean {
  return placeKey(one) === placeKey(other);
}

/** A constant whatever `standard_conforming_strings` is (`quote_literal_internal` in quote.c). */
function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
