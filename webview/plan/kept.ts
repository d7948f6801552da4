import * as v from 'valibot';
import type { Plan } from '../../src/plan/model';
import { initialTree, nodeAt, pathOf } from './tree';
import type { TreeView } from './tree';

/** What the page keeps while it is hidden, and which run it is about. */
export interface Kept {
  readonly runId: string;
  /** Position of the selected node, as of `pathOf`. */
  readonly selected: readonly number[];
  /** Ids of collapsed nodes of that run's plan. */
  readonly collapsed: readonly number[];
  readonly scrollTop: number;
}

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const kept = v.object({
  runId: v.string(),
  selected: v.array(index),
  collapsed: v.array(index),
  scrollTop: v.pipe(v.number(), v.finite(), v.minValue(0)),
});

/** Null when there is nothing, or something of another version. */
export function readKept(value: unknown): Kept | null {
  const result = v.safeParse(kept, value);
  return result.success ? result.output : null;
}

export function toKept(runId: string, plan: Plan, view: TreeView, scrollTop: number): Kept {
  return { runId, selected: pathOf(plan, view.selected), collapsed: [...view.collapsed], scrollTop };
}

/** The view that was kept, as far as it fits: another run gets only the selection. */
export function keptView(state: Kept | null, runId: string, plan: Plan): { view: TreeView; scrollTop: number } {
  if (state === null) {
    return { view: initialTree, scrollTop: 0 };
  }
  const selected = nodeAt(plan, state.selected) ?? 0;
  return state.runId === runId
    ? { view: { selected, collapsed: new Set(state.collapsed) }, scrollTop: state.scrollTop }
    : { view: { ...initialTree, selected }, scrollTop: 0 };
}
