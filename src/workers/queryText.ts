/** How much of a statement is shown. */
interface Limits {
  /** In characters. */
  readonly length: number;
  readonly lines: number;
}

/** A modal cannot scroll. */
const modal: Limits = { length: 600, lines: 12 };

/** The beginning of a statement, for a modal unless told. */
export function beginning(text: string, { length, lines }: Limits = modal): string {
  const first = text.slice(0, length).split(/\r\n?|[\n\u0085\u2028\u2029]/, lines + 1);
  const shown = first.slice(0, lines).join('\n');
  return text.length > length || first.length > lines ? `${withoutHalf(shown)} …` : shown;
}

/**
 * So many characters of a statement in one line, for a tree. White space says nothing there, and the longest texts need not be
 * read to their end for it.
 */
export function inOneLine(text: string, length: number): string {
  const line = text
    .slice(0, 10 * length)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= length ? line : `${withoutHalf(line.slice(0, length))}…`;
}

/** Without the first half of a character that was cut in two. */
function withoutHalf(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}
