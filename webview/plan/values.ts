import { visibleLines } from '../kit/visibleText';

/** A value as text: strings as they are, lists of strings with commas (`none` when empty), anything nested as indented JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') {
    return visibleLines(value);
  }
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) {
    return value.length === 0 ? 'none' : visibleLines(value.join(', '));
  }
  return visibleLines(value === undefined ? '' : JSON.stringify(value, null, 2));
}

/** A key of the server's with its value. */
export type Property = readonly [key: string, value: unknown];

/** Properties that say something, and the names of those that are 0 or false: the server prints many of these. */
export interface SortedProperties {
  readonly telling: readonly Property[];
  readonly zero: readonly string[];
  readonly no: readonly string[];
}

export function sortProperties(properties: readonly Property[]): SortedProperties {
  const entries = properties.flatMap(withMembers);
  const keysWith = (wanted: unknown): readonly string[] =>
    entries.filter(([, value]) => value === wanted).map(([key]) => key);
  return {
    telling: entries.filter(([, value]) => value !== 0 && value !== false),
    zero: keysWith(0),
    no: keysWith(false),
  };
}

/** A property that is an object by its members: `Planning: Shared Hit Blocks`. */
function withMembers([key, value]: Property): readonly Property[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([member, inner]) => [`${key}: ${member}`, inner] as const)
    : [[key, value]];
}
