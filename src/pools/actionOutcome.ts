import type { ActionReason } from './reasons';

/** What became of an action. */
export type ActionOutcome =
  | {
      readonly kind: 'done';
      /** The console's command tag; null when it gave none (SHUTDOWN just ends the connection). */
      readonly answer: string | null;
      /** After a KILL those that are paused because of it, after RESUME of all those that stay paused: each by its name. */
      readonly paused: readonly string[];
    }
  /** Nothing was done. */
  | { readonly kind: 'refused'; readonly reason: ActionReason }
  | { readonly kind: 'timedOut'; readonly left: ActionLeft }
  | { readonly kind: 'cancelled'; readonly left: ActionLeft }
  /** The connection ended, or the console fell silent, before it had answered. */
  | { readonly kind: 'lost'; readonly reason: ActionReason; readonly left: ActionLeft }
  /** Of a PAUSE: somebody else resumed it while it was waiting. PgBouncer never answers such a PAUSE. */
  | { readonly kind: 'resumedMeanwhile' };

/** How an action that did not come to its end has left things. */
export type ActionLeft =
  /** It was not even sent. */
  | { readonly tag: 'notSent' }
  /** It changes nothing that would have to be taken back. */
  | { readonly tag: 'nothing' }
  /** It may have been done. */
  | { readonly tag: 'notKnown' }
  /** What it had paused is resumed. */
  | { readonly tag: 'resumed' }
  /** It is not paused, though it was not us who resumed it. */
  | { readonly tag: 'notPaused' }
  /** It had been paused before, so it was left so. */
  | { readonly tag: 'pausedBefore' }
  /** It could not be resumed. */
  | { readonly tag: 'stillPaused'; readonly reason: ActionReason };
