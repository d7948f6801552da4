import type { ParallelRegion, PlannedQuery, PlanNode } from './model';

export interface Regions {
  readonly regions: readonly ParallelRegion[];
  /** For each node id the index of its region; null outside of all. */
  readonly regionOf: readonly (number | null)[];
}

/**
 * The parallel regions of nodes in pre-order. Workers execute the Gather's one input and what is below it. Not InitPlans,
 * wherever they hang: the leader computes them before and hands over the result; and not SubPlans of the Gather itself, which
 * are part of what only the leader projects.
 */
export function findRegions(nodes: readonly PlanNode[], queries: readonly PlannedQuery[]): Regions {
  const regions: ParallelRegion[] = [];
  const regionOf: (number | null)[] = [];
  let nextQuery = 0;
  let leaderTakesPart = true;
  for (const node of nodes) {
    if (node.id === queries[nextQuery]?.root) {
      leaderTakesPart = queries[nextQuery]?.settings['parallel_leader_participation'] !== 'off';
      nextQuery += 1;
    }
    if (isGather(node)) {
      regionOf.push(regions.length);
      regions.push(regionBelow(node, nodes, leaderTakesPart));
    } else {
      regionOf.push(inherits(node, nodes) && node.parent !== null ? (regionOf[node.parent] ?? null) : null);
    }
  }
  return { regions, regionOf };
}

/** Whether the node starts a parallel region. */
function isGather(node: Pick<PlanNode, 'nodeType'>): boolean {
  return node.nodeType === 'Gather' || node.nodeType === 'Gather Merge';
}

function inherits(node: PlanNode, nodes: readonly PlanNode[]): boolean {
  if (node.relationship === 'InitPlan' || node.parent === null) {
    return false;
  }
  const parent = nodes[node.parent];
  return parent !== undefined && (node.relationship !== 'SubPlan' || !isGather(parent));
}

function regionBelow(gather: PlanNode, nodes: readonly PlanNode[], leaderTakesPart: boolean): ParallelRegion {
  const workersPlanned = gather.workersPlanned ?? 0;
  const singleCopy = gather.properties['Single Copy'] === true;
  const measured = measuredProcesses(gather, inputOf(gather, nodes));
  return {
    gather: gather.id,
    workersPlanned,
    workersLaunched: gather.workersLaunched,
    processes: measured ?? plannedProcesses(workersPlanned, leaderTakesPart && !singleCopy),
    singleCopy,
  };
}

function plannedProcesses(workersPlanned: number, leaderTakesPart: boolean): number {
  return Math.max(1, workersPlanned + (leaderTakesPart ? 1 : 0));
}

/**
 * Every process runs the input once for each time the Gather is started, so the loops tell how many there were, and with
 * that whether the leader was one. Null when it never ran or was not measured.
 */
function measuredProcesses(gather: PlanNode, input: PlanNode | undefined): number | null {
  const gatherLoops = gather.actual?.loops ?? 0;
  if (gatherLoops === 0 || gather.workersLaunched === null) {
    return null;
  }
  const processes = Math.round((input?.actual?.loops ?? 0) / gatherLoops);
  return Math.min(Math.max(processes, 1), gather.workersLaunched + 1);
}

function inputOf(gather: PlanNode, nodes: readonly PlanNode[]): PlanNode | undefined {
  for (let id = gather.id + 1; id < gather.subtreeEnd; id = nodes[id]?.subtreeEnd ?? gather.subtreeEnd) {
    if (nodes[id]?.relationship === 'Outer') {
      return nodes[id];
    }
  }
  return undefined;
}
