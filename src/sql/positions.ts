/**
 * The UTF-16 offset of the character that `codePoints` characters precede. PostgreSQL counts so in an error's position
 * (there from 1) and libpg-query in an error's cursorPosition. Clamped to the text; a lone surrogate is one character.
 */
export function utf16FromCodePoints(text: string, codePoints: number): number {
  let at = 0;
  for (let passed = 0; passed < codePoints && at < text.length; passed++) {
    at += unitsAt(text, at);
  }
  return at;
}

/**
 * The UTF-16 offset of the character that holds the byte `bytes` of the text in UTF-8. libpg-query counts so in
 * stmt_location, stmt_len and location. Clamped to the text; a lone surrogate has three bytes, as the character U+FFFD
 * that encoders put in its place.
 */
export function utf16FromBytes(text: string, bytes: number): number {
  let at = 0;
  let passed = 0;
  while (at < text.length) {
    passed += bytesAt(text, at);
    if (passed > bytes) {
      break;
    }
    at += unitsAt(text, at);
  }
  return at;
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function bytesAt(text: string, at: number): number {
  const codePoint = text.codePointAt(at) ?? 0;
  if (codePoint < 0x80) {
    return 1;
  }
  if (codePoint < 0x800) {
    return 2;
  }
  return codePoint < 0x10000 ? 3 : 4;
}
