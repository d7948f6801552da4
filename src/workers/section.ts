/** What is known of a part of the view that is asked for on its own. `failed` keeps the sentence that says why. */
export type Section<T> =
  | { readonly state: 'notAsked' }
  | { readonly state: 'loading'; readonly before: T | null }
  | { readonly state: 'good'; readonly value: T }
  | { readonly state: 'failed'; readonly sentence: string; readonly before: T | null };

/** What was last known and is still shown, also while it is asked for again; null when there is nothing. */
export function lastGood<T>(section: Section<T>): T | null {
  switch (section.state) {
    case 'good':
      return section.value;
    case 'loading':
    case 'failed':
      return section.before;
    case 'notAsked':
      return null;
  }
}
