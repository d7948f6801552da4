import type { JSX } from 'preact';
import type { Metric } from './rows';

interface Head {
  readonly name: string;
  readonly kind: 'node' | 'figure' | 'figure planned' | 'processes';
  /** What the column's figures were derived from. */
  readonly tooltip?: string;
}

const node: Head = { name: 'Node', kind: 'node' };
const time: Head = {
  name: 'Total time',
  kind: 'figure',
  tooltip:
    'Time of the step and all below it: Actual Total Time × Actual Loops; inside a parallel region divided by its processes, so what one process spent on average.',
};
const cost: Head = {
  name: 'Total cost',
  kind: 'figure',
  tooltip: 'The planner’s estimate for the step and all below it, in units of a sequential page read. Not a time.',
};
const rows: Head = {
  name: 'Rows',
  kind: 'figure',
  tooltip: 'Rows that came out of all loops and processes together: Actual Rows × Actual Loops.',
};
const planned: Head = {
  name: 'Planned rows',
  kind: 'figure planned',
  tooltip: 'Plan Rows, as PostgreSQL printed them. “each” means in each loop and process.',
};
const off: Head = {
  name: 'Off by',
  kind: 'figure',
  tooltip:
    'How many times more (↑) or fewer (↓) rows than planned came out of one loop. Not said inside a parallel region, where the planned figure depends on the workers planned.',
};
const processes: Head = {
  name: 'Processes',
  kind: 'processes',
  tooltip: 'Workers of a Gather; below it the processes that execute the step, with the leader when it takes part.',
};

export function TreeHead({ metric, analyzed }: { readonly metric: Metric; readonly analyzed: boolean }): JSX.Element {
  const amount = metric === 'ms' ? time : cost;
  const heads = analyzed ? [node, amount, rows, planned, off, processes] : [node, amount, planned, processes];
  return (
    <div role="rowgroup" class="head">
      <div role="row" class="row" aria-rowindex={1}>
        {heads.map(({ name, kind, tooltip }) => (
          <span key={name} role="columnheader" class={`cell ${kind}`} title={tooltip}>
            {name}
          </span>
        ))}
      </div>
    </div>
  );
}
