import { characterClass, classOf, continuesName, isDigit, isLineEnd, lineEnd } from './characters';

// Where each kind of token ends. Every function takes the offset of the token's first character and answers the offset
// behind its last; what is not terminated ends with the text. All rules are those of src/fe_utils/psqlscan.l, and all
// functions take time linear in the length of the token (and of the blanks behind it).

const singleQuote = 39;
const asterisk = 42;
const plus = 43;
const minus = 45;
const dot = 46;
const slash = 47;
const backslash = 92;

/** A name or keyword: letters, then letters, digits and `$`. */
export function wordEnd(text: string, from: number): number {
  let at = from + 1;
  while (continuesName(text.charCodeAt(at))) {
    at++;
  }
  return at;
}

/** `'…'` or `"…"`, in which only the doubled quote is special. `from` is the offset of the opening quote. */
export function quotedEnd(text: string, from: number): number {
  const quote = text.charAt(from);
  let at = text.indexOf(quote, from + 1);
  while (at >= 0 && text.charAt(at + 1) === quote) {
    at = text.indexOf(quote, at + 2);
  }
  return at < 0 ? text.length : at + 1;
}

/**
 * The offset of a quote that continues the string that ended before `from` (only blanks and `--` comments with at least one
 * line end between), or -1. It matters for E strings only: there the continuation has backslash escapes, too.
 */
function continuingQuote(text: string, from: number): number {
  let lineEnds = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isLineEnd(code)) {
      lineEnds++;
      at++;
    } else if (classOf(code) === characterClass.space) {
      at++;
    } else if (code === minus && text.charCodeAt(at + 1) === minus) {
      at = lineEnd(text, at);
    } else {
      return lineEnds > 0 && code === singleQuote ? at : -1;
    }
  }
  return -1;
}

/** The quoted part of `E'…'` with its backslash escapes and its continuations. `from` is the offset of the quote. */
export function escapeStringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === backslash || (code === singleQuote && text.charCodeAt(at + 1) === singleQuote)) {
      at += 2;
    } else if (code === singleQuote) {
      const continued = continuingQuote(text, at + 1);
      if (continued < 0) {
        return at + 1;
      }
      at = continued + 1;
    } else {
      at++;
    }
  }
  return text.length;
}

/** `$tag$ … $tag$`, or -1 if the `$` at `from` begins no dollar quote. The tag is a name without `$`, or nothing. */
export function dollarQuotedEnd(text: string, from: number): number {
  let at = from + 1;
  if (classOf(text.charCodeAt(at)) === characterClass.letter) {
    while (isTagCharacter(text.charCodeAt(at))) {
      at++;
    }
  }
  if (text.charAt(at) !== '$') {
    return -1;
  }
  const delimiter = text.slice(from, at + 1);
  const closing = text.indexOf(delimiter, at + 1);
  return closing < 0 ? text.length : closing + delimiter.length;
}

function isTagCharacter(code: number): boolean {
  const found = classOf(code);
  return found === characterClass.letter || found === characterClass.digit;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (!isDigit(code) && !(code === 95 && isDigit(text.charCodeAt(at + 1)))) {
      return at;
    }
    at++;
  }
}

/** `1`, `1_000`, `1.5`, `.5`, `1e-3`, `0x1F`. `1..10` is a number and two dots. Letters that follow belong to it (`1abc`). */
export function numberEnd(text: string, from: number): number {
  let at = digitsEnd(text, from);
  if (text.charCodeAt(at) === dot && text.charCodeAt(at + 1) !== dot) {
    at = digitsEnd(text, at + 1);
  }
  const letter = text.charAt(at);
  if (letter === 'e' || letter === 'E') {
    const sign = text.charCodeAt(at + 1);
    const exponent = sign === plus || sign === minus ? at + 2 : at + 1;
    if (isDigit(text.charCodeAt(exponent))) {
      at = digitsEnd(text, exponent);
    }
  }
  return classOf(text.charCodeAt(at)) === characterClass.letter ? wordEnd(text, at) : at;
}

/** `$1`. */
export function parameterEnd(text: string, from: number): number {
  let at = from + 1;
  while (isDigit(text.charCodeAt(at))) {
    at++;
  }
  return at;
}

/** True if a comment begins at `at`: two dashes, or a slash and an asterisk. */
export function commentBegins(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  return (code === minus && next === minus) || (code === slash && next === asterisk);
}

/** A comment: `--` to the end of the line (which stays outside), or a block, which nests. */
export function commentEnd(text: string, from: number): number {
  if (text.charCodeAt(from) === minus) {
    return lineEnd(text, from);
  }
  let depth = 1;
  let at = from + 2;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === asterisk && text.charCodeAt(at + 1) === slash) {
      at += 2;
      depth--;
      if (depth === 0) {
        return at;
      }
    } else if (code === slash && text.charCodeAt(at + 1) === asterisk) {
      at += 2;
      depth++;
    } else {
      at++;
    }
  }
  return text.length;
}

/** A run of operator characters; a comment ends it, as in `+--` or in `*` followed by a block comment. */
export function operatorEnd(text: string, from: number): number {
  let at = from + 1;
  while (classOf(text.charCodeAt(at)) === characterClass.operator && !commentBegins(text, at)) {
    at++;
  }
  return at;
}
