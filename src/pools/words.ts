import { formatCount } from '../plan/figures';

/** `1 server`, `20 servers`. */
export function countOf(count: number, noun: string, locale: string): string {
  return `${formatCount(count, locale)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1 client waits`, `14 clients wait`. */
export function waitersWords(count: number, locale: string): string {
  return `${countOf(count, 'client', locale)} ${count === 1 ? 'waits' : 'wait'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** A name from anywhere, kept short and on one line. */
export function shortName(name: string): string {
  const line = name.replace(/[\s\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** `shop/app`: a pool as the view calls it. */
export function poolName({ database, user }: { readonly database: string; readonly user: string }): string {
  return `${shortName(database)}/${shortName(user)}`;
}
