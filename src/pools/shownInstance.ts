import type { Section } from '../workers/section';
import type { ConsoleRole } from './actions';
import type { InstanceJudgement } from './health';
import type { Join } from './join';
import type { ConsoleSnapshot, DatabaseRates, PooledConnection } from './model';

/** What the view shows of one PgBouncer. */
export interface InstanceView {
  /** The connection profile's name; no other instance's. */
  readonly name: string;
  /** Instances with the same one stand together. */
  readonly label: string | null;
  readonly state: InstanceState;
  /**
   * The nodes that were opened, by id. For *Clients* and *Servers* (of any pool) the connections of the instance; for every other
   * node only that it is in the map counts.
   */
  readonly expanded: ReadonlyMap<string, Section<readonly PooledConnection[]>>;
  /** What is behind those clients whose rows were opened, by the id of the row. */
  readonly joins: ReadonlyMap<string, Section<Join | null>>;
  /** Polled in the background, too. */
  readonly watched: boolean;
  /** Words that a connection must have all of. */
  readonly filter: string;
  /** How many pages of 200 rows are shown, by the id of *Clients* or *Servers*; one unless told. */
  readonly page: ReadonlyMap<string, number>;
}

export type InstanceState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'failed'; readonly sentence: string; readonly lastGoodAtMs: number | null }
  | GoodState;

export interface GoodState {
  readonly kind: 'good';
  readonly snapshot: ConsoleSnapshot;
  readonly judgement: InstanceJudgement;
  readonly rates: readonly DatabaseRates[];
  readonly role: ConsoleRole;
  /** Of the snapshot. */
  readonly ageMs: number;
  /** Why the snapshot is an old one; null for a fresh one. */
  readonly stale: string | null;
}
