import type { TextRange } from './range';
import { TokenCursor } from './tokens';

/** One option of a typed EXPLAIN. */
export interface ExplainOption {
  /** In capitals; `ANALYSE` stays as it was spelled. */
  readonly name: string;
  /** As the server reads it: an unquoted word in lower case, a string without its quotes; null if only the name stands there. */
  readonly value: string | null;
}

/** An EXPLAIN that the user typed, taken apart. Ranges lie inside the text it was read from. */
export interface TypedExplain {
  readonly options: readonly ExplainOption[];
  /** The statement to be explained, with a hint comment in front of it and without a `;` behind it. */
  readonly inner: TextRange;
  /** A hint comment in front of the EXPLAIN or of its options, where pg_hint_plan reads it, too; it is meant for `inner`. */
  readonly hint: TextRange | null;
}

/**
 * Takes `EXPLAIN [ANALYZE] [VERBOSE] statement` or `EXPLAIN (option [value], …) statement` apart by the rules of PostgreSQL's
 * gram.y (ExplainStmt). Undefined if the text is no EXPLAIN, has nothing to explain, or is malformed; an EXPLAIN inside an
 * EXPLAIN is left as it is. What follows the options is not judged.
 */
export function unwrapExplain(sql: string): TypedExplain | undefined {
  const cursor = new TokenCursor(sql);
  let hint = nextSignificant(cursor, sql);
  if (!cursor.isWord('EXPLAIN')) {
    return undefined;
  }
  const options: ExplainOption[] = [];
  let innerHint = nextSignificant(cursor, sql);
  const passOption = (): void => {
    hint ??= innerHint;
    innerHint = nextSignificant(cursor, sql);
  };
  if (cursor.isPunctuation('(') && !beginsQuery(sql, cursor)) {
    if (!readOptions(cursor, sql, options)) {
      return undefined;
    }
    passOption();
  } else {
    for (const spellings of [['ANALYZE', 'ANALYSE'], ['VERBOSE']]) {
      const name = spellings.find(spelling => cursor.isWord(spelling));
      if (name !== undefined) {
        options.push({ name, value: null });
        passOption();
      }
    }
  }
  const start = innerHint?.start ?? cursor.start;
  const end = statementEnd(cursor);
  return end > start ? { options, inner: { start, end }, hint } : undefined;
}

/** What PostgreSQL's defGetBoolean (src/backend/commands/define.c) makes of an option's value; false for what it refuses. */
export function optionIsOn(value: string | null): boolean {
  return value === null || ['true', 'on', '1'].includes(value.toLowerCase());
}

/** Goes to the next token that is no comment, or to the end; answers the first hint comment that was passed. */
function nextSignificant(cursor: TokenCursor, sql: string): TextRange | null {
  let hint: TextRange | null = null;
  while (cursor.next() && cursor.kind === 'comment') {
    if (hint === null && sql.startsWith('/*+', cursor.start)) {
      hint = { start: cursor.start, end: cursor.end };
    }
  }
  return hint;
}

/** Whether the `(` at the cursor begins a query in parentheses: a second `(`, or a word that begins a query, follows it. */
function beginsQuery(sql: string, cursor: TokenCursor): boolean {
  const ahead = new TokenCursor(sql, cursor.end);
  nextSignificant(ahead, sql);
  return ahead.isPunctuation('(') || ['SELECT', 'VALUES', 'TABLE', 'WITH'].some(keyword => ahead.isWord(keyword));
}

/** Reads `(name [value], …)` from its `(` to its `)`; false if it is malformed. */
function readOptions(cursor: TokenCursor, sql: string, options: ExplainOption[]): boolean {
  do {
    nextSignificant(cursor, sql);
    if (!isName(cursor)) {
      return false;
    }
    const name = word(cursor, sql).toUpperCase();
    nextSignificant(cursor, sql);
    options.push({ name, value: readValue(cursor, sql) });
  } while (cursor.isPunctuation(','));
  return cursor.isPunctuation(')');
}

/** Reads the value at the cursor, if there is one, and goes behind it. */
function readValue(cursor: TokenCursor, sql: string): string | null {
  let sign = '';
  if (cursor.kind === 'operator' && ['+', '-'].includes(word(cursor, sql))) {
    sign = word(cursor, sql);
    nextSignificant(cursor, sql);
  }
  if (cursor.kind !== 'number' && (sign !== '' || (cursor.kind !== 'string' && !isName(cursor)))) {
    return null;
  }
  const value = sign === '-' ? `-${word(cursor, sql)}` : word(cursor, sql);
  nextSignificant(cursor, sql);
  return value;
}

function isName(cursor: TokenCursor): boolean {
  return cursor.kind === 'word' || cursor.kind === 'quotedIdentifier';
}

/** The token as the server understands it: words folded to lower case, quotes taken off. */
function word(cursor: TokenCursor, sql: string): string {
  const text = sql.slice(cursor.start, cursor.end);
  if (cursor.kind === 'word') {
    return text.toLowerCase();
  }
  if (cursor.kind === 'quotedIdentifier') {
    return text.slice(text.indexOf('"') + 1, -1).replaceAll('""', '"');
  }
  if (cursor.kind === 'string') {
    return text.startsWith('$') ? withoutDollars(text) : text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
  }
  return text;
}

function withoutDollars(text: string): string {
  const delimiterLength = text.indexOf('$', 1) + 1;
  return text.slice(delimiterLength, -delimiterLength);
}

/** The end of the last token from the cursor on that is neither a comment nor a `;` at the end of the text. */
function statementEnd(cursor: TokenCursor): number {
  let end = cursor.start;
  while (cursor.end > cursor.start) {
    if (cursor.kind !== 'comment' && !cursor.isPunctuation(';')) {
      end = cursor.end;
    }
    cursor.next();
  }
  return end;
}
