import type { TextRange } from './range';
import { TokenCursor } from './tokens';

/**
 * The texts of the expressions of a CREATE INDEX: of the indexed ones and, last, of the predicate. Each can stand where SQL takes
 * an expression in parentheses. `elements` says of each indexed column whether it is an expression. Null if the text does
 * not read so (index_elem and where_clause of gram.y).
 */
export function indexExpressions(
  sql: string,
  elements: readonly boolean[],
  hasPredicate: boolean,
): readonly string[] | null {
  const parts = indexParts(sql);
  if (parts.elements.length !== elements.length || (parts.predicate !== null) !== hasPredicate) {
    return null;
  }
  const ranges = parts.elements.flatMap((element, place) => (elements[place] === true ? [element.expression] : []));
  if (parts.predicate !== null) {
    ranges.push(parts.predicate);
  }
  const found = ranges.filter(range => range !== null);
  return found.length < ranges.length ? null : found.map(({ start, end }) => sql.slice(start, end));
}

interface Parts {
  readonly elements: { expression: TextRange | null }[];
  predicate: TextRange | null;
}

/** An expression begins its element and ends with the first group of parentheses there: `(a + b) DESC`, `lower(a) DESC`. */
function indexParts(sql: string): Parts {
  const parts: Parts = { elements: [], predicate: null };
  const cursor = new TokenCursor(sql);
  let state: 'before' | 'elements' | 'behind' | 'predicate' = 'before';
  let depth = 0;
  let start: number | null = null;
  let element: { expression: TextRange | null } = { expression: null };
  while (cursor.next()) {
    if (cursor.kind === 'comment') {
      continue;
    }
    if (depth === 0 && cursor.isPunctuation(';')) {
      break;
    }
    if (state === 'predicate') {
      parts.predicate = { start: parts.predicate?.start ?? cursor.start, end: cursor.end };
    } else if (state === 'elements' && depth === 1) {
      start ??= cursor.start;
    }
    if (cursor.isPunctuation('(') || cursor.isPunctuation('[')) {
      depth += 1;
      if (state === 'before') {
        state = 'elements';
        start = null;
      }
    } else if (cursor.isPunctuation(')') || cursor.isPunctuation(']')) {
      depth -= 1;
      if (state === 'elements' && depth === 1 && start !== null) {
        element.expression ??= { start, end: cursor.end };
      } else if (state === 'elements' && depth === 0) {
        parts.elements.push(element);
        state = 'behind';
      }
    } else if (state === 'elements' && depth === 1 && cursor.isPunctuation(',')) {
      parts.elements.push(element);
      element = { expression: null };
      start = null;
    } else if (state === 'behind' && depth === 0 && cursor.isWord('WHERE')) {
      state = 'predicate';
    }
  }
  return parts;
}
