import * as v from 'valibot';
import type { OverrideSet } from '../guc/overrideSets';
import type { Run } from '../plan/run';
import type { Wire } from './wire';

/** What the plan page shows. The host sends it whole as the answer to `ready` and when there is a new run. */
export interface PlanPageState {
  /** The page reads the plan out of the run's JSON text, so that the host does not have to. */
  readonly run: Run;
  readonly status: PlanPageStatus;
}

/** What changes while a run stays: small, so that a large plan is not sent again. */
export interface PlanPageStatus {
  /** The override sets that can be chosen, in order. */
  readonly overrideSets: readonly Omit<OverrideSet, 'builtIn'>[];
  /** The override set that is chosen now (it can differ from the run's). */
  readonly chosenOverrideSet: string;
  /** A run of the same statement is under way; the page shows it and offers cancel. */
  readonly running: boolean;
  /** The last attempt to run this statement again failed: one sentence. Null when it did not. */
  readonly failure: string | null;
}

/**
 * Requests of the plan page. Each name maps to `[what it sends, what it gets]`. The page sends ids, never SQL.
 * `runAgain` and `cancel` are answered as soon as they are accepted; what comes of them arrives as an event.
 */
export type PlanPageRequests = {
  ready: [null, PlanPageState];
  runAgain: [{ readonly runId: string; readonly overrideSet: string }, null];
  cancel: [{ readonly runId: string }, null];
};

/** Notifications from the host to the plan page. */
export type PlanPageEvents = {
  state: PlanPageState;
  status: PlanPageStatus;
};

/** Characters and values in all that the host reads of one message from the page. */
export const maxFromPlanPage = 1000;

const runId = v.pipe(v.string(), v.nonEmpty(), v.maxLength(64));
const overrideSet = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));
const nothing = decoder(v.null());

const overrides = v.array(v.object({ name: v.string(), value: v.string() }));

const statusPart = v.object({
  overrideSets: v.array(v.object({ name: v.string(), description: v.string(), overrides })),
  chosenOverrideSet: v.string(),
  running: v.boolean(),
  failure: v.nullable(v.string()),
});

const statePart = v.object({
  run: v.object({
    id: v.string(),
    json: v.string(),
    connection: v.string(),
    database: v.string(),
    serverVersion: v.number(),
    overrideSet: v.string(),
    overrides,
    warnings: v.array(v.string()),
  }),
  status: statusPart,
});

/** What the page sends. */
export const fromPlanPage: Wire<PlanPageRequests, Record<string, never>> = {
  requests: {
    ready: { sends: nothing, gets: decodeState },
    runAgain: { sends: decoder(v.strictObject({ runId, overrideSet })), gets: nothing },
    cancel: { sends: decoder(v.strictObject({ runId })), gets: nothing },
  },
  events: {},
};

/** What the host sends. Its own models are trusted in depth; the shape is checked so far that no other message is taken for one. */
export const toPlanPage: Wire<Record<string, never>, PlanPageEvents> = {
  requests: {},
  events: { state: decodeState, status: decoder(statusPart) },
};

function decoder<T>(schema: v.GenericSchema<unknown, T>): (value: unknown) => T {
  return value => v.parse(schema, value);
}

function decodeState(value: unknown): PlanPageState {
  if (!isState(value)) {
    throw new Error('It is not a state of the plan page.');
  }
  return value;
}

function isState(value: unknown): value is PlanPageState {
  return v.is(statePart, value);
}
