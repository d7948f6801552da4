/** Proves at compile time that a closed union is handled in full; throws if data broke the promise at run time. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
