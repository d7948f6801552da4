import { formatCount, formatMs } from '../plan/figures';

const noBreakSpace = '\u00a0';

const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

/** A time that goes on, so that its digits do not flicker: `812 ms`, `4.20 s`, from ten seconds on `31 s`, `2 min 5 s`, `3 h 12 min`. */
export function formatDuration(ms: number, locale: string): string {
  if (ms < 9995) {
    return formatMs(ms, locale);
  }
  const total = Math.round(ms / 1000);
  const first = units.findIndex(({ seconds }) => total >= seconds);
  const parts: string[] = [];
  let rest = total;
  for (const { name, seconds } of units.slice(first, first + 2)) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) {
      parts.push(`${formatCount(count, locale)}${noBreakSpace}${name}`);
    }
  }
  return parts.join(' ');
}
