import { listed, shortName } from './words';

/** An instance as the user knows it: the connection's name, and the label it has been given. */
export interface NamedInstance {
  readonly name: string;
  readonly label: string | null;
}

/** `“east” (production)`: which one, beyond doubt. */
export function instanceWords({ name, label }: NamedInstance): string {
  return `“${shortName(name)}”${label === null ? '' : ` (${shortName(label)})`}`;
}

const namesShown = 5;

/** `a, b and 12 others`. */
export function namesWords(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map(shortName);
  return listed(names.length > namesShown ? [...shown, `${String(names.length - namesShown)} others`] : shown);
}
