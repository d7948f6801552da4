import { login } from './login';
import type { SessionOptions } from './login';
import type { Profile } from './profile';
import { queryTypes } from './queryTypes';
import { Session } from './session';

/** Opens a session. Rejects with ConnectFailed, at once when the signal is aborted, and then leaves no socket. */
export async function openSession(
  profile: Profile,
  password: string | null,
  options: SessionOptions,
): Promise<Session> {
  const { client, socket, types, announcedVersion } = await login(profile, password, options);
  return new Session(profile, password, announcedVersion, { client, socket, types: queryTypes(types) });
}
