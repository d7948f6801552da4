import { formatBytes, formatCount, formatMs } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import type { DatabaseRates, DatabaseTotals } from './model';
import type { NodeContext } from './nodeContext';
import { childId, itemId, partId } from './nodeIds';
import { shortName } from './words';

/** *Stats* of an instance: what happened in each database between the last two looks, busiest first. */
export function statsNode({ instance, state, locale }: NodeContext): TreeNode {
  const { rates, snapshot } = state;
  const id = partId(instance.name, 'stats');
  const sum = rates.reduce((all, { transactionsPerSecond }) => all + transactionsPerSecond, 0);
  const ratesOf = new Map(rates.map(one => [one.database, one]));
  const made = (): readonly TreeNode[] =>
    snapshot.totals
      .map(totals => ({ totals, rates: ratesOf.get(totals.database) }))
      .sort(busiestFirst)
      .map(row => rowNode(row, instance, locale));
  return treeNode({
    id,
    label: 'Stats',
    description: rates.length === 0 ? 'rates come with the next look' : `${perSecond(sum, locale)} transactions/s`,
    icon: { name: 'graph', color: null },
    menu: 'stats',
    children: instance.expanded.has(id) ? made() : 'onExpand',
  });
}

interface Row {
  readonly totals: DatabaseTotals;
  /** Not known at the first look and after a reset. */
  readonly rates: DatabaseRates | undefined;
}

function rowNode({ totals, rates }: Row, { name, expanded }: NodeContext['instance'], locale: string): TreeNode {
  const id = itemId(name, 'stats', totals.database);
  const columns = Object.entries(totals.shown).map(([column, value]) => ({ column, value: String(value ?? 'null') }));
  return treeNode({
    id,
    label: shortName(totals.database),
    description: rates ? rateWords(rates, locale) : 'no rates yet',
    tooltip: [
      'Between the last two looks, from PgBouncer’s own counters.',
      'The columns below are those counters since it started, and its own averages.',
    ].join('\n'),
    menu: 'stats row',
    children: expanded.has(id)
      ? columns.map(({ column, value }) =>
          treeNode({ id: childId(id, column), label: column, description: value, menu: 'copyable' }),
        )
      : 'onExpand',
  });
}

function rateWords(rates: DatabaseRates, locale: string): string {
  const mean = (us: number | null, words: string): string | null =>
    us === null ? null : `${formatMs(us / 1000, locale)} ${words}`;
  const words = [
    `${perSecond(rates.transactionsPerSecond, locale)} transactions/s`,
    `${perSecond(rates.queriesPerSecond, locale)} queries/s`,
    mean(rates.waitUs, 'mean wait'),
    mean(rates.transactionUs, 'a transaction'),
    mean(rates.queryUs, 'a query'),
    `${formatBytes(rates.receivedBytesPerSecond, locale)}/s from clients`,
    `${formatBytes(rates.sentBytesPerSecond, locale)}/s to clients`,
  ];
  return words.filter(word => word !== null).join(' · ');
}

/** Whole from ten on; below that the first digit after the point tells idle from slow. */
function perSecond(rate: number, locale: string): string {
  return formatCount(rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10, locale);
}

function busiestFirst(a: Row, b: Row): number {
  return (
    (b.rates?.transactionsPerSecond ?? 0) - (a.rates?.transactionsPerSecond ?? 0) ||
    (a.totals.database < b.totals.database ? -1 : 1)
  );
}
