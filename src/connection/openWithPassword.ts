import { ConnectFailed } from './errors';
import { openSession } from './openSession';
import type { SessionOptions } from './openSession';
import type { PasswordSource } from './passwordSource';
import type { Profile } from './profile';
import type { Session } from './session';
import { whenAborted } from './timing';

/**
 * Opens a session, with a question for the password when the server wants one or refuses the known one, until it is
 * right or the user dismisses the question (ConnectFailed `passwordNeeded`). Where the user may not be asked, the first
 * `passwordNeeded` or `passwordWrong` is the answer. A refused password is forgotten in either case.
 */
export async function openWithPassword(
  profile: Profile,
  passwords: PasswordSource,
  options: SessionOptions & { readonly mayAsk: boolean },
): Promise<Session> {
  let password = await passwords.get(profile);
  for (;;) {
    try {
      return await openSession(profile, password, options);
    } catch (error) {
      const why = question(error);
      if (why === null) {
        throw error;
      }
      if (why === 'wrong') {
        await passwords.forget(profile);
      }
      if (!options.mayAsk) {
        throw error;
      }
      const answer = await orAborted(passwords.ask(profile, why), options.signal);
      if (answer === undefined) {
        throw new ConnectFailed('passwordNeeded', 'The server asks for a password');
      }
      password = answer;
    }
  }
}

function question(error: unknown): 'needed' | 'wrong' | null {
  if (!(error instanceof ConnectFailed)) {
    return null;
  }
  return error.reason === 'passwordNeeded' ? 'needed' : error.reason === 'passwordWrong' ? 'wrong' : null;
}

/** An abort does not wait for the user; what they answer later is not used. */
function orAborted<T>(question: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopListening = whenAborted(signal, () => reject(new ConnectFailed('aborted', 'Cancelled')));
    question.then(resolve, reject).finally(stopListening);
  });
}
