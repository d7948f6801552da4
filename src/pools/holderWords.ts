import { formatCount } from '../plan/figures';
import { formatDuration } from '../workers/duration';
import type { Holders } from './holders';
import { listed } from './words';

/**
 * `18 of 20 servers run a query and 2 are idle in transaction (the longest for 4 min: reports, user app)`; what most of them do
 * comes first.
 * @param open all server connections of the pool
 */
export function holderWords({ counts, longest }: Holders, open: number, locale: string): string {
  const held = counts.running + counts.inTransaction + counts.idle + counts.unknown;
  const groups = [
    { count: counts.running, one: 'runs a query', many: 'run a query' },
    {
      count: counts.inTransaction,
      one: 'is idle in transaction',
      many: 'are idle in transaction',
      more: longestWords(longest, locale),
    },
    { count: counts.idle, one: 'is held by a client without a query', many: 'are held by clients without a query' },
    { count: counts.unknown, one: 'is taken by a client', many: 'are taken by clients' },
    { count: open - held, one: 'is not taken', many: 'are not taken' },
  ].filter(({ count }) => count > 0);
  const [first, ...rest] = groups.toSorted((a, b) => b.count - a.count);
  if (!first) {
    return 'no server is open';
  }
  const words = ({ count, one, many, more }: typeof first): string => `${count === 1 ? one : many}${more ?? ''}`;
  const ofAll =
    open === 1 ? 'its one server' : `${formatCount(first.count, locale)} of ${formatCount(open, locale)} servers`;
  return listed([
    `${ofAll} ${words(first)}`,
    ...rest.map(group => `${formatCount(group.count, locale)} ${words(group)}`),
  ]);
}

function longestWords(longest: Holders['longest'], locale: string): string {
  if (longest === null) {
    return '';
  }
  return ` (${longest.ms === null ? '' : `the longest for ${formatDuration(longest.ms, locale)}: `}${longest.who})`;
}
