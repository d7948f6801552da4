/** Units of settings, as `memory_unit_conversion_table` and `time_unit_conversion_table` of guc.c have them. */

/** A unit's name and its size in bytes or microseconds. Case matters: `kB`, not `KB`. */
type Unit = readonly [name: string, size: number];

const memoryUnits: readonly Unit[] = [
  ['TB', 1024 ** 4],
  ['GB', 1024 ** 3],
  ['MB', 1024 ** 2],
  ['kB', 1024],
  ['B', 1],
];
const timeUnits: readonly Unit[] = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['min', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1000],
  ['us', 1],
];

/** The units that a setting with this unit (`kB`, `8kB`, `ms`, …) takes, largest first; none for a setting without a unit. */
export function unitNames(baseUnit: string | null): readonly string[] {
  return (find(baseUnit)?.units ?? []).map(([name]) => name);
}

/**
 * A value with the unit named, in the setting's own unit; undefined if the setting does not take it. A fraction is
 * rounded to a whole number of the next smaller unit, as `convert_to_base_unit` in guc.c does.
 */
export function toBaseUnit(value: number, unitName: string, baseUnit: string | null): number | undefined {
  const base = find(baseUnit);
  const index = base?.units.findIndex(([name]) => name === unitName) ?? -1;
  const unit = base?.units[index];
  if (!base || !unit) {
    return undefined;
  }
  const converted = value * (unit[1] / base.size);
  const smaller = base.units[index + 1];
  if (!smaller) {
    return converted;
  }
  const step = smaller[1] / base.size;
  return roundHalfEven(converted / step) * step;
}

/** C's `rint`: the nearest whole number, of two equally near the even one. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const over = value - floor;
  return over > 0.5 || (over === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** A number of base units for a sentence: `8192 kB`, `8388608 kB` for 1048576 of `8kB`. */
export function inWords(value: number, baseUnit: string | null): string {
  const block = /^([0-9]+)(kB|MB)$/.exec(baseUnit ?? '');
  if (block) {
    return `${value * Number(block[1])} ${block[2] ?? ''}`;
  }
  return baseUnit === null ? String(value) : `${value} ${baseUnit}`;
}

/** The family of units that a base unit belongs to, and the base unit's size in the family's smallest. */
function find(baseUnit: string | null): { units: readonly Unit[]; size: number } | undefined {
  const match = /^([0-9]*)([A-Za-z]+)$/.exec(baseUnit ?? '');
  for (const units of [memoryUnits, timeUnits]) {
    const unit = units.find(([name]) => name === match?.[2]);
    if (match && unit) {
      return { units, size: Number(match[1] === '' ? 1 : match[1]) * unit[1] };
    }
  }
  return undefined;
}
