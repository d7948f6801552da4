import type { Figure } from './figure';

/** One subject that is measured; its name is its file's. */
export interface Bench {
  readonly name: string;
  /** Rejects with `Unavailable` when this machine cannot have what it needs. It leaves nothing running. */
  run(): Promise<readonly Figure[]>;
}
