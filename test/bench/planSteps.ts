import { pageRun, type PageRun } from '../../src/page/planPage';
import { buildPlan } from '../../src/plan/build';
import { decodeExplain } from '../../src/plan/decode';
import type { Plan } from '../../src/plan/model';
import type { Run } from '../../src/plan/run';
import { verdict } from '../../src/plan/verdict';

/** Loaded as one bundle, so that the code that is measured is built like the code that is shipped. */
export function decodeAndModel(json: string): Plan {
  const decoded = decodeExplain(json);
  if (!decoded.ok) throw new Error(decoded.sentence);
  return buildPlan(decoded.value);
}

/** What the host does in one turn of its event loop, from the server's answer to the message to the page, step by step. */
export function hostSteps(json: string, run: Run): Readonly<Record<string, () => unknown>> {
  const decoded = decodeExplain(json);
  const sent: PageRun = pageRun(run);
  return {
    decode: () => decodeExplain(json),
    model: () => decoded.ok && buildPlan(decoded.value),
    verdict: () => verdict(run),
    // VS Code turns every message to a webview into JSON before the message leaves the host.
    'message as JSON': () => JSON.stringify(sent),
  };
}
