import type { Plan, PlanNode } from '../../src/plan/model';

/** What the figure column shows: time where the plan was measured with timing, else the planner's cost. */
export type Metric = 'ms' | 'cost';

/** The part of a parallel region that one row shows. */
export interface RowRegion {
  readonly index: number;
  readonly processes: number;
  /** How many of the processes are workers; null where the plan does not tell. */
  readonly workers: number | null;
  /** The processes ran; else they are only planned. */
  readonly measured: boolean;
  /** Depth of the Gather, where the region's edge is drawn. */
  readonly depth: number;
  readonly isGather: boolean;
}

/** One node as the tree-grid shows it. Raw figures are in `node`, everything else here is derived. */
export interface Row {
  readonly node: PlanNode;
  /** 1-based among its siblings, for readers of the screen. */
  readonly position: number;
  readonly setSize: number;
  readonly expandable: boolean;
  readonly region: RowRegion | null;
  /** Inclusive time or cost in the plan's metric; null when the server gave none. */
  readonly amount: number | null;
  /** `amount` as part of the largest amount of a root, 0 to 1. */
  readonly share: number;
  /** Rows of all loops and processes together; null without ANALYZE and for what was never executed. */
  readonly rows: number | null;
  /** The plan's own figure, per loop and process. */
  readonly plannedRows: number | null;
  /** The planned figure is for one of several loops or processes. */
  readonly plannedEach: boolean;
  /** Actual over planned rows; null where the two cannot be compared. */
  readonly rowsRatio: number | null;
  readonly neverExecuted: boolean;
}

export function metricOf(plan: Plan): Metric {
  return plan.nodes.some(node => typeof node.actual?.totalMs === 'number') ? 'ms' : 'cost';
}

/** One row for each node, in the order of `plan.nodes`. */
export function planRows(plan: Plan): readonly Row[] {
  const metric = metricOf(plan);
  const amounts = plan.nodes.map(node => (metric === 'ms' ? inclusiveMs(plan, node) : node.totalCost));
  const whole = plan.queries.reduce((most, query) => Math.max(most, amounts[query.root] ?? 0), 0);
  const siblings = siblingSets(plan.nodes);
  const limited = belowLimits(plan.nodes);
  return plan.nodes.map((node, id) => {
    const amount = amounts[id] ?? null;
    const { position, setSize } = siblings[id] ?? { position: 1, setSize: 1 };
    return {
      node,
      position,
      setSize,
      expandable: node.subtreeEnd > node.id + 1,
      region: rowRegion(plan, node),
      amount,
      share: amount === null || whole <= 0 ? 0 : Math.min(1, Math.max(0, amount / whole)),
      rows: totalRows(node),
      plannedRows: node.planRows,
      plannedEach: isBelowGather(plan, node) || (node.actual?.loops ?? 0) > 1,
      rowsRatio: rowsRatio(plan, node, limited[id] === true),
      neverExecuted: isNeverExecuted(node),
    };
  });
}

/** True for the nodes of a region that its processes execute: all but the Gather, which only the leader runs. */
function isBelowGather(plan: Plan, node: PlanNode): boolean {
  return node.region !== null && plan.regions[node.region]?.gather !== node.id;
}

/** How many processes execute a node: 1 outside of every region and for a Gather itself. */
export function processesOf(plan: Plan, node: PlanNode): number {
  const region = node.region !== null && isBelowGather(plan, node) ? plan.regions[node.region] : undefined;
  return Math.max(1, region?.processes ?? 1);
}

/**
 * Inclusive time of a node in milliseconds; null without TIMING and for what was never executed. EXPLAIN prints the average per loop and counts the loops of all processes, so
 * average × loops is the time that all processes spent together; divided by the processes it is what one of them spent on average.
 */
export function inclusiveMs(plan: Plan, node: PlanNode): number | null {
  const { totalMs, loops } = node.actual ?? { totalMs: null, loops: 0 };
  return totalMs === null || loops === 0 ? null : (totalMs * loops) / processesOf(plan, node);
}

/** Rows of all loops and processes together. EXPLAIN prints the average per loop, so on large loops this is approximate. */
export function totalRows(node: PlanNode): number | null {
  const { actual } = node;
  return actual === null || actual.loops === 0 ? null : Math.round(actual.rows * actual.loops);
}

function isNeverExecuted(node: PlanNode): boolean {
  return node.actual?.loops === 0;
}

/**
 * Actual over planned rows of one loop, each taken as at least one row as the planner does. Null inside a region: there the
 * planned figure of a partial node depends on the workers planned, the actual one on those that ran. Null too for fewer rows
 * than planned below a Limit, which stops its children early.
 */
function rowsRatio(plan: Plan, node: PlanNode, belowLimit: boolean): number | null {
  const { actual, planRows } = node;
  if (actual === null || actual.loops === 0 || planRows === null || isBelowGather(plan, node)) {
    return null;
  }
  const ratio = Math.max(1, actual.rows) / Math.max(1, planRows);
  return ratio < 1 && belowLimit ? null : ratio;
}

/** By node id: somewhere above is a Limit. A parent stands before its children. */
function belowLimits(nodes: readonly PlanNode[]): readonly boolean[] {
  const below: boolean[] = [];
  for (const { parent } of nodes) {
    below.push(parent !== null && (below[parent] === true || nodes[parent]?.nodeType === 'Limit'));
  }
  return below;
}

function rowRegion(plan: Plan, node: PlanNode): RowRegion | null {
  const region = node.region === null ? undefined : plan.regions[node.region];
  if (node.region === null || region === undefined) {
    return null;
  }
  const gather = plan.nodes[region.gather];
  const starts = gather?.actual?.loops ?? 0;
  const measured = starts > 0 && region.workersLaunched !== null;
  // Of a Gather that was started again, the server prints the workers of one start and the loops of all.
  const workers = !measured ? region.workersPlanned : starts === 1 ? region.workersLaunched : null;
  return {
    index: node.region,
    processes: region.processes,
    workers,
    measured,
    depth: gather?.depth ?? node.depth,
    isGather: region.gather === node.id,
  };
}

interface Sibling {
  readonly position: number;
  readonly setSize: number;
}

function siblingSets(nodes: readonly PlanNode[]): readonly Sibling[] {
  const counts = new Map<number | null, number>();
  const positions = nodes.map(({ parent }) => {
    const position = (counts.get(parent) ?? 0) + 1;
    counts.set(parent, position);
    return position;
  });
  return nodes.map(({ parent, id }) => ({ position: positions[id] ?? 1, setSize: counts.get(parent) ?? 1 }));
}
