import { isLocalHost } from './profile';
import type { Profile, SslMode } from './profile';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ResolvedProfiles {
  readonly profiles: readonly Profile[];
  /** One sentence for each entry, or variable, that could not be taken as it is; such an entry gives no profile. */
  readonly problems: readonly string[];
}

/** TLS when nothing is said about it. */
export function defaultSslMode(host: string): SslMode {
  return isLocalHost(host) ? 'disable' : 'verify-full';
}

/** What is wrong with a profile as a whole; null when nothing is. */
export function contradiction(profile: Profile): string | null {
  // libpq refuses it too, since it would look like more than it is (documentation, "sslrootcert").
  return profile.sslrootcert === 'system' && profile.sslmode === 'require'
    ? 'sslrootcert “system” needs sslmode verify-full'
    : null;
}
