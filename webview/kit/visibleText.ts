/**
 * Characters that would act on the text around them or hide in it: controls, line and paragraph separators, and format
 * characters such as marks and overrides of the writing direction. Joiners stay: emoji and some scripts need them.
 */
const acting = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const lineBreaks = /\r\n?/g;

/** The text on one line with acting characters written out, such as `⟨U+202E⟩`, so that nothing pretends to be something else. */
export function visibleText(text: string): string {
  return text.replace(acting, writtenOut);
}

/** The same, with line breaks and tabs left as they are: for text in a block of its own. */
export function visibleLines(text: string): string {
  return text
    .replace(lineBreaks, '\n')
    .replace(acting, character => (character === '\n' || character === '\t' ? character : writtenOut(character)));
}

function writtenOut(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
