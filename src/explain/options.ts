import { optionIsOn, type ExplainOption } from '../sql/typedExplain';

/** An option value that needs no quoting and cannot end the option list. */
const plainWord = /^[A-Za-z0-9_]+$/;

/**
 * The text to put before a statement: `EXPLAIN (…) `, always with parentheses, because the bare form would let the statement's own
 * text begin with ANALYZE. Only letters, digits, underscores, spaces, commas and parentheses are in it, or pg_hint_plan would not
 * read a hint comment behind it.
 *
 * Options that the user typed win over ours, except FORMAT, which has to be JSON, and ANALYZE, which is `analyze`. One that is no
 * plain word is left out (`refusedOption` has refused it before).
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
  const mention = typed.findLast(isAnalyze);
  return mention && optionIsOn(mention.value);
}

/**
 * The first option that cannot be passed on as it was typed: a value for ANALYZE that is neither yes nor no (defGetBoolean in
 * define.c), or a value that is no plain word, which no option of PostgreSQL 13 to 18 takes. Undefined when there is none.
 */
export function refusedOption(
  typed: readonly ExplainOption[],
): { readonly name: string; readonly value: string } | undefined {
  for (const option of typed) {
    const { name, value } = option;
    if (value !== null && (!plainWord.test(value) || (isAnalyze(option) && !yesOrNo.test(value)))) {
      return { name, value };
    }
  }
  return undefined;
}

const yesOrNo = /^(true|on|1|false|off|0)$/i;

function isAnalyze({ name }: ExplainOption): boolean {
  return name === 'ANALYZE' || name === 'ANALYSE';
}
