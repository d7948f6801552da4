/**
 * Why whatever threw `error` could not run here, when it is the lab's `Unavailable`; else null. By name: an error of
 * the same class from another copy of the module means the same.
 */
export function skipReason(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'Unavailable') return null;
  return error.message.replace(/^unavailable: /, '');
}
