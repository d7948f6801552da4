import { createHash } from 'node:crypto';
import type { Profile } from './profile';

/**
 * The key a profile's password is stored under: SHA-256, in hexadecimal, of host, port, database, user and TLS mode.
 * Another endpoint, or weaker TLS, has another key, so a stored password is never sent there.
 */
export function secretKey(profile: Pick<Profile, 'host' | 'port' | 'database' | 'user' | 'sslmode'>): string {
  const { host, port, database, user, sslmode } = profile;
  return createHash('sha256')
    .update(JSON.stringify([host, port, database, user, sslmode]))
    .digest('hex');
}
