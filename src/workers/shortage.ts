import { formatCount } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import type { Activity } from './activity';

/**
 * Workers that were asked for and did not start since an earlier look, over all databases: the difference of pg_stat_database's
 * counters, which PostgreSQL has from 18 and which a query adds to when it ends. Null when none is missing or nothing is known.
 */
export function shortageNode(before: Activity, now: Activity, sinceWords: string, locale: string): TreeNode | null {
  if (!before.notLaunched || !now.notLaunched) {
    return null;
  }
  const asked = now.notLaunched.asked - before.notLaunched.asked;
  const launched = now.notLaunched.launched - before.notLaunched.launched;
  // Falling counters were reset.
  if (launched < 0 || asked <= launched) {
    return null;
  }
  return treeNode({
    id: 'shortage',
    label: `${formatCount(asked - launched, locale)} of ${formatCount(asked, locale)} workers did not start`,
    description: `since ${sinceWords}`,
    tooltip:
      'Queries that ended since then asked for that many workers, and did not get them all: every slot was taken. ' +
      'They ran with fewer processes, and said nothing of it.',
    icon: { name: 'warning', color: 'warning' },
  });
}
