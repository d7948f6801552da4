const hidden = '***';

/** The password of a URL: from the colon behind the user to the last `@` of the word, since some forget to encode. */
const inUrl = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):\S*(?=@)/gi;

/** A quoted value of SQL (also `E'…'`, `U&'…'`, dollar quotes), of a connection string or of JSON; or a bare word. */
const value = String.raw`(?:(?:e|u&)?'(?:[^'\\]|''|\\[^])*(?:'|$)|"(?:[^"\\]|""|\\[^])*(?:"|$)|\$(\w*)\$[^]*?(?:\$\3\$|$)|[^\s,;)&]+)`;

/** `password=…`, `"password": …`, `PGPASSWORD=…`, and SQL's `PASSWORD '…'`, where only a quoted value follows a space. */
const assigned = new RegExp(
  String.raw`(\w*(?:password|passwd|passphrase|pwd)["']?)(\s*[=:]\s*|\s*(?=(?:e|u&)?'|\$\w*\$)|\s+(?="))${value}`,
  'gi',
);

/**
 * The text without the passwords it may hold: in URLs, connection strings, environment assignments, JSON and SQL.
 * It rather hides too much than too little. Everything that goes to a log passes through it.
 */
export function redact(text: string): string {
  return text
    .replace(inUrl, `$1:${hidden}`)
    .replace(assigned, (_match, word: string, between: string) => `${word}${between}${hidden}`);
}
