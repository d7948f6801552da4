import { ConnectFailed } from './errors';
import type { PasswordSource } from './passwordSource';
import type { Profile } from './profile';
import { whenAborted } from './timing';

/**
 * Opens a session of any kind, with a question for the password when the server wants one or refuses the known one, until it is
 * right or the user dismisses the question (ConnectFailed `passwordNeeded`). Where the user may not be asked, the first
 * `passwordNeeded` or `passwordWrong` is the answer. A refused password is forgotten in either case.
 */
export async function openWithPassword<T>(
  profile: Profile,
  passwords: PasswordSource,
  options: { readonly mayAsk: boolean; readonly signal?: AbortSignal },
  open: (password: string | null) => Promise<T>,
): Promise<T> {
  let password = await passwords.get(profile);
  for (;;) {
    try {
      return await open(password);
    } catch (error) {
      const why = question(error);
      if (why === null) {
        throw error;
      }
      // Somebody else may have asked for it meanwhile.
      const known = await passwords.get(profile);
      if (known !== null && known !== password) {
        password = known;
        continue;
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
