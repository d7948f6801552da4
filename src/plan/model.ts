/**
 * The readonly model of one EXPLAIN result. Built once by `buildPlan`; every screen is a projection of it.
 * It is plain JSON data (no undefined, no Map), so it can be posted to a page as it is.
 */

/** One process's own figures at one node, from the `Workers` array (the leader is not in it). */
export interface WorkerFigures {
  readonly number: number;
  readonly startupMs: number | null;
  readonly totalMs: number | null;
  /** Average per loop, as the server printed it. */
  readonly rows: number | null;
  readonly loops: number | null;
  /** Everything else the server printed for this worker. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Measured figures of one node, present after EXPLAIN ANALYZE. Averages per loop over all processes. */
export interface ActualFigures {
  readonly startupMs: number | null;
  /** Null without TIMING. */
  readonly totalMs: number | null;
  readonly rows: number;
  /** Summed over all processes; 0 means never executed. */
  readonly loops: number;
}

export type ParentRelationship = 'Outer' | 'Inner' | 'Member' | 'Subquery' | 'InitPlan' | 'SubPlan';

export interface PlanNode {
  /** Position in `Plan.nodes`, which is in pre-order. */
  readonly id: number;
  /** Null for the root of a query. */
  readonly parent: number | null;
  readonly depth: number;
  /** One past the last descendant: `nodes.slice(id + 1, subtreeEnd)` are the descendants. */
  readonly subtreeEnd: number;
  /** The name text EXPLAIN prints: `Parallel Seq Scan`, `Partial HashAggregate`. */
  readonly name: string;
  /** `Node Type` as the server gave it. */
  readonly nodeType: string;
  /** What it works on, as text EXPLAIN writes it (`public.orders o`, `orders_pkey on orders`); null if nothing. */
  readonly object: string | null;
  readonly relationship: ParentRelationship | null;
  /** `InitPlan 1 (returns $0)`, `CTE x`; null if none. */
  readonly subplanName: string | null;
  readonly parallelAware: boolean;
  /** Index into `Plan.regions`; null outside of every parallel region. */
  readonly region: number | null;
  readonly startupCost: number | null;
  readonly totalCost: number | null;
  /** Rows per process and loop, as planned. */
  readonly planRows: number | null;
  readonly planWidth: number | null;
  readonly actual: ActualFigures | null;
  /** Of Gather and Gather Merge. */
  readonly workersPlanned: number | null;
  readonly workersLaunched: number | null;
  readonly workers: readonly WorkerFigures[];
  /** Every key of the node as the server gave it, known and unknown, without `Plans` and `Workers`. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A Gather or Gather Merge and all below it that several processes execute: not InitPlans, and not SubPlans of the Gather itself. */
export interface ParallelRegion {
  /** Id of the Gather or Gather Merge. */
  readonly gather: number;
  readonly workersPlanned: number;
  /** Null without ANALYZE. */
  readonly workersLaunched: number | null;
  /**
   * Processes that execute (ANALYZE) or would execute the region: workers, and the leader when it takes part.
   * From loops of the child after ANALYZE; else, or if the Gather never ran, planned workers + 1, or without the leader when
   * `parallel_leader_participation` is off in the plan's settings or the Gather is Single Copy.
   */
  readonly processes: number;
  readonly singleCopy: boolean;
}

/** One statement that the server planned; a rewrite rule can make several of one. */
export interface PlannedQuery {
  /** Root node's id. */
  readonly root: number;
  readonly planningMs: number | null;
  readonly executionMs: number | null;
  /** Settings that differ from the built-in default, as EXPLAIN (SETTINGS) reports them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Every other top-level key, as the server gave it (JIT, Triggers, Planning, Query Identifier, …). */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Something in the JSON that is not what EXPLAIN prints; the value was ignored or taken as missing. */
export interface PlanProblem {
  /** JSON path such as `[0].Plan.Plans[1]["Total Cost"]`. */
  readonly path: string;
  /** One sentence. */
  readonly problem: string;
}

export interface Plan {
  readonly queries: readonly PlannedQuery[];
  readonly nodes: readonly PlanNode[];
  readonly regions: readonly ParallelRegion[];
  /** True if any node was measured. */
  readonly analyzed: boolean;
  readonly problems: readonly PlanProblem[];
}
