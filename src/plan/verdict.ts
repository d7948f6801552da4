import { formatCost, formatMs } from './figures';
import type { ParallelRegion, Plan } from './model';
import type { Run } from './run';

/** The part of a run that the verdict speaks of. */
type Judged = Pick<Run, 'overrideSet' | 'generic' | 'pruningUnknown'>;

/**
 * The answer in a sentence or two: parallel or not, workers planned and launched, total time (or the estimated cost of a plan
 * that was not executed), and under which override set. `locale` writes the figures.
 */
export function verdict(run: Judged, plan: Plan, locale = 'en'): string {
  const { overrideSet } = run;
  if (plan.nodes.length === 0) {
    return `There is no plan, ${overrideSet}.`;
  }
  const sentences = plan.analyzed
    ? [`${measuredParallelism(plan)} ${capitalised(total(plan, locale))}, ${overrideSet}.`]
    : [`${estimatedParallelism(plan)}, ${total(plan, locale)}, ${overrideSet}.`];
  return [...sentences, ...remarks(run, plan)].join(' ');
}

function estimatedParallelism({ regions }: Plan): string {
  const [first] = regions;
  if (!first) {
    return 'Estimated: not parallel, no Gather in the plan';
  }
  if (regions.some(region => region.singleCopy)) {
    return 'Estimated: one worker would run the whole plan alone (Single Copy)';
  }
  const where = regions.length === 1 ? '' : ` in ${regions.length} places`;
  return `Estimated: parallel${where} with ${counted(planned(regions), 'worker')} planned`;
}

function measuredParallelism(plan: Plan): string {
  const { regions } = plan;
  if (regions.length === 0) {
    return 'Not parallel: no Gather in the plan.';
  }
  const ran = regions.filter(region => (plan.nodes[region.gather]?.actual?.loops ?? 0) > 0);
  if (ran.length === 0) {
    return regions.length === 1
      ? 'Not parallel: the Gather of the plan was never executed.'
      : 'Not parallel: none of the Gathers in the plan was executed.';
  }
  const workersPlanned = planned(ran);
  const workersLaunched = ran.reduce((sum, region) => sum + (region.workersLaunched ?? 0), 0);
  if (workersLaunched === 0) {
    return `Planned parallel but run by the leader alone: 0 of ${counted(workersPlanned, 'worker')} could start.`;
  }
  if (ran.some(region => region.singleCopy)) {
    return 'One worker ran the whole plan alone (Single Copy), the leader waited.';
  }
  const where = ran.length === 1 ? '' : ` in ${ran.length} places`;
  const only = workersLaunched < workersPlanned ? 'only ' : '';
  const workers = `${only}${workersLaunched} of ${counted(workersPlanned, 'worker')}`;
  return `Parallel${where}: ${workers} ran${leaderPart(ran)}.`;
}

function leaderPart(ran: readonly ParallelRegion[]): string {
  const withLeader = ran.filter(region => region.processes > (region.workersLaunched ?? 0)).length;
  if (withLeader === ran.length) {
    return ' with the leader';
  }
  return withLeader === 0 ? ' without the leader' : `, with the leader in ${withLeader} of the ${ran.length} places`;
}

/** `812 ms`, `cost 12 345`; the queries that a rule made of the statement are added up. */
function total({ analyzed, queries, nodes }: Plan, locale: string): string {
  let sum: number | null = null;
  for (const query of queries) {
    const root = nodes[query.root];
    const part = analyzed ? (query.executionMs ?? root?.actual?.totalMs ?? null) : (root?.totalCost ?? null);
    sum = part === null ? sum : (sum ?? 0) + part;
  }
  if (sum === null) {
    return analyzed ? 'executed without timing' : 'cost not shown';
  }
  return analyzed ? formatMs(sum, locale) : `cost ${formatCost(sum, locale)}`;
}

function remarks({ generic, pruningUnknown }: Judged, plan: Plan): readonly string[] {
  const said: string[] = [];
  if (plan.queries.length > 1) {
    said.push(`A rule made ${plan.queries.length} queries of the statement.`);
  }
  if (pruningUnknown) {
    said.push('Planned without parameter values, so which partitions it would read is unknown.');
  } else if (generic) {
    said.push('Planned without parameter values.');
  }
  return said;
}

function planned(regions: readonly ParallelRegion[]): number {
  return regions.reduce((sum, region) => sum + region.workersPlanned, 0);
}

function counted(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
