/** What a character can begin, as psql's lexer (src/fe_utils/psqlscan.l) groups them. */
export const characterClass = {
  other: 0,
  space: 1,
  letter: 2,
  digit: 3,
  operator: 4,
  punctuation: 5,
  doubleQuote: 6,
  singleQuote: 7,
  dollar: 8,
  dot: 9,
  backslash: 10,
} as const;

function classTable(): Uint8Array {
  const table = new Uint8Array(128);
  const mark = (characters: string, value: number): void => {
    for (const character of characters) {
      table[character.charCodeAt(0)] = value;
    }
  };
  mark(' \t\n\r\f\v', characterClass.space);
  mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', characterClass.letter);
  mark('0123456789', characterClass.digit);
  mark('~!@#^&|`?+-*/%<>=', characterClass.operator);
  mark(',()[];:', characterClass.punctuation);
  mark('"', characterClass.doubleQuote);
  mark("'", characterClass.singleQuote);
  mark('$', characterClass.dollar);
  mark('.', characterClass.dot);
  mark('\\', characterClass.backslash);
  return table;
}

const classes = classTable();

const nameParts = classes.map(found =>
  Number(found === characterClass.letter || found === characterClass.digit || found === characterClass.dollar),
);

/**
 * The class of a UTF-16 code unit. Everything from U+0080 on is a letter, because every byte from 0x80 on is one to
 * PostgreSQL: a no-break space or an emoji is part of a name. `NaN` (behind the end of the text) is `other`.
 */
export function classOf(code: number): number {
  return code >= 128 ? characterClass.letter : (classes[code] ?? characterClass.other);
}

/** Whether a UTF-16 code unit can follow the first one of an unquoted name: a letter, a digit or `$`. */
export function continuesName(code: number): boolean {
  return code >= 128 || nameParts[code] === 1;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Line feed or carriage return: PostgreSQL takes either for the end of a line, so CRLF is two of them. */
export function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

/** The offset of the first line end at or after `from`, or the length of the text. */
export function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineEnd(text.charCodeAt(at))) {
    at++;
  }
  return at;
}

/** The offset at which the line after the one of `from` begins (LF, CR and CRLF end a line), or the length of the text. */
export function nextLine(text: string, from: number): number {
  const end = lineEnd(text, from);
  return Math.min(text.length, text.startsWith('\r\n', end) ? end + 2 : end + 1);
}
