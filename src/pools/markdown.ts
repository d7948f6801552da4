/**
 * Text from anywhere as it is, on one line, for a paragraph or a cell of a table: no character of it is read as Markdown, as
 * HTML, as a link, or as the end of a cell. Characters that change the order of others or are not seen are written out.
 */
export function inMarkdown(text: string): string {
  return visible(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(special, characters => (backslashed.test(characters) ? `\\${characters}` : reference(characters)));
}

/** Also what begins a link without a sign of its own, and what begins a list or a heading at the start of a line. */
const special =
  /[&<>|`\\@$]|:(?![\d\s]|$)|www(?=\.)|^[-+=]|(?<=^\d+)[.)](?= |$)|[*~#[\]!]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/giu;

/** The ones that may stand behind a backslash, which is easier to read where nobody renders it. */
const backslashed = /^[*~#[\]!_]$/;

/** A reference is text wherever it stands, also in a table, where a backslash before a pipe means different things to renderers. */
function reference(characters: string): string {
  return `&#${characters.charCodeAt(0)};${characters.slice(1)}`;
}

/** Text from anywhere in a block of its own, line by line as it is. */
export function codeBlock(text: string, language: string): string {
  const lines = visible(text)
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .trimEnd();
  const longest = (lines.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${lines}\n${fence}`;
}

export interface Column<T> {
  readonly title: string;
  readonly align?: 'right';
  /** Text from anywhere: it is escaped here. */
  readonly cell: (row: T) => string;
}

/** A table of the given rows, without any when there are none. */
export function markdownTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(row => line(columns.map(({ cell }) => inMarkdown(cell(row))))),
  ].join('\n');
}

/**
 * Control characters but tab and line break; directions and other characters without a glyph (Unicode, category Cf), but
 * not those that join letters and emoji.
 */
function visible(text: string): string {
  return text.replace(
    /(?![\t\n\r\v\f\u0085\u200c\u200d])[\p{Cc}\p{Cf}]/gu,
    character => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
