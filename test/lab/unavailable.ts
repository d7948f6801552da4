/**
 * A part of the lab that this machine cannot provide (no network, no package manager, an unknown platform). The suites
 * that need it are skipped with `message`, which starts with `unavailable: ` and names the reason in one line.
 */
export class Unavailable extends Error {
  constructor(readonly reason: string) {
    super(`unavailable: ${reason}`);
    this.name = 'Unavailable';
  }
}
