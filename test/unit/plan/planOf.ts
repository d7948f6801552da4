import { buildPlan } from '../../../src/plan/build';
import { decodeExplain } from '../../../src/plan/decode';
import type { Plan, PlanNode } from '../../../src/plan/model';
import { nodeTitle } from '../../../src/plan/nodeTitle';
import { fixtureJson } from '../../fixtures/plans/fixture';

/** The plan of EXPLAIN's JSON, given as text or as the value that the text would have. */
export function planOf(json: unknown): Plan {
  const decoded = decodeExplain(typeof json === 'string' ? json : JSON.stringify(json));
  if (!decoded.ok) {
    throw new Error(decoded.sentence);
  }
  return buildPlan(decoded.value);
}

export function fixturePlan(name: string, major: number): Plan {
  return planOf(fixtureJson(name, major));
}

/** The plan as lines: indentation, title, and `×processes` of the region that the node is in. */
export function outline({ nodes, regions }: Plan): string[] {
  return nodes.map(node => {
    const region = node.region === null ? undefined : regions[node.region];
    const kind = node.relationship === 'InitPlan' || node.relationship === 'SubPlan' ? ` {${node.subplanName}}` : '';
    return `${'  '.repeat(node.depth)}${nodeTitle(node)}${kind}${region ? ` ×${region.processes}` : ''}`;
  });
}

export function nodeNamed(plan: Plan, name: string): PlanNode {
  const node = plan.nodes.find(one => one.name === name);
  if (!node) {
    throw new Error(`There is no ${name} in the plan.`);
  }
  return node;
}
