import { formatCount } from '../plan/figures';
import { formatDuration } from '../workers/duration';
import { causeSeverity, judgePools, type JudgeContext, type PoolJudgement } from './diagnosis';
import type { ConsoleSnapshot, Severity } from './model';
import { severityRank } from './severity';
import { stoppedDatabase, type StoppedDatabase } from './stopped';
import { secondsOf } from './thresholds';
import { countOf, poolName, shortName, waitersWords } from './words';

export interface InstanceJudgement {
  readonly severity: Severity;
  /** What is wrong with the instance, the worst first; null when nothing is. Without a full stop. */
  readonly sentence: string | null;
  /** Clients that wait, in all pools. */
  readonly waiting: number;
  readonly clients: ClientUsage;
  /** Worst first. */
  readonly pools: readonly PoolJudgement[];
  /** Paused or disabled by name; after a KILL such a database has no pool any more. */
  readonly stopped: readonly StoppedDatabase[];
}

/** What PgBouncer compares with `max_client_conn`: connections to the console are among them (`SHOW LISTS`). */
export interface ClientUsage {
  readonly used: number;
  /** Null when it is not known. */
  readonly max: number | null;
}

/** The health of one PgBouncer: all of it stopped, its worst pool, and how near `max_client_conn` is. */
export function judgeInstance(snapshot: ConsoleSnapshot, context: JudgeContext): InstanceJudgement {
  const pools = judgePools(snapshot, context);
  const waiting = pools.reduce((sum, { pool }) => sum + pool.clientsWaiting, 0);
  const clients = clientUsage(snapshot);
  const stopped = snapshot.databases.flatMap(one => stoppedDatabase(one, context.pausedByKill) ?? []);
  const findings = [
    standstillFinding(snapshot),
    waitFinding(pools, waiting, snapshot, context.locale),
    stoppedFinding(stopped, context.locale),
    usageFinding(clients, context),
  ]
    .filter(finding => finding !== null)
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  return {
    severity: findings[0]?.severity ?? 'good',
    sentence: findings.length === 0 ? null : findings.map(({ sentence }) => sentence).join(' · '),
    waiting,
    clients,
    pools,
    stopped,
  };
}

interface Finding {
  readonly severity: Severity;
  readonly sentence: string;
}

function standstillFinding({ state }: ConsoleSnapshot): Finding | null {
  if (state?.suspended) {
    return { severity: 'warning', sentence: 'suspended: no client is served' };
  }
  return state?.paused
    ? { severity: 'warning', sentence: 'paused: no pool opens or lends a server until RESUME' }
    : null;
}

/** Of the worst pool; that all is stopped has been said. */
function waitFinding(
  pools: readonly PoolJudgement[],
  waiting: number,
  { state }: ConsoleSnapshot,
  locale: string,
): Finding | null {
  const worst = pools.find(({ pool }) => pool.clientsWaiting > 0);
  if (!worst || worst.severity === 'good') {
    return null;
  }
  const { pool, severity, sentence } = worst;
  const longest = Math.max(...pools.map(({ pool: { maxWaitUs } }) => maxWaitUs)) / 1000;
  const waits = `${waitersWords(waiting, locale)}${longest > 0 ? `, ${formatDuration(longest, locale)} the longest` : ''}`;
  const stopped = state?.paused === true || state?.suspended === true;
  return { severity, sentence: stopped || sentence === null ? waits : `${waits} · ${poolName(pool)}: ${sentence}` };
}

function stoppedFinding(stopped: readonly StoppedDatabase[], locale: string): Finding | null {
  const [first, ...rest] = stopped.toSorted((a, b) => causeRank(b) - causeRank(a));
  if (!first) {
    return null;
  }
  const more = rest.length === 0 ? '' : ` · ${countOf(rest.length, 'more database', locale)} stopped`;
  return {
    severity: causeSeverity(first.cause),
    sentence: `${shortName(first.database)} ${rest.length === 0 ? first.sentence : first.words}${more}`,
  };
}

function causeRank({ cause }: StoppedDatabase): number {
  return severityRank(causeSeverity(cause));
}

function usageFinding({ used, max }: ClientUsage, { thresholds, locale }: JudgeContext): Finding | null {
  const share = max === null || max <= 0 ? 0 : used / max;
  if (max === null || share < thresholds.clientUsageWarning) {
    return null;
  }
  const severity = share >= thresholds.clientUsageError ? 'error' : 'warning';
  const figures = `${formatCount(used, locale)} of ${formatCount(max, locale)} clients (${String(Math.floor(share * 100))} %)`;
  const what = used >= max ? 'max_client_conn is reached, new clients are refused' : 'near max_client_conn';
  return { severity, sentence: `${what}: ${figures}` };
}

function clientUsage({ lists, config, pools }: ConsoleSnapshot): ClientUsage {
  const max = secondsOf(config, 'max_client_conn');
  const ofPools = pools.reduce((sum, { clientsActive, clientsWaiting }) => sum + clientsActive + clientsWaiting, 0);
  return { used: lists.get('used_clients') ?? ofPools, max: max > 0 ? max : null };
}
