import type { Profile } from '../connection/profile';
import { lastGood, type Section } from './section';

export interface SectionSource<T> {
  readonly read: (profile: Profile, signal: AbortSignal) => Promise<T>;
  /** One sentence on why that failed. */
  readonly sentence: (error: unknown, profile: Profile) => string;
  readonly onChange: () => void;
}

/** A section and the asking for it. */
export class AskedSection<T> {
  private section: Section<T> = { state: 'notAsked' };
  private asking: { readonly done: Promise<void>; readonly stop: AbortController } | null = null;

  constructor(private readonly source: SectionSource<T>) {}

  get current(): Section<T> {
    return this.section;
  }

  /** Asks, unless that is under way already, and is done when the answer is there or it failed. Never rejects. */
  ask(profile: Profile): Promise<void> {
    if (!this.asking) {
      const stop = new AbortController();
      this.section = { state: 'loading', before: lastGood(this.section) };
      this.asking = { done: this.answer(profile, stop.signal), stop };
      this.source.onChange();
    }
    return this.asking.done;
  }

  /** Asks again where it was asked before. */
  askAgain(profile: Profile): Promise<void> {
    return this.section.state === 'notAsked' ? Promise.resolve() : this.ask(profile);
  }

  /** Another server is meant from now on: what is still to come from this one does not count. */
  forget(): void {
    this.asking?.stop.abort();
    this.asking = null;
    this.section = { state: 'notAsked' };
  }

  private async answer(profile: Profile, signal: AbortSignal): Promise<void> {
    const section = await this.source.read(profile, signal).then(
      (value): Section<T> => ({ state: 'good', value }),
      (error: unknown): Section<T> => ({
        state: 'failed',
        sentence: this.source.sentence(error, profile),
        before: lastGood(this.section),
      }),
    );
    if (!signal.aborted) {
      this.asking = null;
      this.section = section;
      this.source.onChange();
    }
  }
}
