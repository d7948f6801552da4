import type { PasswordSource } from './passwordSource';
import { secretKey } from './secretKey';

/** The same source, but several who want the password of one endpoint at once wait for one question to the user. */
export function sharedQuestions(passwords: PasswordSource): PasswordSource {
  const open = new Map<string, Promise<string | undefined>>();
  return {
    get: profile => passwords.get(profile),
    forget: profile => passwords.forget(profile),
    ask: (profile, why) => {
      const key = secretKey(profile);
      const question = open.get(key) ?? passwords.ask(profile, why).finally(() => open.delete(key));
      open.set(key, question);
      return question;
    },
  };
}
