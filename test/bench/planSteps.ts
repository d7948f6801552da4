import { mayHoldPlan, readPlan } from '../../src/plan/read';
import type { Plan } from '../../src/plan/model';
import type { Run } from '../../src/plan/run';

/** Loaded as one bundle, so that the code that is measured is built like the code that is shipped. */
export function decodeAndModel(json: string): Plan {
  const reading = readPlan(json);
  if (!reading.ok) throw new Error(reading.sentence);
  return reading.plan;
}

/** What the host does in one turn of its event loop, from the server's answer to the message to the page, step by step. */
export function hostSteps(json: string, run: Run): Readonly<Record<string, () => unknown>> {
  return {
    look: () => mayHoldPlan(json),
    // VS Code turns every message to a webview into JSON before the message leaves the host.
    'message as JSON': () => JSON.stringify(run),
  };
}
