/**
 * Names and messages come from servers and files, so VS Code must not read icons or links in them. Escapes `$(icon)` for places
 * that render icons in labels: status bar and quick picks.
 */
export function plainLabel(text: string): string {
  return oneLine(text).replaceAll('$(', '\\$(');
}

/** For notifications, which turn `[text](command:…)` into a link that runs the command. */
export function plainMessage(text: string): string {
  return text.replaceAll('](', '] (');
}

/** Runs of white space and control characters become one space. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
