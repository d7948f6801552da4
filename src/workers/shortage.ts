import { formatCount } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import type { Activity } from './activity';

/** A look that later ones are compared with. */
export interface Baseline {
  readonly activity: Activity;
  readonly atMs: number;
}

/**
 * What `now` is to be compared with: the baseline so far, unless there is none or a counter has fallen since. Then the statistics were
 * reset, or thrown away after a crash, and what is counted from then on has nothing to do with what was counted before.
 */
export function baselineFor(baseline: Baseline | undefined, now: Baseline): Baseline {
  const before = baseline?.activity.notLaunched;
  const counters = now.activity.notLaunched;
  const fell = before && counters && (counters.asked < before.asked || counters.launched < before.launched);
  return baseline === undefined || fell ? now : baseline;
}

/**
 * Workers that were asked for and did not start since an earlier look (see `baselineFor`), over all databases: the difference of
 * pg_stat_database's counters, which PostgreSQL has from 18 and which a query adds to when it ends. Null when none is missing or
 * nothing is known.
 */
export function shortageNode(before: Activity, now: Activity, sinceWords: string, locale: string): TreeNode | null {
  if (!before.notLaunched || !now.notLaunched) {
    return null;
  }
  const asked = now.notLaunched.asked - before.notLaunched.asked;
  const launched = now.notLaunched.launched - before.notLaunched.launched;
  if (launched < 0 || asked <= launched) {
    return null;
  }
  return treeNode({
    id: 'shortage',
    label: `${formatCount(asked - launched, locale)} of ${formatCount(asked, locale)} workers did not start`,
    description: `since ${sinceWords}`,
    tooltip:
      'Queries that ended since then asked for that many workers, and did not get them all: no slot was free, or ' +
      'max_parallel_workers of their session allowed no more. They ran with fewer processes, and said nothing of it.',
    icon: { name: 'warning', color: 'warning' },
  });
}
