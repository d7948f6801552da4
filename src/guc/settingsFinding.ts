import type { Remedy } from './remedy';

/** A number of bytes for a sentence: `8.44 GB`. */
export type BytesInWords = (bytes: number) => string;

/** Something about the settings that costs parallelism, memory or both. */
export interface SettingsFinding {
  /** The same for the same thing in every check. */
  readonly id: string;
  readonly severity: 'warning' | 'hint';
  /** A few words that fit into a narrow view. */
  readonly title: string;
  readonly sentence: string;
  /** What the sentence is derived from, one figure a line. */
  readonly figures: readonly string[];
  /** Each alone is a way out, but of tables each has its own. None where no statement helps. */
  readonly remedies: readonly Remedy[];
}
