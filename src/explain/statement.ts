import type { SqlParser } from '../sql/parser';
import type { StatementFacts, StatementKind } from '../sql/statementFacts';
import { unwrapExplain, type ExplainOption } from '../sql/typedExplain';
import { refusedOption, typedAnalyze } from './options';
import type { ExplainReason } from './reasons';

/** A statement that is ready to be explained. */
export interface ExplainableStatement {
  /** What goes behind the prefix: the given text, without an EXPLAIN that was typed. */
  readonly sql: string;
  /** What to add to an offset in `sql` to get one in the given text, in UTF-16 units. */
  readonly offset: number;
  readonly typedOptions: readonly ExplainOption[];
  readonly analyze: boolean;
  /** Null when our parser could not read it; the server then says what is wrong. Never null with `analyze`. */
  readonly facts: StatementFacts | null;
  readonly parameters: readonly number[];
}

/** The protocol counts parameters in 16 bits. */
const highestParameter = 65_535;

/** What PREPARE takes: PreparableStmt of gram.y. */
const preparable: readonly StatementKind[] = ['select', 'insert', 'update', 'delete', 'merge'];

/**
 * Reads what was selected: unwraps a typed EXPLAIN, whose options win over the command's, and refuses what cannot or must not be
 * sent to a server. Text that our parser does not understand may be explained, but never executed.
 */
export async function readStatement(
  text: string,
  analyzeCommand: boolean,
  parser: Pick<SqlParser, 'facts'>,
  signal: AbortSignal,
): Promise<ExplainableStatement | ExplainReason> {
  if (text.includes('\0')) {
    return { tag: 'nul' };
  }
  const typed = unwrapExplain(text);
  // A hint comment in front of the EXPLAIN is meant for the statement, so it goes with it.
  const hint = typed?.hint ? `${text.slice(typed.hint.start, typed.hint.end)} ` : '';
  const sql = typed ? hint + text.slice(typed.inner.start, typed.inner.end) : text;
  const offset = (typed?.inner.start ?? 0) - hint.length;
  const typedOptions = typed?.options ?? [];
  const refused = refusedOption(typedOptions);
  if (refused) {
    return { tag: 'typedOption', ...refused };
  }
  const analyze = typedAnalyze(typedOptions) ?? analyzeCommand;

  const outcome = await parser.facts(sql, signal);
  if (signal.aborted) {
    return { tag: 'cancelled' };
  }
  if (!outcome.ok) {
    if (analyze) {
      return {
        tag: 'notParsed',
        message: outcome.message,
        offset: outcome.offset === null ? null : outcome.offset + offset,
      };
    }
    return { sql, offset, typedOptions, analyze, facts: null, parameters: [] };
  }
  const facts = outcome.statement;
  if (facts.statementCount > 1) {
    return { tag: 'severalStatements' };
  }
  if (facts.statementCount === 0) {
    return { tag: 'empty' };
  }
  // EXPLAIN takes REFRESH MATERIALIZED VIEW and answers that it has no plan.
  if (!facts.explainable || facts.kind === 'refreshMaterializedView') {
    return { tag: 'notExplainable', command: facts.command };
  }
  const outside = facts.parameters.find(number => number > highestParameter);
  if (outside !== undefined) {
    return { tag: 'parameterNumber', parameter: outside };
  }
  if (facts.parameters.length > 0 && !preparable.includes(facts.kind)) {
    return { tag: 'parametersNotAllowed', command: facts.command };
  }
  if (analyze && facts.parameters.length > 0) {
    return { tag: 'analyzeNeedsValues', parameters: facts.parameters };
  }
  return { sql, offset, typedOptions, analyze, facts, parameters: facts.parameters };
}
