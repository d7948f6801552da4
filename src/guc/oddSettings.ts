import type { SettingsFinding } from './settingsFinding';
import { parallelSettings } from './parallelSettings';
import { placeKey, placeWords } from './remedy';
import type { SettingsFacts } from './settingsFacts';
import { shownDefault } from './shownValue';
import { backToDefault, valuesOf, valueWords } from './settingValues';

/** Costs far from the default, a developers' setting left on, and values that wait for a restart. */
export function settingFindings(facts: SettingsFacts): SettingsFinding[] {
  return [...farFindings(facts), ...forcedFindings(facts), ...pendingFindings(facts)];
}

/** How many times the default the value is; 0 for 0, and below 1 for less. */
export function timesDefault(setting: string, defaultValue: string | null): number {
  return Number(setting) / Number(defaultValue ?? NaN);
}

export function isFar(times: number, factor: number): boolean {
  return times >= factor || times <= 1 / factor;
}

function farFindings(facts: SettingsFacts): SettingsFinding[] {
  return parallelSettings.flatMap(({ name, far }) =>
    valuesOf(facts, name).flatMap((found): SettingsFinding[] => {
      const { state, place, setting, shown, ours } = found;
      const times = timesDefault(setting, state.defaultValue);
      if (!far || !isFar(times, far.factor)) {
        return [];
      }
      return [
        {
          id: `far:${name}:${placeKey(place)}`,
          severity: ours && times > 1 ? 'warning' : 'hint',
          title: `${name} is ${shown}`,
          sentence: `${name} is ${shown} ${placeWords(place)}, far from its default of ${shownDefault(state)}: ${times > 1 ? far.above : far.below}.`,
          figures: [valueWords(found), `Built in: ${shownDefault(state)}`, timesWords(times)],
          remedies: backToDefault(facts, found),
        },
      ];
    }),
  );
}

function timesWords(times: number): string {
  if (times === 0) {
    return 'Nothing is counted at all.';
  }
  return times > 1 ? `${rounded(times)} times the default.` : `The default is ${rounded(1 / times)} times as much.`;
}

function rounded(times: number): string {
  return String(Number(times.toPrecision(3)));
}

function forcedFindings(facts: SettingsFacts): SettingsFinding[] {
  return ['debug_parallel_query', 'force_parallel_mode'].flatMap(name =>
    valuesOf(facts, name)
      .filter(({ setting }) => setting !== 'off')
      .map((found): SettingsFinding => {
        const { place, shown, ours } = found;
        return {
          id: `forced:${name}:${placeKey(place)}`,
          severity: ours ? 'warning' : 'hint',
          title: `${name} is ${shown}`,
          sentence: `${name} is ${shown} ${placeWords(place)}: every query that may gets a worker, which is meant for tests of PostgreSQL.`,
          figures: [valueWords(found), 'Built in: off'],
          remedies: backToDefault(facts, found),
        };
      }),
  );
}

function pendingFindings(facts: SettingsFacts): SettingsFinding[] {
  return [...facts.settings.values()]
    .filter(({ pendingRestart }) => pendingRestart)
    .map(({ name, value }) => {
      const written = facts.files ? (facts.files.get(name)?.last ?? 'its default') : null;
      return {
        id: `restart:${name}`,
        severity: 'warning',
        title: `${name} waits for a restart`,
        sentence: `${name} was changed, but the server works with ${value} until it is restarted.`,
        figures: [`Now: ${value}`, `After a restart: ${written ?? 'hidden from this user'}`],
        remedies: [],
      };
    });
}
