/** What executing a statement could do that its reader may not expect. */
export interface Concerns {
  /** `INSERT INTO orders`, … */
  readonly writes: readonly string[];
  /** `FOR UPDATE`, … */
  readonly rowLocks: readonly string[];
  /** Volatile functions that are not known to be harmless, as `schema.name`. */
  readonly volatileFunctions: readonly string[];
}

/** The question that is asked before such a statement is executed. */
export interface AnalyzeQuestion {
  readonly sentence: string;
  readonly detail: string;
  readonly confirm: string;
}

/** The question to ask before executing; null when nothing calls for one. */
export function analyzeQuestion(concerns: Concerns): AnalyzeQuestion | null {
  const parts = [
    concerns.writes.length > 0 ? `It writes: ${concerns.writes.join(', ')}.` : null,
    concerns.rowLocks.length > 0 ? `It locks rows: ${concerns.rowLocks.join(', ')}.` : null,
    concerns.volatileFunctions.length > 0
      ? `It calls volatile functions: ${concerns.volatileFunctions.join(', ')}.`
      : null,
  ].filter(part => part !== null);
  return parts.length === 0
    ? null
    : askToExecute('Explain Analyze executes this statement, and then rolls it back.', parts);
}

/** The question after the server refused a write inside a read-only transaction (SQLSTATE 25006). */
export function writeQuestion(message: string): AnalyzeQuestion {
  return askToExecute('This statement wants to write. Run it in a transaction that may, and roll that back?', [
    `PostgreSQL said: ${message}.`,
  ]);
}

function askToExecute(sentence: string, parts: readonly string[]): AnalyzeQuestion {
  const leftovers =
    'A rollback does not undo: sequence numbers taken, what dblink or a foreign server did, WAL and dead rows written, ' +
    'locks held while it runs, and whatever a function did outside of the database.';
  return { sentence, detail: `${parts.join('\n')}\n\n${leftovers}`, confirm: 'Execute and Roll Back' };
}
