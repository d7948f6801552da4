/** Figures as every screen writes them: three significant digits, grouped by the locale with thin spaces, always with a unit. */

/** U+202F, so that a figure is never broken over two lines. */
const thinSpace = '\u202f';
const noBreakSpace = '\u00a0';

/** Milliseconds as `812 ms`, `0.042 ms`, `4.20 s`, `12.5 min`. EXPLAIN measures to a thousandth of a millisecond. */
export function formatMs(ms: number, locale: string): string {
  const size = Math.abs(ms);
  if (size >= 599_500) {
    return `${significant(ms / 60_000, locale)}${noBreakSpace}min`;
  }
  if (size >= 999.5) {
    return `${significant(ms / 1000, locale)}${noBreakSpace}s`;
  }
  return `${significant(ms, locale)}${noBreakSpace}ms`;
}

/** A count of rows or loops: whole numbers in full (`1 234 567`), the fractional averages of PostgreSQL 18 with three digits. */
export function formatCount(n: number, locale: string): string {
  return Number.isInteger(n) ? grouped(n, formatter(locale, 'whole')) : significant(n, locale);
}

/** A cost in the planner's unit (a sequential page read): whole from 100 upwards (`12 345`), three digits below. */
export function formatCost(n: number, locale: string): string {
  return significant(n, locale);
}

/** Bytes as `8 kB`, `34.0 MB`; PostgreSQL's units, where 1 kB is 1024 bytes. */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (Math.abs(size) >= 1023.5 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? grouped(size, formatter(locale, 'whole')) : significant(size, locale)}${noBreakSpace}${units[unit] ?? ''}`;
}

/** Three digits, but never a whole part rounded away and never more than three after the point. */
function significant(n: number, locale: string): string {
  const size = Math.abs(n);
  if (size >= 99.95) {
    return grouped(n, formatter(locale, 'whole'));
  }
  return grouped(n, formatter(locale, size >= 0.1 ? 'significant' : 'small'));
}

function grouped(n: number, format: Intl.NumberFormat): string {
  let text = '';
  for (const part of format.formatToParts(n)) {
    text += part.type === 'group' ? thinSpace : part.value;
  }
  return text;
}

const kinds = {
  whole: { maximumFractionDigits: 0 },
  significant: { minimumSignificantDigits: 3, maximumSignificantDigits: 3 },
  small: { maximumFractionDigits: 3 },
} satisfies Record<string, Intl.NumberFormatOptions>;

type Kind = keyof typeof kinds;
const formatters = new Map<string, Intl.NumberFormat>();

/** Making a formatter costs far more than using it, and a page formats thousands of figures. */
function formatter(locale: string, kind: Kind): Intl.NumberFormat {
  const key = `${kind} ${locale}`;
  const known = formatters.get(key);
  if (known) {
    return known;
  }
  const made = new Intl.NumberFormat(supported(locale), { useGrouping: true, ...kinds[kind] });
  formatters.set(key, made);
  return made;
}

/** An editor can report a locale that Intl refuses (`C`, `en_US.UTF-8`); the figures then follow English. */
function supported(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
