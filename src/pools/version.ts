import type { PgBouncerVersion } from './model';

/**
 * The version in what a console announces at login (`1.18.0/bouncer`) or says to SHOW VERSION (`PgBouncer 1.18.0`). What
 * cannot be read is 0.0.0: such a console is asked only what every version knows.
 */
export function pgBouncerVersion(text: string): PgBouncerVersion {
  const [, major, minor, patch] = /^(?:PgBouncer )?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?/.exec(text) ?? [];
  return {
    major: Number(major ?? 0),
    minor: Number(minor ?? 0),
    patch: Number(patch ?? 0),
    text: text.replace(/^PgBouncer /, '').replace(/\/bouncer$/, ''),
  };
}

/** The version is this one (such as 1.19) or a newer one. */
export function isAtLeast({ major, minor }: PgBouncerVersion, wantedMajor: number, wantedMinor: number): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
