import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import type { Sessions } from '../sessions';
import type { Passwords } from './passwords';

/** Forgets every password, and closes the idle sessions, which would go on without one. Says how many were forgotten. */
export async function forgetPasswords(passwords: Passwords, sessions: Sessions, log: Log): Promise<void> {
  const count = await passwords.forgetAll();
  sessions.closeIdle();
  const forgotten = count === 1 ? '1 password is forgotten' : `${String(count)} passwords are forgotten`;
  notify('information', `${forgotten}, and idle connections are closed.`, [], log);
}
