import { assertNever } from '../assertNever';
import { readDouble, readLong, type CNumber } from './cNumber';
import type { ServerSetting } from './serverSettings';
import { roundHalfEven, toBaseUnit } from './units';

/** Why a server would refuse a value. */
export type ValueFault = 'syntax' | 'unit' | 'range';

export type NumberResult =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly fault: ValueFault };

/** What is wrong with a value for that setting; undefined if the server takes it. */
export function valueFault(value: string, setting: ServerSetting): ValueFault | undefined {
  // Text of PostgreSQL cannot hold a NUL.
  if (value.includes('\0')) {
    return 'syntax';
  }
  switch (setting.vartype) {
    case 'bool':
      return isBoolean(value) ? undefined : 'syntax';
    case 'enum':
      return isEnumValue(value, setting.enumValues ?? []) ? undefined : 'syntax';
    case 'integer':
      return rangeFault(parseInteger(value, setting.unit), setting);
    case 'real':
      return rangeFault(parseReal(value, setting.unit), setting);
    case 'string':
      return undefined;
    default:
      return assertNever(setting.vartype);
  }
}

/** The words of `parse_bool` in bool.c: `on`, `off`, `true`, `false`, `yes`, `no`, their beginnings that fit only one, `1`, `0`. */
function isBoolean(value: string): boolean {
  const word = value.toLowerCase();
  const whole = ['true', 'false', 'yes', 'no', 'on', 'off'].some(full => word !== '' && full.startsWith(word));
  return (whole && word !== 'o') || word === '1' || word === '0';
}

/** Values as `config_enum_lookup_by_name` in guc.c compares them. Settings with `on` and `off` take the other words too, unlisted. */
function isEnumValue(value: string, listed: readonly string[]): boolean {
  const unlisted = listed.includes('on') && listed.includes('off') ? ['true', 'false', 'yes', 'no', '1', '0'] : [];
  return [...listed, ...unlisted].includes(value.toLowerCase());
}

/** A whole number in the setting's unit, by `parse_int` in guc.c: also hexadecimal, octal, fractions (rounded) and units. */
export function parseInteger(value: string, unit: string | null): NumberResult {
  let number = readLong(value);
  if (['.', 'e', 'E'].includes(value.charAt(number.end)) || number.outOfRange) {
    number = readDouble(value);
  }
  const parsed = withUnit(value, number, unit);
  if (!parsed.ok) {
    return parsed;
  }
  const rounded = roundHalfEven(parsed.value);
  return rounded > 2 ** 31 - 1 || rounded < -(2 ** 31) ? { ok: false, fault: 'range' } : { ok: true, value: rounded };
}

/** A number in the setting's unit, by `parse_real` in guc.c. */
export function parseReal(value: string, unit: string | null): NumberResult {
  return withUnit(value, readDouble(value), unit);
}

function withUnit(text: string, number: CNumber, baseUnit: string | null): NumberResult {
  if (number.end === 0 || Number.isNaN(number.value)) {
    return { ok: false, fault: 'syntax' };
  }
  if (number.outOfRange) {
    return { ok: false, fault: 'range' };
  }
  // C's isspace, not JavaScript's larger idea of white space.
  const unit = /^[ \t-\r]*(.*?)[ \t-\r]*$/su.exec(text.slice(number.end))?.[1] ?? '';
  if (unit === '') {
    return { ok: true, value: number.value };
  }
  const converted = toBaseUnit(number.value, unit, baseUnit);
  return converted === undefined ? { ok: false, fault: 'unit' } : { ok: true, value: converted };
}

function rangeFault(parsed: NumberResult, setting: ServerSetting): ValueFault | undefined {
  if (!parsed.ok) {
    return parsed.fault;
  }
  const { value } = parsed;
  const inRange = value >= lowest(setting) && value <= highest(setting);
  return inRange ? undefined : 'range';
}

/** The least value in the setting's unit. */
export function lowest(setting: ServerSetting): number {
  return limit(setting.minValue, -Number.MAX_VALUE);
}

/** The greatest value in the setting's unit. */
export function highest(setting: ServerSetting): number {
  return limit(setting.maxValue, Number.MAX_VALUE);
}

function limit(text: string | null, none: number): number {
  const value = text === null ? none : Number(text);
  // pg_settings prints six digits, so the largest double comes as a little less than it is.
  return Number.isNaN(value) || Math.abs(value) > 1.797e308 ? none : value;
}
