import type { SettingsFinding } from './settingsFinding';
import { parallelSettings } from './parallelSettings';
import { placeKey, placeWords } from './remedy';
import type { SettingsFacts } from './settingsFacts';
import { backToDefault, valuesOf, valueWords } from './settingValues';

/** Parallelism that is switched off somewhere: for the server, a database, a role, a role in a database, a session. */
export function switchedOffFindings(facts: SettingsFacts): SettingsFinding[] {
  return parallelSettings.flatMap(({ name, off }) =>
    valuesOf(facts, name)
      .filter(({ setting }) => off?.value === setting)
      .map((found): SettingsFinding => {
        const { state, place, shown, ours } = found;
        return {
          id: `off:${name}:${placeKey(place)}`,
          severity: ours && off?.whole === true ? 'warning' : 'hint',
          title: `Off ${placeWords(place)}`,
          sentence: `${name} is ${shown} ${placeWords(place)}: ${off?.means ?? ''}.`,
          figures: [valueWords(found), `Built in: ${state.defaultValue ?? ''}`],
          remedies: backToDefault(facts, found),
        };
      }),
  );
}
