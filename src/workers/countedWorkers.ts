import type { Profile } from '../connection/profile';

const kept = 100;

/** What was answered to *How many workers?*, each for the server that was asked. */
export class CountedWorkers {
  private readonly answers = new Map<string, string>();

  /** `answer` is a short sentence about the statement that reads so. Of many the oldest are forgotten. */
  remember(profile: Profile, statement: string, answer: string): void {
    const key = keyOf(profile, statement);
    this.answers.delete(key);
    this.answers.set(key, answer);
    [...this.answers.keys()].slice(0, -kept).forEach(oldest => this.answers.delete(oldest));
  }

  answerTo(profile: Profile, statement: string): string | undefined {
    return this.answers.get(keyOf(profile, statement));
  }

  forget(): void {
    this.answers.clear();
  }
}

/** An answer may come when another connection was chosen, or the profile was changed and leads to another server. */
function keyOf(profile: Profile, statement: string): string {
  return JSON.stringify([profile, statement]);
}
