/** Bytes as `8 MB`, `1.5 GB`: PostgreSQL's units of 1024, three digits by the locale, one too large for `GB` as `TB`. */
export function memoryWords(bytes: number, locale: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1023.5 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${digits(size, locale)}\u00a0${units[unit] ?? ''}`;
}

function digits(value: number, locale: string): string {
  const format = { maximumSignificantDigits: Math.max(3, String(Math.trunc(value)).length) };
  try {
    return value.toLocaleString(locale, format);
  } catch {
    // An editor can report a locale that Intl refuses (`C`, `en_US.UTF-8`).
    return value.toLocaleString('en', format);
  }
}
