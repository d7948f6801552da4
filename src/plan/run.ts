import type { Override } from '../guc/override';

/** One EXPLAIN of one statement under one override set, with its plan. Plain JSON data. */
export interface Run {
  readonly id: string;
  /** The statement that was explained, as it stands in the editor (a typed EXPLAIN unwrapped). */
  readonly sql: string;
  /** Name of the connection profile and of the database, for the page's header. */
  readonly connection: string;
  readonly database: string;
  /** `server_version_num`, such as 180004. */
  readonly serverVersion: number;
  readonly overrideSet: string;
  /** What was set for this run, in order. */
  readonly overrides: readonly Override[];
  readonly analyze: boolean;
  /** The statement had `$n` and was planned without values. */
  readonly generic: boolean;
  /** On 13 to 15 a generic plan is made with NULLs, which prune every partition: pruning says nothing then. */
  readonly pruningUnknown: boolean;
  /** ISO 8601, when the run began. */
  readonly startedAt: string;
  /** One sentence each, things the user must know about this run (such as advisory locks left behind). */
  readonly warnings: readonly string[];
  /** EXPLAIN's JSON text as the server sent it; `readPlan` makes the plan of it. */
  readonly json: string;
}
