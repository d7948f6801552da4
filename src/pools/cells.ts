import type { ShownRow } from './model';

/** A figure of a row: int4 comes as a number, int8 and numeric as text. Null when there is none under this name. */
export function figure(row: ShownRow, column: string): number | null {
  const cell = row[column];
  if (typeof cell === 'number') {
    return cell;
  }
  const value = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : NaN;
  return Number.isFinite(value) ? value : null;
}

/** A figure that is 0 where the version does not have it. */
export function count(row: ShownRow, column: string): number {
  return figure(row, column) ?? 0;
}

/** The text of a cell, also of a figure. Null when there is none under this name. */
export function text(row: ShownRow, column: string): string | null {
  const cell = row[column];
  return typeof cell === 'number' ? String(cell) : (cell ?? null);
}

/** 0 and 1, or in words. */
export function flag(row: ShownRow, column: string): boolean {
  const cell = row[column];
  return typeof cell === 'number' ? cell !== 0 : /^(1|yes|true|t|on)$/i.test(cell ?? '');
}

/** Seconds and the microseconds beyond them, in two columns. */
export function microseconds(row: ShownRow, seconds: string, beyond: string): number {
  return count(row, seconds) * 1_000_000 + count(row, beyond);
}
