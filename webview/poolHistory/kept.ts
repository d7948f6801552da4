import * as v from 'valibot';
import type { ChartId } from './charts';
import type { Moment } from './cursor';

/** What the page keeps while it is hidden. */
export interface Kept {
  readonly moment: Moment;
  /** The charts that are shown as tables. */
  readonly tables: readonly ChartId[];
}

const kept = v.object({
  moment: v.union([v.literal('latest'), v.pipe(v.number(), v.finite())]),
  tables: v.array(v.picklist(['clients', 'servers', 'wait', 'throughput'])),
});

/** What was kept; the beginning when there is nothing, or something of another version. */
export function readKept(value: unknown): Kept {
  const result = v.safeParse(kept, value);
  return result.success ? result.output : { moment: 'latest', tables: [] };
}
