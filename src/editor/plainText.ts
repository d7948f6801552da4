/**
 * Names and messages come from servers and files, so VS Code must not read icons or links in them. Escapes `$(icon)` for places
 * that render icons in labels: status bar and quick picks.
 */
export function plainLabel(text: string): string {
  return oneLine(text).replaceAll('$(', '\\$(');
}

/** For notifications, which turn `[text](command:…)` into a link that runs the command. */
export function plainMessage(text: string): string {
  return leftToRight(text).replaceAll('](', '] (');
}

/** Runs of white space and control characters become one space. */
export function oneLine(text: string): string {
  return leftToRight(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** For tooltips and modals: lines stay lines, other control characters become spaces. */
export function plainLines(text: string): string {
  return leftToRight(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, ' ');
}

/** The first lines, so that a modal, which cannot scroll, keeps its buttons on the screen. */
export function firstLines(text: string, most: number): string {
  const lines = text.split('\n', most + 1);
  return lines.length > most ? `${lines.slice(0, most).join('\n')}\n…` : text;
}

/** Characters that turn the direction of what stands around them become visible; names could be made to look like others. */
function leftToRight(text: string): string {
  return text.replace(/\p{Bidi_Control}/gu, '\ufffd');
}
