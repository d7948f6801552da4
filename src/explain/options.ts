import { optionIsOn, type ExplainOption } from '../sql/typedExplain';

/** An option value that needs no quoting and cannot end the option list. */
const plainWord = /^[A-Za-z0-9_]+$/;

/**
 * The text to put before a statement: `EXPLAIN (…) `, always with parentheses, because the bare form would let the statement's own
 * text begin with ANALYZE. Only letters, digits, underscores, spaces, commas and parentheses are in it, or pg_hint_plan would not
 * read a hint comment behind it.
 *
 * Options that the user typed win over ours, except FORMAT, which has to be JSON, and ANALYZE, which is `analyze`. A typed option
 * whose name or value is not a plain word is left out; no option of PostgreSQL 13 to 18 has such a value.
 */
export function explainPrefix(
  analyze: boolean,
  generic: boolean,
  typed: readonly ExplainOption[],
  serverVersion: number,
): string {
  const options = new Map<string, string | null>([
    ['VERBOSE', null],
    ['SETTINGS', null],
  ]);
  if (analyze) {
    options.set('BUFFERS', null);
  }
  for (const { name, value } of typed) {
    if (plainWord.test(name) && (value === null || plainWord.test(value))) {
      options.set(name, value);
    }
  }
  ['ANALYZE', 'ANALYSE', 'FORMAT'].forEach(name => options.delete(name));
  if (analyze) {
    options.set('ANALYZE', null);
  }
  if (generic && serverVersion >= 160000) {
    options.set('GENERIC_PLAN', null);
  }
  options.set('FORMAT', 'JSON');
  return `EXPLAIN (${[...options].map(([name, value]) => (value === null ? name : `${name} ${value}`)).join(', ')}) `;
}

/** Whether a typed EXPLAIN asks for ANALYZE; undefined when it says nothing of it. The last mention counts, as in PostgreSQL. */
export function typedAnalyze(typed: readonly ExplainOption[]): boolean | undefined {
  const mention = typed.findLast(option => option.name === 'ANALYZE' || option.name === 'ANALYSE');
  return mention && optionIsOn(mention.value);
}
