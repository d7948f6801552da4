import { buildPlan } from './build';
import { decodeExplain } from './decode';
import type { Plan } from './model';

/** A plan, or one sentence that says what is wrong with the text. */
export type PlanReading =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly sentence: string };

/** The plan in EXPLAIN's JSON text. Reading a plan of ten thousand steps takes a tenth of a second: not on the extension host. */
export function readPlan(json: string): PlanReading {
  const decoded = decodeExplain(json);
  return decoded.ok ? { ok: true, plan: buildPlan(decoded.value) } : decoded;
}

/** Whether a text could hold a plan; no more than a look, so also a large one costs nothing. What is no plan is short. */
export function mayHoldPlan(json: string): boolean {
  return json.includes('"Plan"');
}
