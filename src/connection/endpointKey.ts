import type { Profile } from './profile';
import { secretKey } from './secretKey';

/** Connections may be shared between profiles only when every detail of how they connect is the same. */
export function endpointKey(profile: Profile): string {
  return `${secretKey(profile)} ${profile.sslrootcert ?? ''}`;
}
