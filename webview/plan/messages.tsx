import type { JSX } from 'preact';
import type { PlanProblem } from '../../src/plan/model';
import type { Run } from '../../src/plan/run';
import { visibleLines, visibleText } from '../kit/visibleText';
import { Overrides } from './overrides';

/** Characters of the statement that the verdict's tooltip shows. */
const longestTooltip = 2000;

/** The answer, and below it what else the reader must know: what failed, what was odd about the run, what it was run under. */
export function Messages({
  verdict,
  failure,
  run,
  problems,
}: {
  readonly verdict: string;
  readonly failure: string | null;
  readonly run: Run;
  readonly problems: readonly PlanProblem[];
}): JSX.Element {
  return (
    <section class="messages" aria-label="Verdict">
      <p role="status" aria-live="polite" class="verdict" title={visibleLines(run.sql.slice(0, longestTooltip))}>
        {visibleText(verdict)}
      </p>
      {failure !== null && (
        <p role="alert" class="message failure">
          {visibleText(failure)} This is still the plan of the earlier run.
        </p>
      )}
      {warningsOf(run).map(warning => (
        <p key={warning} class="message warning">
          {visibleText(warning)}
        </p>
      ))}
      {run.overrides.length > 0 && (
        <p class="overrides">
          <Overrides of={run.overrides} />
        </p>
      )}
      {problems.length > 0 && <Problems problems={problems} />}
    </section>
  );
}

function warningsOf(run: Run): readonly string[] {
  return run.pruningUnknown
    ? [...run.warnings, 'The plan was made with NULL for each parameter, so it says nothing about partition pruning.']
    : run.warnings;
}

function Problems({ problems }: { readonly problems: readonly PlanProblem[] }): JSX.Element {
  return (
    <details class="problems">
      <summary>{problems.length === 1 ? '1 odd value' : `${problems.length} odd values`} in the plan</summary>
      <ul>
        {problems.slice(0, 100).map(({ path, problem }) => (
          <li key={path}>
            <code>{visibleText(path)}</code> {visibleText(problem)}
          </li>
        ))}
        {problems.length > 100 && <li>and {problems.length - 100} more</li>}
      </ul>
    </details>
  );
}
