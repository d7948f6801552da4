/** What is known of a part of the view that is asked for on its own. `failed` keeps the sentence that says why. */
export type Section<T> =
  | { readonly state: 'notAsked' }
  | { readonly state: 'loading'; readonly before: T | null }
  | { readonly state: 'good'; readonly value: T }
  | { readonly state: 'failed'; readonly sentence: string };
