import type { Profile } from '../connection/profile';
import type { OverrideSet } from '../guc/overrideSets';

/** What is to be explained, where and how. */
export interface ExplainRequest {
  /** The statement as it stands in the editor. */
  readonly text: string;
  /** *Explain Analyze* rather than *Explain*; the options of a typed EXPLAIN win. */
  readonly analyze: boolean;
  readonly profile: Profile;
  readonly overrideSet: OverrideSet;
  /** 0 for no limit. */
  readonly statementTimeoutSeconds: number;
  /** The user has agreed to a transaction that can write; it is rolled back all the same. */
  readonly mayWrite: boolean;
}
