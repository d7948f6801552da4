import { characterClass, classOf, isLineEnd, lineEnd, nextLine } from './characters';

/** Commands that take all of their line, `\\` and quotes included (OT_WHOLE_LINE in psql's command.c). */
const wholeLineCommands: ReadonlySet<string> = new Set(['!', 'copy', 'ef', 'ev', 'h', 'help', 'sf', 'sv']);

/**
 * Where SQL goes on after the psql meta-command whose backslash is at `from`: behind a `\\` separator, else at the end of the
 * line, or behind the data that a `\copy … from stdin` reads. Further commands on the line belong to it (`\a \timing`).
 * Rules of psql's psqlscanslash.l. Looks at nothing behind its answer but the line of a `\copy`.
 */
export function metaCommandEnd(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === '\\') {
    const nameStart = at + 1;
    at = nameEnd(text, nameStart);
    const name = text.slice(nameStart, at);
    if (wholeLineCommands.has(name)) {
      const end = lineEnd(text, at);
      return name === 'copy' && /\sfrom\s+stdin\b/i.test(text.slice(at, end)) ? copyDataEnd(text, end) : end;
    }
    at = argumentsEnd(text, at);
    if (text.startsWith('\\\\', at)) {
      return at + 2;
    }
  }
  return at;
}

/**
 * Where SQL goes on after inline COPY data that follows the line of `from`: behind the line `\.`, or at the end of the text if
 * there is none.
 */
export function copyDataEnd(text: string, from: number): number {
  const dataStart = nextLine(text, from);
  let at = text.indexOf('\\.', dataStart);
  while (at >= 0) {
    const beginsLine = at === dataStart || isLineEnd(text.charCodeAt(at - 1));
    const endsLine = at + 2 === text.length || isLineEnd(text.charCodeAt(at + 2));
    if (beginsLine && endsLine) {
      return nextLine(text, at);
    }
    at = text.indexOf('\\.', at + 2);
  }
  return text.length;
}

function nameEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== '\\' && classOf(text.charCodeAt(at)) !== characterClass.space) {
    at++;
  }
  return at;
}

/** The offset of the next backslash outside quotes, or of the end of the line. */
function argumentsEnd(text: string, from: number): number {
  let quote = '';
  let at = from;
  for (; at < text.length && !isLineEnd(text.charCodeAt(at)); at++) {
    const character = text.charAt(at);
    if (character === quote) {
      quote = '';
    } else if (character === '\\' && quote === '') {
      break;
    } else if (character === '\\' && quote === "'" && !isLineEnd(text.charCodeAt(at + 1))) {
      at++;
    } else if (quote === '' && (character === "'" || character === '"' || character === '`')) {
      quote = character;
    }
  }
  return Math.min(at, text.length);
}
