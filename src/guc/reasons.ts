import { assertNever } from '../assertNever';
import type { CatalogueSetting } from './settings';
import type { ServerSetting } from './serverSettings';
import { inWords, unitNames } from './units';
import { highest, lowest } from './value';

/** Why an override is refused. */
export type OverrideReason =
  | { readonly kind: 'refusedName'; readonly name: string }
  | { readonly kind: 'unknownName'; readonly name: string; readonly nearest: string | null }
  | { readonly kind: 'otherVersion'; readonly setting: CatalogueSetting; readonly serverMajor: number }
  | { readonly kind: 'notOnServer'; readonly name: string }
  | { readonly kind: 'notSettable'; readonly name: string; readonly context: string }
  | { readonly kind: 'badValue'; readonly setting: ServerSetting; readonly value: string }
  | { readonly kind: 'badUnit'; readonly setting: ServerSetting; readonly value: string }
  | { readonly kind: 'outOfRange'; readonly setting: ServerSetting; readonly value: string };

/** One or two sentences: what is wrong with the override and what is allowed. */
export function overrideSentence(reason: OverrideReason): string {
  switch (reason.kind) {
    case 'refusedName':
      return refusedSentence(reason.name);
    case 'unknownName': {
      const hint = reason.nearest === null ? '' : ` Perhaps ${reason.nearest} is meant.`;
      return `${quoted(reason.name)} is not a planner setting that a run can override.${hint}`;
    }
    case 'otherVersion':
      return versionSentence(reason.setting, reason.serverMajor);
    case 'notOnServer':
      return `This server has no setting ${reason.name}.`;
    case 'notSettable':
      return `${reason.name} cannot be overridden for a run: ${contextWords(reason.context)}.`;
    case 'badValue':
      return `${takes(reason.setting)}, not ${quoted(reason.value)}.`;
    case 'badUnit':
      return `${unitSentence(reason.setting)}, not ${quoted(reason.value)}.`;
    case 'outOfRange':
      return `${takes(reason.setting)}; ${quoted(reason.value)} is outside.`;
    default:
      return assertNever(reason);
  }
}

function refusedSentence(name: string): string {
  switch (name) {
    case 'role':
    case 'session_authorization':
      return `${name} cannot be overridden: a run always uses the connection’s own user.`;
    case 'search_path':
      return 'search_path cannot be overridden: the statement would mean other tables.';
    default:
      return `${quoted(name)} cannot be overridden: names with a dot belong to extensions, and the server takes them unchecked.`;
  }
}

function versionSentence({ name, existsFrom, existsTo, otherName }: CatalogueSetting, serverMajor: number): string {
  const since = existsFrom === null ? '' : `from PostgreSQL ${existsFrom} on`;
  const until = existsTo === null ? '' : `up to PostgreSQL ${existsTo}`;
  const sentence = `${name} exists ${[since, until].filter(Boolean).join(' ')}; this server is ${serverMajor}.`;
  return otherName === null ? sentence : `${sentence} Its name here is ${otherName}.`;
}

function contextWords(context: string): string {
  switch (context) {
    case 'postmaster':
      return 'it changes only when the server restarts';
    case 'sighup':
      return 'it changes only in the server’s configuration';
    case 'backend':
    case 'superuser-backend':
      return 'it is fixed when a connection begins';
    case 'superuser':
      return 'this server lets only a superuser change it';
    case 'internal':
      return 'it is fixed in the server';
    default:
      return `its context on this server is ${context}`;
  }
}

/** `work_mem takes 64 kB to 2147483647 kB`. */
function takes(setting: ServerSetting): string {
  const { name, vartype } = setting;
  switch (vartype) {
    case 'bool':
      return `${name} takes on or off`;
    case 'enum':
      return `${name} takes ${alternatives(setting.enumValues ?? [])}`;
    case 'integer':
    case 'real': {
      const kind = vartype === 'integer' && setting.unit === null ? 'a whole number' : 'a number';
      const least = inWords(lowest(setting), setting.unit);
      if (highest(setting) === Number.MAX_VALUE) {
        return `${name} takes ${kind} from ${least} upwards`;
      }
      return `${name} takes ${setting.unit === null ? `${kind} from ` : ''}${least} to ${inWords(highest(setting), setting.unit)}`;
    }
    case 'string':
      return `${name} takes text`;
    default:
      return assertNever(vartype);
  }
}

function unitSentence(setting: ServerSetting): string {
  const units = unitNames(setting.unit);
  return units.length === 0
    ? `${setting.name} takes a number without a unit`
    : `${setting.name} takes the units ${alternatives(units)} (upper and lower case matter)`;
}

function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** What the user wrote, short enough for a message. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
