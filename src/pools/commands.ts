export const SHOW_POOLS = 'SHOW POOLS';
export const SHOW_DATABASES = 'SHOW DATABASES';
export const SHOW_STATS = 'SHOW STATS';
export const SHOW_LISTS = 'SHOW LISTS';
/** From 1.19. */
export const SHOW_STATE = 'SHOW STATE';
export const SHOW_CONFIG = 'SHOW CONFIG';
export const SHOW_CLIENTS = 'SHOW CLIENTS';
export const SHOW_SERVERS = 'SHOW SERVERS';

/** What one argument may be long, in bytes as it is written, quotes among them (`admin_handle_client` of admin.c). */
const argumentBytes = 63;

/**
 * A database's name as an argument of a command. Null when it cannot be said: the console has no room for it, or no way to
 * write it.
 */
export function quoteForConsole(name: string): string | null {
  const written = /^[0-9a-z_]+$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  return name === '' || name.includes('\0') || Buffer.byteLength(written) > argumentBytes ? null : written;
}
