/**
 * What travels between the host and a page, for both ends. A page's own file (such as `planPage.ts`) says which requests and
 * events there are; this file says how they are packed and how far a message is trusted before it is looked into.
 */

/** Request name to `[what it sends, what it gets]`. */
export type Requests = Record<string, [sends: unknown, gets: unknown]>;
/** Event name to what it carries. */
export type Events = Record<string, unknown>;

/** Returns the value when it has the promised shape, throws otherwise. */
export type Decoder<T> = (value: unknown) => T;

/** How the messages of one direction are decoded; both ends use the same one. */
export interface Wire<R extends Requests, E extends Events> {
  readonly requests: {
    readonly [K in keyof R]: { readonly sends: Decoder<R[K][0]>; readonly gets: Decoder<R[K][1]> };
  };
  readonly events: { readonly [K in keyof E]: Decoder<E[K]> };
}

/** One message. `planpool` is the tag that tells ours from those of an editor, a browser extension or a devtool. */
export type Envelope =
  | { readonly planpool: 'request'; readonly id: number; readonly name: string; readonly payload: unknown }
  | { readonly planpool: 'reply'; readonly id: number; readonly payload: unknown }
  | { readonly planpool: 'error'; readonly id: number; readonly sentence: string }
  | { readonly planpool: 'event'; readonly name: string; readonly payload: unknown };

const maxNameLength = 64;
const maxSentenceLength = 4000;

/** The envelope in a message; null when the message is not one of ours or is not well-formed. */
export function readEnvelope(message: unknown): Envelope | null {
  if (typeof message !== 'object' || message === null) {
    return null;
  }
  const { planpool, id, name, payload, sentence } = message as Partial<Record<string, unknown>>;
  const hasId = typeof id === 'number' && Number.isSafeInteger(id);
  const hasName = typeof name === 'string' && name.length <= maxNameLength;
  if (planpool === 'request' && hasId && hasName) {
    return { planpool, id, name, payload };
  }
  if (planpool === 'reply' && hasId) {
    return { planpool, id, payload };
  }
  if (planpool === 'error' && hasId && typeof sentence === 'string') {
    return { planpool, id, sentence: shortened(sentence) };
  }
  return planpool === 'event' && hasName ? { planpool, name, payload } : null;
}

/** The sentence of a failure for the other end: an error's message, never its stack, at most 4,000 characters. */
export function errorSentence(error: unknown): string {
  return shortened(error instanceof Error ? error.message : String(error));
}

function shortened(text: string): string {
  return text.length > maxSentenceLength ? `${text.slice(0, maxSentenceLength)}…` : text;
}

/**
 * True when a value holds more than `limit` characters and values in all, counted without recursion and given up at the
 * limit, so that a hostile message costs no more than an honest one.
 */
export function isLargerThan(value: unknown, limit: number): boolean {
  const pending: unknown[] = [value];
  let size = 0;
  while (pending.length > 0) {
    const one = pending.pop();
    size += typeof one === 'string' ? one.length + 1 : 1;
    if (typeof one === 'object' && one !== null) {
      if (ArrayBuffer.isView(one) || one instanceof ArrayBuffer || one instanceof Map || one instanceof Set) {
        return true; // Never part of our messages, and their size would not show in their keys.
      }
      const keys = Object.keys(one);
      if (size + keys.length > limit) {
        return true;
      }
      for (const key of keys) {
        size += Array.isArray(one) ? 0 : key.length;
        pending.push((one as Record<string, unknown>)[key]);
      }
    }
    if (size > limit) {
      return true;
    }
  }
  return false;
}
