import { catalogueSettings, type CatalogueSetting } from './settings';

const byName = new Map(catalogueSettings.map(setting => [setting.name, setting]));

/** Every name of the catalogue, of any version. */
export const catalogueNames: readonly string[] = [...byName.keys()];

/** The setting of that name; like the server's own look-up (`guc_name_compare` in guc.c) blind to the case of ASCII letters. */
export function findSetting(name: string): CatalogueSetting | undefined {
  return byName.get(foldName(name));
}

/** A setting's name with A to Z in lower case and nothing else changed, as the server compares names. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]/g, letter => letter.toLowerCase());
}

/** The major of a `server_version_num`: 180004 is 18. */
export function majorVersion(serverVersion: number): number {
  return Math.floor(serverVersion / 10_000);
}

/** Whether a server of that major should know the setting. */
export function existsIn(setting: CatalogueSetting, major: number): boolean {
  return (setting.existsFrom ?? major) <= major && major <= (setting.existsTo ?? major);
}

/** The name in the catalogue that a misspelt name most likely stands for; undefined when none is near. */
export function nearestName(name: string): string | undefined {
  const folded = foldName(name).slice(0, 64);
  const limit = Math.max(1, Math.floor(folded.length / 5));
  let nearest: string | undefined;
  let least = limit + 1;
  for (const candidate of catalogueNames) {
    const distance = editDistance(folded, candidate);
    if (distance < least) {
      [nearest, least] = [candidate, distance];
    }
  }
  return nearest;
}

/** Levenshtein's distance: the fewest letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
