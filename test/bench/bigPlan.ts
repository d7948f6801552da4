/**
 * A large EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) as PostgreSQL 18 prints it, of exactly that many nodes (at least
 * 4), about 1 kB each without the indentation: a root Append over Gathers of up to 1,000 nodes, each with a wide Parallel Append of scans, every
 * eighth of which is a join and aggregate of its own, and one chain of nested loops. The same number gives the same text.
 */
export function bigPlan(nodes: number): string {
  const builder = new PlanBuilder(nodes - 1);
  const plans: Node[] = [];
  while (builder.left > 0) {
    plans.push(builder.left < 3 ? builder.scan('Member', false) : builder.gather());
  }
  const plan = node('Append', null, { 'Parallel Aware': false, 'Subplans Removed': 0, Plans: plans }, nodes, 1);
  const query = {
    Plan: plan,
    Settings: { max_parallel_workers_per_gather: '4' },
    'Query Identifier': 4711,
    Planning: { 'Shared Hit Blocks': 90_000 },
    'Planning Time': 812.5,
    Triggers: [],
    'Execution Time': nodes * 1.5,
  };
  return JSON.stringify([query], null, 2);
}

type Node = Record<string, unknown>;

const nodesOfGather = 1000;
const processes = 3;

class PlanBuilder {
  private made = 0;

  constructor(public left: number) {}

  gather(): Node {
    const end = this.left - Math.min(nodesOfGather, this.left);
    const members: Node[] = [];
    const number = this.take(2);
    if (this.left - end > 200) {
      members.push(this.chain(24));
    }
    while (this.left > end) {
      const join = members.length % 8 === 7 && this.left - end >= 6;
      members.push(join ? this.aggregatedJoin() : this.scan('Member', true));
    }
    const append = node('Append', 'Outer', { 'Parallel Aware': true, 'Subplans Removed': 0, Plans: members }, number);
    const details = { 'Workers Planned': 2, 'Workers Launched': 2, 'Single Copy': false, Plans: [append] };
    return node('Gather', 'Member', details, number, 1);
  }

  scan(relationship: string, parallel: boolean): Node {
    const number = this.take(1);
    const table = `measurements_${String(number).padStart(6, '0')}`;
    return node(
      'Seq Scan',
      relationship,
      {
        'Parallel Aware': parallel,
        'Relation Name': table,
        Schema: 'public',
        Alias: `m_${number}`,
        Output: [`m_${number}.id`, `m_${number}.device_id`, `m_${number}.value`],
        Filter: `((m_${number}.value > '${number % 97}'::numeric) AND (m_${number}.kind = 'reading'::text))`,
        'Rows Removed by Filter': number % 4096,
      },
      number,
      parallel ? processes : 1,
    );
  }

  /** Six nodes: aggregate, sort, join, scan, hash, scan. */
  private aggregatedJoin(): Node {
    const number = this.take(4);
    const hash = node(
      'Hash',
      'Inner',
      { 'Hash Buckets': 1024, 'Hash Batches': 1, Plans: [this.scan('Outer', false)] },
      number,
    );
    const join = { 'Join Type': 'Inner', 'Inner Unique': false, 'Hash Cond': '(a.id = b.id)' };
    const joined = node('Hash Join', 'Outer', { ...join, Plans: [this.scan('Outer', true), hash] }, number);
    const sorted = node(
      'Sort',
      'Outer',
      { 'Sort Key': ['a.device_id'], 'Sort Method': 'quicksort', Plans: [joined] },
      number,
    );
    const details = { Strategy: 'Sorted', 'Partial Mode': 'Partial', 'Group Key': ['a.device_id'], Plans: [sorted] };
    return node('Aggregate', 'Member', details, number);
  }

  /** `length` nested loops, each the outer input of the one above, with a scan as the inner one. */
  private chain(length: number): Node {
    let below = this.scan('Outer', true);
    for (let step = 0; step < length; step += 1) {
      const number = this.take(1);
      const relationship = step === length - 1 ? 'Member' : 'Outer';
      const plans = [below, this.scan('Inner', false)];
      below = node('Nested Loop', relationship, { 'Join Type': 'Left', 'Inner Unique': false, Plans: plans }, number);
    }
    return below;
  }

  private take(count: number): number {
    this.left -= count;
    this.made += count;
    return this.made;
  }
}

/** With figures that vary from node to node and workers that differ from each other. */
function node(type: string, relationship: string | null, details: Node, number: number, loops = processes): Node {
  const totalMs = 1 + ((number * 7919) % 100_000) / 1000;
  const { Plans: plans, ...rest } = details;
  return {
    'Node Type': type,
    ...(relationship === null ? {} : { 'Parent Relationship': relationship }),
    'Parallel Aware': false,
    'Async Capable': false,
    ...rest,
    'Startup Cost': 0.42,
    'Total Cost': 100 + ((number * 104_729) % 1_000_000) / 100,
    'Plan Rows': (number * 31) % 10_000,
    'Plan Width': 32,
    'Actual Startup Time': 0.021,
    'Actual Total Time': totalMs,
    'Actual Rows': ((number * 37) % 1_000_000) / 100,
    'Actual Loops': loops,
    Disabled: false,
    'Shared Hit Blocks': number % 512,
    'Shared Read Blocks': number % 64,
    ...(loops === processes ? { Workers: [worker(0, totalMs * 0.9, number), worker(1, totalMs * 1.05, number)] } : {}),
    ...(plans === undefined ? {} : { Plans: plans }),
  };
}

function worker(slot: number, totalMs: number, number: number): Node {
  return {
    'Worker Number': slot,
    'Actual Startup Time': 0.034,
    'Actual Total Time': Math.round(totalMs * 1000) / 1000,
    'Actual Rows': (number * 17 + slot) % 10_000,
    'Actual Loops': 1,
  };
}
