import type { StatementRow, StatementsFacts } from '../../../src/workers/statementsQuery';

/** One statement that was counted, but for what is told. */
export function statementsOf(fields: Partial<StatementRow> = {}): StatementsFacts & { readonly available: true } {
  const row: StatementRow = {
    key: '1',
    database: 'shop',
    inCurrentDatabase: true,
    user: 'app',
    text: 'SELECT $1',
    topLevel: true,
    calls: 1,
    totalMs: 5,
    rows: 1,
    workers: null,
    ...fields,
  };
  return {
    available: true,
    ranking: 'workersUnknown',
    rows: [row],
    visibleCount: 1,
    hiddenCount: 0,
    database: 'shop',
    user: 'app',
    advice: [],
  };
}
