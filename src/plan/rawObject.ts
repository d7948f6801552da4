/** An object of EXPLAIN's JSON as it was parsed: any key, any value. */
export type RawObject = Record<string, unknown>;

export function isRawObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Removes a field and returns its value; undefined if it was not there. For objects that were parsed a moment ago and that
 * nobody else holds: copying what remains would cost as much as the parsing.
 */
export function take(object: RawObject, key: string): unknown {
  const value = object[key];
  if (value !== undefined) {
    Reflect.deleteProperty(object, key);
  }
  return value;
}

/** A copy without these keys. */
export function without(object: Readonly<RawObject>, keys: readonly string[]): Readonly<RawObject> {
  const copy: RawObject = {};
  for (const key of Object.keys(object)) {
    if (!keys.includes(key)) {
      setOwn(copy, key, object[key]);
    }
  }
  return copy;
}

/** Sets a property of any name: a plain assignment to `__proto__` would change what the object is. */
export function setOwn<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}
