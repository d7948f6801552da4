import type { ParallelRegion, Plan, PlanNode } from '../../../src/plan/model';

/** A node of a plan for a test: what is left out is what a plain serial node has. */
export interface Sketch extends Partial<Omit<PlanNode, 'id' | 'parent' | 'depth' | 'subtreeEnd'>> {
  readonly children?: readonly Sketch[];
}

export function planOf(root: Sketch, regions: readonly Partial<ParallelRegion>[] = []): Plan {
  const nodes: PlanNode[] = [];
  const add = (sketch: Sketch, parent: number | null, depth: number): void => {
    const { children = [], ...given } = sketch;
    const id = nodes.length;
    const node = { ...serial, ...given, id, parent, depth, subtreeEnd: 0 };
    nodes.push(node);
    for (const child of children) {
      add(child, id, depth + 1);
    }
    nodes[id] = { ...node, subtreeEnd: nodes.length };
  };
  add(root, null, 0);
  return {
    queries: [{ root: 0, planningMs: null, executionMs: null, settings: {}, properties: {} }],
    nodes,
    regions: regions.map(region => ({ ...oneRegion, ...region })),
    analyzed: nodes.some(node => node.actual !== null),
    problems: [],
  };
}

const serial: Omit<PlanNode, 'id' | 'parent' | 'depth' | 'subtreeEnd'> = {
  name: 'Result',
  nodeType: 'Result',
  object: null,
  relationship: null,
  subplanName: null,
  parallelAware: false,
  region: null,
  startupCost: null,
  totalCost: null,
  planRows: null,
  planWidth: null,
  actual: null,
  workersPlanned: null,
  workersLaunched: null,
  workers: [],
  properties: {},
};

const oneRegion: ParallelRegion = {
  gather: 0,
  workersPlanned: 2,
  workersLaunched: 2,
  processes: 3,
  singleCopy: false,
};
