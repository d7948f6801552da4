/**
 * `server_version_num` from the text of `server_version`: 180004 of `18.4 (Debian …)`, 160000 of `16beta2`.
 * Null when it is not PostgreSQL's, such as `1.18.0/bouncer` (only PostgreSQL 10 and newer count with two numbers).
 */
export function serverVersionNumber(serverVersion: string): number | null {
  const match = /^(\d{2,})(?:\.(\d+))?(?!\.|\d|.*\/bouncer)/.exec(serverVersion);
  return match?.[1] === undefined ? null : Number(match[1]) * 10_000 + Number(match[2] ?? 0);
}

/** PgBouncer's console calls itself `1.18.0/bouncer`; a pooled database passes PostgreSQL's own version on. */
export function isConsoleVersion(serverVersion: string): boolean {
  return serverVersion.endsWith('/bouncer');
}
