import { copyDataEnd, metaCommandEnd } from './metaCommands';
import type { TextRange } from './range';
import { StatementWords } from './statementWords';
import { TokenCursor } from './tokens';

/**
 * A statement's place in a text. It begins with its first token, or with the hint comment in front of it, and ends with its
 * last token: the `;` and comments before that are outside.
 */
export interface Statement extends TextRange {
  /** The first word in capitals (`SELECT` also of `(SELECT 1)`), or empty if there is none. */
  readonly keyword: string;
  /** A CREATE that PostgreSQL can explain: CREATE TABLE … AS or CREATE MATERIALIZED VIEW … AS. */
  readonly createsFromQuery: boolean;
}

/** The statement that the splitter is reading, until its end is found. */
class OpenStatement {
  /** Offset of the first leading hint comment, and of the first token; -1 while there is none. */
  hint = -1;
  start = -1;
  end = -1;
  parenDepth = 0;
  readonly words = new StatementWords();
}

/**
 * The statements of a text in order, found by psql's rules (src/fe_utils/psqlscan.l): a `;` ends a statement outside
 * quotes, comments, parentheses and the body of a routine (BEGIN ATOMIC … END). A psql meta-command ends one, too, and is
 * skipped, as is the data below a `COPY … FROM stdin` up to its line `\.` (with what else is on the line of the COPY). What is
 * only comments is no statement. Never fails; time is linear in the length of the text.
 *
 * The leading hint comment is the first comment in front of the statement that begins like pg_hint_plan's.
 */
export function splitStatements(text: string): readonly Statement[] {
  const found: Statement[] = [];
  const cursor = new TokenCursor(text);
  let open = new OpenStatement();

  const close = (behind: number): void => {
    const { hint, start, end, words } = open;
    if (start >= 0) {
      const { keyword, createsFromQuery } = words;
      found.push({ start: hint >= 0 ? hint : start, end, keyword, createsFromQuery });
    }
    cursor.jump(words.readsDataBelow ? copyDataEnd(text, behind) : behind);
    open = new OpenStatement();
  };

  while (cursor.next()) {
    if (cursor.kind === 'comment') {
      if (open.start < 0 && open.hint < 0 && text.startsWith('/*+', cursor.start)) {
        open.hint = cursor.start;
      }
      continue;
    }
    if (cursor.kind === 'backslash' && !isEscapedCharacter(text, cursor.start)) {
      close(metaCommandEnd(text, cursor.start));
      continue;
    }
    const semicolon = semicolonEnd(text, cursor);
    if (semicolon >= 0 && open.parenDepth === 0 && open.words.bodyDepth === 0) {
      close(semicolon);
      continue;
    }
    if (open.start < 0) {
      open.start = cursor.start;
    }
    open.end = cursor.end;
    readAlong(open, text, cursor);
  }
  close(text.length);
  return found;
}

/** `\;` and `\:` are a semicolon and a colon to psql, not meta-commands. */
function isEscapedCharacter(text: string, backslash: number): boolean {
  return text.startsWith(';', backslash + 1) || text.startsWith(':', backslash + 1);
}

/**
 * The offset behind the `;` or `\;` that the current token begins, or -1. `\;` sends two statements in one message, but two
 * they are.
 */
function semicolonEnd(text: string, cursor: TokenCursor): number {
  if (cursor.kind === 'punctuation' && text.startsWith(';', cursor.start)) {
    return cursor.end;
  }
  return cursor.kind === 'backslash' && text.startsWith(';', cursor.end) ? cursor.end + 1 : -1;
}

function readAlong(open: OpenStatement, text: string, cursor: TokenCursor): void {
  const { words } = open;
  if (cursor.kind === 'word') {
    if (words.keyword === '') {
      words.begin(text.slice(cursor.start, cursor.end).toUpperCase());
    } else if (words.following && open.parenDepth === 0) {
      words.add(text.slice(cursor.start, cursor.end).toUpperCase(), text.startsWith('.', cursor.start - 1));
    }
    return;
  }
  if (words.following) {
    words.addOther();
  }
  if (cursor.kind === 'punctuation') {
    if (cursor.isPunctuation('(')) {
      open.parenDepth++;
    } else if (cursor.isPunctuation(')') && open.parenDepth > 0) {
      open.parenDepth--;
    }
  }
}

/**
 * The statement that a user means with the cursor at `offset`; undefined only if there is no statement. In this order:
 * 1. the one the cursor is in, its first character, its `;` and the position right behind that included (between `;` and the
 *    first character of another statement, it is the other one);
 * 2. the last one that ends before the cursor on the cursor's line, as in `SELECT 1; -- note|`;
 * 3. the next one: the cursor is in the blank lines or comments above it;
 * 4. the last one: the cursor is below all of them.
 *
 * `statements` are those of `text`, from `splitStatements`.
 */
export function statementAt(statements: readonly Statement[], text: string, offset: number): Statement | undefined {
  const following = firstAfter(statements, offset);
  const statement = statements[following - 1];
  if (statement === undefined) {
    return statements[0];
  }
  const onLaterLine = /[\r\n]/.test(text.slice(terminatedEnd(text, statement), offset));
  return onLaterLine ? (statements[following] ?? statement) : statement;
}

/** The index of the first statement that begins behind `offset`. */
function firstAfter(statements: readonly Statement[], offset: number): number {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const statement = statements[middle];
    if (statement !== undefined && statement.start <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The end of the statement with its `;`, if it has one. */
function terminatedEnd(text: string, statement: Statement): number {
  const cursor = new TokenCursor(text, statement.end);
  while (cursor.next()) {
    if (cursor.kind !== 'comment') {
      const semicolon = semicolonEnd(text, cursor);
      return semicolon >= 0 ? semicolon : statement.end;
    }
  }
  return statement.end;
}

/** The distinct numbers of the parameters (`$1`) of a text, ascending; those in quotes and comments are none. */
export function parameterNumbers(sql: string): readonly number[] {
  const numbers = new Set<number>();
  const cursor = new TokenCursor(sql);
  while (cursor.next()) {
    if (cursor.kind === 'parameter') {
      numbers.add(Number(sql.slice(cursor.start + 1, cursor.end)));
    }
  }
  return [...numbers].sort((a, b) => a - b);
}

/** First words of what gram.y's ExplainableStmt allows, and EXPLAIN itself. CREATE is decided by its later words. */
const explainableKeywords: ReadonlySet<string> = new Set([
  'DECLARE',
  'DELETE',
  'EXECUTE',
  'EXPLAIN',
  'INSERT',
  'MERGE',
  'SELECT',
  'TABLE',
  'UPDATE',
  'VALUES',
  'WITH',
]);

/** Whether it makes sense to offer EXPLAIN for a statement. A guess from its first words that a lens can afford. */
export function mayBeExplained(statement: Statement): boolean {
  return statement.createsFromQuery || explainableKeywords.has(statement.keyword);
}
