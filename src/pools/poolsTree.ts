import { treeNode, type TreeNode } from '../treeNode';
import type { PoolHistory } from './history';
import { instanceNode } from './instanceNode';
import type { Severity } from './model';
import { labelId } from './nodeIds';
import { severityIcon, severityRank } from './severity';
import type { InstanceView } from './shownInstance';
import { countOf, shortName, waitersWords } from './words';

/** The Pools view: instances, worst first, below their labels when any has one. The same figures make the same tree. */
export function poolsTree(
  instances: readonly InstanceView[],
  history: PoolHistory,
  locale: string,
): readonly TreeNode[] {
  const sorted = instances.toSorted(worstFirst);
  if (sorted.every(({ label }) => label === null)) {
    return sorted.map(instance => instanceNode(instance, history, locale));
  }
  const labels = new Map<string | null, InstanceView[]>();
  for (const instance of sorted) {
    labels.set(instance.label, [...(labels.get(instance.label) ?? []), instance]);
  }
  return [...labels].flatMap(([label, group]) => {
    const nodes = group.map(instance => instanceNode(instance, history, locale));
    return label === null ? nodes : [labelNode(label, group, nodes, locale)];
  });
}

function labelNode(
  label: string,
  group: readonly InstanceView[],
  children: readonly TreeNode[],
  locale: string,
): TreeNode {
  const waiting = group.reduce((sum, { state }) => sum + (state.kind === 'good' ? state.judgement.waiting : 0), 0);
  const failed = group.filter(({ state }) => state.kind === 'failed').length;
  const words = [
    waiting > 0 ? waitersWords(waiting, locale) : null,
    failed > 0 ? `${countOf(failed, 'instance', locale)} cannot be reached` : null,
    countOf(group.length, 'instance', locale),
  ];
  const [worst] = group;
  return treeNode({
    id: labelId(label),
    label: shortName(label),
    description: words.filter(word => word !== null).join(' · '),
    icon: worst ? severityIcon(severityOf(worst)) : null,
    menu: 'label',
    children,
    expanded: true,
  });
}

/** One that cannot be asked is as bad as it gets; one that is being asked is not bad yet. */
function severityOf({ state }: InstanceView): Severity {
  switch (state.kind) {
    case 'asking':
      return 'good';
    case 'failed':
      return 'error';
    case 'good':
      return state.judgement.severity;
  }
}

function worstFirst(a: InstanceView, b: InstanceView): number {
  return severityRank(severityOf(b)) - severityRank(severityOf(a)) || compareNames(a, b);
}

function compareNames(a: InstanceView, b: InstanceView): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
