import { formatCount, formatMs } from '../plan/figures';
import { treeNode, type NodeIcon, type TreeNode } from '../treeNode';
import { formatDuration } from '../workers/duration';
import { connectionsNode } from './connectionsNode';
import type { PoolJudgement } from './diagnosis';
import type { HistoryMinute } from './history';
import type { NodeContext } from './nodeContext';
import { childId, poolId } from './nodeIds';
import { openServers } from './poolFigures';
import { severityIcon, severityRank } from './severity';
import { byMinute, sparkline } from './sparkline';
import { countOf, poolName } from './words';

/** One pool: its figures in a fixed order, then why its clients wait; below it the reason in full, its clients and servers. */
export function poolNode(judged: PoolJudgement, context: NodeContext): TreeNode {
  const { pool, sentence, severity } = judged;
  const id = poolId(context.instance.name, pool);
  return treeNode({
    id,
    label: poolName(pool),
    description: [figures(judged, context.locale), sentence].filter(Boolean).join(' · '),
    tooltip: tooltipOf(judged, context),
    icon: iconOf(judged),
    menu: ['pool', context.menuOf(pool.database)].filter(Boolean).join(' '),
    children: [
      ...(sentence === null ? [] : [treeNode({ id: childId(id, 'why'), label: sentence, tooltip: sentence })]),
      connectionsNode(judged, 'clients', context),
      connectionsNode(judged, 'servers', context),
    ],
    expanded: severityRank(severity) >= severityRank('warning'),
  });
}

/** `14 wait · 3.1 s · 20/20 · transaction`. */
function figures({ pool, poolSize }: PoolJudgement, locale: string): string {
  const words = [
    `${formatCount(pool.clientsWaiting, locale)} wait`,
    pool.clientsWaiting > 0 ? waitWords(pool.maxWaitUs, locale) : null,
    `${formatCount(pool.serversActive, locale)}/${sizeWords(poolSize, locale)}`,
    pool.poolMode,
  ];
  return words.filter(word => word !== null).join(' · ');
}

/** PgBouncer does not measure the wait of a client that has not sent its query yet. */
function waitWords(maxWaitUs: number, locale: string): string {
  return maxWaitUs === 0 ? 'for an unknown time' : formatDuration(maxWaitUs / 1000, locale);
}

/** 0 is no limit, or before 1.24 none at all, which the sentence says. */
function sizeWords(poolSize: number | null, locale: string): string {
  return poolSize === null ? '?' : poolSize === 0 ? '∞' : formatCount(poolSize, locale);
}

function iconOf({ cause, severity }: PoolJudgement): NodeIcon {
  if (cause === 'paused' || cause === 'suspended') {
    return { name: 'debug-pause', color: severity === 'error' ? 'error' : 'warning' };
  }
  return cause === 'disabled' ? { name: 'circle-slash', color: 'muted' } : severityIcon(severity);
}

function tooltipOf({ pool, poolSize, sentence }: PoolJudgement, { instance, history, locale }: NodeContext): string {
  const minutes = history.minutes(instance.name, pool);
  const trend = (
    what: string,
    valueOf: (minute: HistoryMinute) => number,
    figure: (value: number) => string,
  ): string | null => {
    const line = sparkline(byMinute(minutes, valueOf));
    return line === '' ? null : `${line}  ${what}, at most ${figure(Math.max(...minutes.map(valueOf)))}`;
  };
  const count = (value: number): string => formatCount(value, locale);
  const lines = [
    `database ${pool.database}, user ${pool.user}`,
    pool.poolMode === null ? null : `pool_mode ${pool.poolMode}`,
    sentence,
    `${countOf(pool.clientsActive, 'client', locale)} connected and not waiting, ${formatCount(pool.clientsWaiting, locale)} waiting`,
    `servers: ${serverWords({ pool, poolSize }, locale)}`,
    trend('clients waiting', ({ clientsWaiting }) => clientsWaiting, count),
    trend(
      'longest wait',
      ({ maxWaitUs }) => maxWaitUs,
      us => formatMs(us / 1000, locale),
    ),
    trend('servers taken', ({ serversActive }) => serversActive, count),
  ];
  return lines.filter(line => line !== null).join('\n');
}

/** Every state that any server is in. */
function serverWords({ pool, poolSize }: Pick<PoolJudgement, 'pool' | 'poolSize'>, locale: string): string {
  const states = [
    [pool.serversActive, 'taken'],
    [pool.serversIdle, 'idle'],
    [pool.serversUsed, 'idle for long'],
    [pool.serversTested, 'being tested'],
    [pool.serversLogin, 'logging in'],
    [pool.serversActiveCancel ?? 0, 'sending a cancel request'],
    [pool.serversBeingCanceled ?? 0, 'being cancelled'],
  ] as const;
  const found = states.filter(([count]) => count > 0).map(([count, words]) => `${formatCount(count, locale)} ${words}`);
  return `${formatCount(openServers(pool), locale)} of ${sizeWords(poolSize, locale)} open${found.length > 0 ? `: ${found.join(', ')}` : ''}`;
}
