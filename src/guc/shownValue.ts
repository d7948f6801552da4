import type { SettingState } from './settingsFacts';
import { toBaseUnit, unitNames } from './units';

/** A number of base units as SHOW prints it: in the largest unit that leaves a whole number (`convert_int_from_base_unit`). */
export function shownValue(setting: string, unit: string | null): string {
  const value = Number(setting);
  if (unit === null || !Number.isInteger(value) || value <= 0) {
    return setting;
  }
  for (const name of unitNames(unit)) {
    const inUnit = value / (toBaseUnit(1, name, unit) ?? NaN);
    if (Number.isInteger(inUnit)) {
      return `${inUnit}${name}`;
    }
  }
  return setting;
}

/** The built-in value as SHOW would print it. */
export function shownDefault({ defaultValue, unit }: SettingState): string {
  return defaultValue === null ? '' : shownValue(defaultValue, unit);
}

/** The value of a memory setting in bytes; NaN for anything else. */
export function bytesOf(state: SettingState | undefined): number {
  const unitBytes = 1 / (toBaseUnit(1, 'B', state?.unit ?? null) ?? NaN);
  return Number(state?.setting ?? NaN) * unitBytes;
}
