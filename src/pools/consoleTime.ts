import type { PooledConnection } from './model';

/**
 * How long ago a client sent its last request, to the second; null when that cannot be known. PgBouncer writes times in its own
 * time zone, of which we know no more than a name: so they are compared with one of our own console's request, which was just now.
 */
export function sinceRequestMs(client: PooledConnection, own: PooledConnection | undefined): number | null {
  const [then, now] = [consoleTime(client.requestTime), consoleTime(own?.requestTime ?? '')];
  return then !== null && then.zone === now?.zone ? Math.max(0, now.ms - then.ms) : null;
}

function consoleTime(text: string): { readonly ms: number; readonly zone: string } | null {
  const [, date, time, zone] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ?(.*)$/.exec(text) ?? [];
  const ms = Date.parse(`${date ?? ''}T${time ?? ''}Z`);
  return Number.isNaN(ms) ? null : { ms, zone: zone ?? '' };
}
