import * as v from 'valibot';
import type { Run } from '../plan/run';
import type { Wire } from './wire';

/** What the plan page shows. The host sends it whole: as the answer to `ready` and whenever it changes. */
export interface PlanPageState {
  readonly run: PageRun;
  /** Sentence of the verdict line, made by the host (`plan/verdict.ts`). */
  readonly verdict: string;
  /** Names of the override sets that can be chosen, in order. */
  readonly overrideSets: readonly string[];
  /** The override set that is chosen now (it can differ from the run's). */
  readonly chosenOverrideSet: string;
  /** A run of the same statement is under way; the page shows it and offers cancel. */
  readonly running: boolean;
  /** The last attempt to run this statement again failed: one sentence. Null when it did not. */
  readonly failure: string | null;
}

/** A run without EXPLAIN's JSON text, which the page does not show: the plan is sent once, not twice. */
export type PageRun = Omit<Run, 'json'>;

/** The run as it is sent to the page. */
export function pageRun(run: Run): PageRun {
  const { json: _json, ...rest } = run;
  return rest;
}

/**
 * Requests of the plan page. Each name maps to `[what it sends, what it gets]`. The page sends ids, never SQL.
 * `runAgain` and `cancel` are answered as soon as they are accepted; what comes of them arrives as a `state` event.
 */
export type PlanPageRequests = {
  ready: [null, PlanPageState];
  runAgain: [{ readonly runId: string; readonly overrideSet: string }, null];
  cancel: [{ readonly runId: string }, null];
};

/** Notifications from the host to the plan page. */
export type PlanPageEvents = {
  state: PlanPageState;
};

/** Characters and values in all that the host reads of one message from the page. */
export const maxFromPlanPage = 1000;

const runId = v.pipe(v.string(), v.nonEmpty(), v.maxLength(64));
const overrideSet = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));
const nothing = decoder(v.null());

/** What the page sends. */
export const fromPlanPage: Wire<PlanPageRequests, Record<string, never>> = {
  requests: {
    ready: { sends: nothing, gets: decodeState },
    runAgain: { sends: decoder(v.strictObject({ runId, overrideSet })), gets: nothing },
    cancel: { sends: decoder(v.strictObject({ runId })), gets: nothing },
  },
  events: {},
};

/** What the host sends. */
export const toPlanPage: Wire<Record<string, never>, PlanPageEvents> = {
  requests: {},
  events: { state: decodeState },
};

function decoder<T>(schema: v.GenericSchema<unknown, T>): (value: unknown) => T {
  return value => v.parse(schema, value);
}

/** The host's own models are trusted in depth; the shape is checked so far that the page cannot stumble over another message. */
function decodeState(value: unknown): PlanPageState {
  if (!isState(value)) {
    throw new Error('It is not a state of the plan page.');
  }
  return value;
}

function isState(value: unknown): value is PlanPageState {
  return v.is(statePart, value) && value.run.plan.nodes.every(isNode);
}

const statePart = v.object({
  run: v.object({
    id: v.string(),
    plan: v.object({
      // Read one by one below: a schema copies what it checks, and a plan can have many nodes.
      nodes: v.custom<readonly unknown[]>(Array.isArray),
      regions: v.array(v.unknown()),
      queries: v.array(v.unknown()),
      problems: v.array(v.unknown()),
      analyzed: v.boolean(),
    }),
    warnings: v.array(v.string()),
    overrides: v.array(v.unknown()),
  }),
  verdict: v.string(),
  overrideSets: v.array(v.string()),
  chosenOverrideSet: v.string(),
  running: v.boolean(),
  failure: v.nullable(v.string()),
});

function isNode(value: unknown, index: number): boolean {
  return typeof value === 'object' && value !== null && 'id' in value && value.id === index && 'name' in value;
}
