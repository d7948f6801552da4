import { characterClass, classOf, isDigit } from './characters';
import {
  commentBegins,
  commentEnd,
  dollarQuotedEnd,
  escapeStringEnd,
  numberEnd,
  operatorEnd,
  parameterEnd,
  quotedEnd,
  wordEnd,
} from './tokenEnds';

/** What a token is. `punctuation` is one of `, ( ) [ ] ; : . ..`; `backslash` is a `\`, where a psql meta-command begins. */
export type TokenKind =
  | 'word'
  | 'quotedIdentifier'
  | 'string'
  | 'number'
  | 'parameter'
  | 'operator'
  | 'punctuation'
  | 'comment'
  | 'backslash'
  | 'other';

const doubleQuote = 34;
const ampersand = 38;
const singleQuote = 39;
const dot = 46;
const byteOrderMark = 0xfeff;

/** ASCII upper case to lower case, for one code unit that is a letter. */
const lowerCaseBit = 0x20;
const letterE = 101;
const letterU = 117;
const letterB = 98;
const letterX = 120;
const letterN = 110;

/**
 * Walks over the tokens of SQL text by psql's rules (PostgreSQL's src/fe_utils/psqlscan.l, with
 * standard_conforming_strings on). Never fails: what is not terminated reaches to the end of the text. Takes time linear in
 * the length of the text, whatever the text is. Differs from psql in two points that move no statement's end: a run of
 * operator characters is one token, and a string that is continued on the next line is two tokens unless it is an E string.
 *
 * A moving cursor and not a list of tokens, because the lenses ask for all tokens of a file on every edit.
 */
export class TokenCursor {
  readonly #text: string;
  /** The current token; an empty one of kind `other` before the first and at the end. UTF-16 offsets, `end` exclusive. */
  kind: TokenKind = 'other';
  start: number;
  end: number;

  /** Begins before the first token at or after `offset`, which must not lie within a token. */
  constructor(text: string, offset = 0) {
    this.#text = text;
    this.start = offset;
    this.end = offset;
  }

  /** True if the current token is this unquoted word; `upperCase` in ASCII capitals. */
  isWord(upperCase: string): boolean {
    return (
      this.kind === 'word' &&
      this.end - this.start === upperCase.length &&
      this.#text.slice(this.start, this.end).toUpperCase() === upperCase
    );
  }

  /** True if the current token is this character of punctuation. */
  isPunctuation(character: string): boolean {
    return this.kind === 'punctuation' && this.#text.charAt(this.start) === character;
  }

  /** Goes on behind `offset`, without looking at what lies before it. */
  jump(offset: number): void {
    this.start = offset;
    this.end = offset;
  }

  /** Goes to the next token, comments included; false at the end of the text. */
  next(): boolean {
    const text = this.#text;
    let at = this.end;
    // psql drops a byte order mark at the start of a file; anywhere else it is a letter.
    if (at === 0 && text.charCodeAt(0) === byteOrderMark) {
      at = 1;
    }
    while (classOf(text.charCodeAt(at)) === characterClass.space) {
      at++;
    }
    this.start = at;
    this.end = at;
    if (at >= text.length) {
      this.kind = 'other';
      return false;
    }
    this.end = this.#scan(text, at);
    return true;
  }

  /** Sets the kind of the token at `at`; answers its end. */
  #scan(text: string, at: number): number {
    const code = text.charCodeAt(at);
    switch (classOf(code)) {
      case characterClass.letter:
        return this.#scanWord(text, at, code | lowerCaseBit);
      case characterClass.operator:
        return commentBegins(text, at)
          ? this.#as('comment', commentEnd(text, at))
          : this.#as('operator', operatorEnd(text, at));
      case characterClass.punctuation:
        return this.#as('punctuation', at + 1);
      case characterClass.digit:
        return this.#as('number', numberEnd(text, at));
      case characterClass.singleQuote:
        return this.#as('string', quotedEnd(text, at));
      case characterClass.doubleQuote:
        return this.#as('quotedIdentifier', quotedEnd(text, at));
      case characterClass.dot:
        return this.#scanDot(text, at);
      case characterClass.dollar:
        return this.#scanDollar(text, at);
      case characterClass.backslash:
        return this.#as('backslash', at + 1);
      default:
        return this.#as('other', at + 1);
    }
  }

  #scanWord(text: string, at: number, letter: number): number {
    const next = text.charCodeAt(at + 1);
    if (next === singleQuote) {
      if (letter === letterE) {
        return this.#as('string', escapeStringEnd(text, at + 1));
      }
      if (letter === letterB || letter === letterX || letter === letterN) {
        return this.#as('string', quotedEnd(text, at + 1));
      }
    } else if (next === ampersand && letter === letterU) {
      const quote = text.charCodeAt(at + 2);
      if (quote === singleQuote || quote === doubleQuote) {
        return this.#as(quote === singleQuote ? 'string' : 'quotedIdentifier', quotedEnd(text, at + 2));
      }
    }
    return this.#as('word', wordEnd(text, at));
  }

  #scanDot(text: string, at: number): number {
    const next = text.charCodeAt(at + 1);
    if (isDigit(next)) {
      return this.#as('number', numberEnd(text, at));
    }
    return this.#as('punctuation', next === dot ? at + 2 : at + 1);
  }

  #scanDollar(text: string, at: number): number {
    if (isDigit(text.charCodeAt(at + 1))) {
      return this.#as('parameter', parameterEnd(text, at));
    }
    const end = dollarQuotedEnd(text, at);
    return end < 0 ? this.#as('other', at + 1) : this.#as('string', end);
  }

  #as(kind: TokenKind, end: number): number {
    this.kind = kind;
    return end;
  }
}
