import type { Profile } from './profile';

/** Where passwords come from. None of it is called while a transaction is open. */
export interface PasswordSource {
  /** The known password, or null. */
  get(profile: Profile): Promise<string | null>;
  /**
   * Asks the user, and keeps the answer for `get`; undefined when they dismiss the question. `wrong`: the server has
   * refused the one before.
   */
  ask(profile: Profile, why: 'needed' | 'wrong'): Promise<string | undefined>;
  /** The server has refused the known password: it must not be given again. */
  forget(profile: Profile): Promise<void>;
}
