const hidden = '***';

/**
 * A quoted value of SQL (also `E'…'`, `U&'…'`, dollar quotes), of a connection string or of JSON; or a bare word. What is never
 * closed goes on to the end. The alternatives exclude each other, so that the time stays linear.
 */
const value = String.raw`(?:(?:e|u&)?'(?:[^'\\]+|''|\\[^])*(?:'|$)|"(?:[^"\\]+|""|\\[^])*(?:"|$)|\$(\w*)\$[^]*?(?:\$\3\$|$)|[^\s,;)&]+)`;

/** `password=…`, `"password": …`, `PGPASSWORD=…`, and SQL's `PASSWORD '…'`, where only a quoted value follows a space. */
const assigned = new RegExp(
  String.raw`((?:password|passwd|passphrase|pwd)["']?)(\s*[=:]\s*|\s*(?=(?:e|u&)?'|\$\w*\$)|\s+(?="))${value}`,
  'gi',
);

/**
 * The text without the passwords it may hold: in URLs, connection strings, environment assignments, JSON and SQL.
 * It rather hides too much than too little. Everything that goes to a log passes through it.
 */
export function redact(text: string): string {
  return text
    .replace(/\S+/g, withoutUrlPassword)
    .replace(assigned, (_match, word: string, between: string) => `${word}${between}${hidden}`);
}

/** The password of a URL: from the colon behind the user to the last `@` of the word, since some forget to encode. */
function withoutUrlPassword(word: string): string {
  const scheme = word.indexOf('://');
  const colon = scheme === -1 ? -1 : word.indexOf(':', scheme + 3);
  const at = word.lastIndexOf('@');
  return colon === -1 || at < colon ? word : word.slice(0, colon + 1) + hidden + word.slice(at);
}
