import { change, placeKey, placeOf, placeWords, type Place, type Remedy } from './remedy';
import type { ScopedSetting, SettingsFacts, SettingState } from './settingsFacts';
import { shownValue } from './shownValue';
import { parseInteger, parseReal } from './value';

/** One value of a setting, and where it is written down. */
export interface SettingValue {
  readonly state: SettingState;
  readonly place: Place;
  /** In the setting's own unit, written as `pg_settings.setting` would. */
  readonly setting: string;
  /** As SHOW would print it. */
  readonly shown: string;
  /** It is what the session that asked works with. */
  readonly ours: boolean;
}

/** The value that the session works with; undefined when the server has no such setting. */
export function sessionValue(facts: SettingsFacts, name: string): SettingValue | undefined {
  const state = facts.settings.get(name);
  return state && { state, place: placeOf(facts, state), setting: state.setting, shown: state.value, ours: true };
}

/** Every value that the setting has anywhere, as far as the server tells: the session's first. */
export function valuesOf(facts: SettingsFacts, name: string): readonly SettingValue[] {
  const ours = sessionValue(facts, name);
  if (!ours) {
    return [];
  }
  const others = [
    ...facts.scoped.filter(one => one.name === name).map(one => scopedValue(ours.state, one)),
    serverValue(facts, ours.state),
  ];
  return [ours, ...others.filter(one => one !== null).filter(one => placeKey(one.place) !== placeKey(ours.place))];
}

/** What the server itself has where the session got another value; null when this user may not see it. */
function serverValue(facts: SettingsFacts, state: SettingState): SettingValue | null {
  if (placeOf(facts, state).kind === 'server') {
    return { state, place: { kind: 'server' }, setting: state.setting, shown: state.value, ours: true };
  }
  // What all roles have of their own, nobody gets from the server.
  const forAll = facts.scoped.some(one => one.name === state.name && one.scope.kind === 'everywhere');
  if (!facts.files || forAll) {
    return null;
  }
  const text = facts.files.get(state.name)?.last ?? shownValue(state.defaultValue ?? '', state.unit);
  return valueFrom(state, { kind: 'server' }, text);
}

/** What holds for those of whom that place is: written there, or else the next weaker place. Null when not known. */
export function valueAt(facts: SettingsFacts, name: string, place: Place): SettingValue | null {
  const all = valuesOf(facts, name);
  for (const weaker of [place, ...weakerPlaces(place)]) {
    const found = all.find(one => placeKey(one.place) === placeKey(weaker));
    if (found) {
      return found;
    }
  }
  return null;
}

function weakerPlaces(place: Place): readonly Place[] {
  const always: readonly Place[] = [{ kind: 'everywhere' }, { kind: 'server' }];
  if (place.kind !== 'roleInDatabase') {
    return always;
  }
  const { role, database } = place;
  return [{ kind: 'role', role }, { kind: 'database', database }, ...always];
}

function scopedValue(state: SettingState, { scope, value }: ScopedSetting): SettingValue | null {
  return valueFrom(state, scope, value);
}

function valueFrom(state: SettingState, place: Place, text: string): SettingValue | null {
  const setting = normalized(state, text);
  return setting === null ? null : { state, place, setting, shown: shownValue(setting, state.unit), ours: false };
}

/** A value that somebody wrote, as `pg_settings.setting` would show it; null when the server would not take it. */
function normalized({ vartype, unit }: SettingState, text: string): string | null {
  switch (vartype) {
    case 'integer':
    case 'real': {
      const parsed = vartype === 'integer' ? parseInteger(text, unit) : parseReal(text, unit);
      return parsed.ok ? String(parsed.value) : null;
    }
    case 'bool':
      return /^(of|off|f|fa|fal|fals|false|n|no|0)$/i.test(text) ? 'off' : 'on';
    case 'enum':
    case 'string':
      return text.toLowerCase();
  }
}

/** `max_parallel_workers = 8 (for role app)`. */
export function valueWords({ state, shown, place }: SettingValue): string {
  return `${state.name} = ${shown} (${sourceWords(state, place)})`;
}

function sourceWords({ source }: SettingState, place: Place): string {
  if (place.kind !== 'server') {
    return placeWords(place);
  }
  switch (source) {
    case 'default':
      return 'the default';
    case 'command line':
      return 'on the command line that starts the server';
    case 'environment variable':
      return 'in the environment of the server';
    default:
      return placeWords(place);
  }
}

/** Gives the setting another value where this one is written down. */
export function changed(
  facts: SettingsFacts,
  { state, place }: SettingValue,
  value: string | number,
): readonly Remedy[] {
  const remedy = change(facts, state, place, String(value));
  return remedy ? [remedy] : [];
}

/** A sentence of its own, with whom it is about in front unless that is the session that asked. */
export function about({ place, ours }: Pick<SettingValue, 'place' | 'ours'>, sentence: string): string {
  const text = ours ? sentence : `${placeWords(place)}, ${sentence}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Takes an odd value away: the place is left to what holds around it, or given the built-in value. */
export function backToDefault(facts: SettingsFacts, { state, place }: SettingValue): readonly Remedy[] {
  const builtIn = shownValue(state.defaultValue ?? '', state.unit);
  const resets = place.kind === 'session' ? state.resetValue !== state.setting : place.kind !== 'server';
  const remedy = change(facts, state, place, resets ? null : builtIn);
  return remedy ? [remedy] : [];
}
