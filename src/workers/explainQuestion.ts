import { beginning } from './queryText';

/** For a modal; `Open in an Editor` is another way to look at it first. */
export interface ExplainQuestion {
  readonly sentence: string;
  readonly detail: string;
}

/**
 * What to ask before a statement of another role is explained; null for one's own. The planner runs functions that are marked
 * IMMUTABLE, whatever they do, with the rights of whoever explains (`evaluate_function` in clauses.c), and a superuser's are
 * not ended by a transaction that only reads.
 * @param own the role that would explain; null when it is not known for sure.
 */
export function explainQuestion(
  { text, user }: { readonly text: string; readonly user: string | null },
  own: string | null,
): ExplainQuestion | null {
  if (own !== null && user === own) {
    return null;
  }
  const whose = user === null ? 'a role that is gone' : `the role ${user}`;
  return {
    sentence: `Explain a statement of ${whose} with your rights?`,
    detail:
      'To plan it, PostgreSQL may run functions that it calls, and those run with the rights of ' +
      `${own === null ? 'your role' : `your role ${own}`}: what such a function does may not be undone. Planpool only plans in a ` +
      'transaction that reads and is rolled back, which does not stop everything. Explain it if you trust who wrote it.' +
      `\n\n${beginning(text)}`,
  };
}
