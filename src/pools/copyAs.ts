import type { ConsoleSnapshot, ShownRow } from './model';

/** Rows to copy, with the columns as the console names them. Nothing is rounded or translated. */
export interface CopiedTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

type Cell = string | number | null;

type CopiedSnapshot = Pick<ConsoleSnapshot, 'pools' | 'databases' | 'totals' | 'lists' | 'config'>;

/** The parts of a snapshot that can be copied whole. */
export type CopiedPart = 'pools' | 'databases' | 'stats' | 'lists' | 'config';

export function partOf(snapshot: CopiedSnapshot, part: CopiedPart): CopiedTable {
  switch (part) {
    case 'pools':
      return tableOf(snapshot.pools);
    case 'databases':
      return tableOf(snapshot.databases);
    case 'stats':
      return tableOf(snapshot.totals);
    case 'lists':
      return { columns: ['list', 'items'], rows: [...snapshot.lists] };
    case 'config':
      return {
        columns: ['key', 'value', 'default', 'changeable'],
        rows: [...snapshot.config.values()].map(({ key, value, defaultValue, changeable }) => [
          key,
          value,
          defaultValue,
          changeable ? 'yes' : 'no',
        ]),
      };
  }
}

/** Pools, databases, clients or servers: one of them or many. Columns in the order in which they first come. */
export function tableOf(things: readonly { readonly shown: ShownRow }[]): CopiedTable {
  const columns = [...new Set(things.flatMap(({ shown }) => Object.keys(shown)))];
  return { columns, rows: things.map(({ shown }) => columns.map(column => shown[column] ?? null)) };
}

/** Tables of several instances as one, with the instance in the first column. */
export function tableOfInstances(
  tables: readonly { readonly instance: string; readonly table: CopiedTable }[],
): CopiedTable {
  const columns = [...new Set(tables.flatMap(({ table }) => table.columns))];
  const rows = tables.flatMap(({ instance, table }) => {
    const places = columns.map(column => table.columns.indexOf(column));
    return table.rows.map(row => [instance, ...places.map(place => row[place] ?? null)]);
  });
  return { columns: ['instance', ...columns], rows };
}

/** JSON, an array of objects: exactly what the console said. */
export function asJson({ columns, rows }: CopiedTable): string {
  const objects = rows.map(row => Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/**
 * CSV as RFC 4180 has it: CRLF, quotes where they are needed, null as an empty field and an empty text as `""`.
 *
 * Names of applications, users and databases come from whoever connects, and a spreadsheet runs a cell that begins with `=`,
 * `+`, `-` or `@`. Such a text gets an apostrophe in front, behind which nothing is run; so it does behind a tab, a line break
 * or a semicolon, where some begin the next cell whatever the quotes say. Figures stay as they are, negative ones too.
 * Who needs every byte as it is has JSON.
 */
export function asCsv({ columns, rows }: CopiedTable): string {
  return [columns, ...rows].map(row => `${row.map(csvField).join(',')}\r\n`).join('');
}

/** With the full-width forms, which spreadsheets of East Asian locales take for the same. */
const formula = /(^|[\t\r\n;])([\v\f\p{Z}\p{Cf}]*[=+\-@＝＋－＠])/gu;
const plainFigure = /^[+-]?\d+(\.\d+)?$/;

function csvField(cell: Cell): string {
  if (cell === null) {
    return '';
  }
  const text = String(cell);
  const safe = plainFigure.test(text) ? text : text.replace(formula, "$1'$2");
  return safe === '' || /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Text in columns, for a terminal, a mail or a chat: figures right, what would break a line or its order as an escape. */
export function asTable({ columns, rows }: CopiedTable): string {
  const lines = [columns, ...rows].map(row => row.map(cell => tableText(cell)));
  const widths = columns.map((_column, place) =>
    lines.reduce((widest, line) => Math.max(widest, width(line[place] ?? '')), 0),
  );
  const isFigure = columns.map((_column, place) => {
    const cells = rows.map(row => row[place] ?? null).filter(cell => cell !== null && cell !== '');
    return cells.length > 0 && cells.every(cell => plainFigure.test(String(cell)));
  });
  const written = lines.map(line =>
    line
      .map((text, place) => {
        const gap = ' '.repeat(Math.max(0, (widths[place] ?? 0) - width(text)));
        return isFigure[place] === true ? gap + text : text + gap;
      })
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = written;
  const rule = widths.map(count => '-'.repeat(count)).join('  ');
  return `${[head, rule, ...body].join('\n')}\n`;
}

function tableText(cell: Cell): string {
  return String(cell ?? '').replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    character => escapes.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const escapes = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Scripts and signs that a monospaced font draws over two columns (Unicode, "East Asian Width"). */
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])/u;
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that the text takes. */
function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) {
    return text.length;
  }
  let columns = 0;
  for (const { segment } of characters.segment(text)) {
    columns += wide.test(segment) ? 2 : 1;
  }
  return columns;
}
