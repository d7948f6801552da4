import { hasSqlDetails, parse } from 'libpg-query';
import { parentPort } from 'node:worker_threads';
import type { ParseReply, ParseRequest } from './parser';
import { utf16FromCodePoints } from './positions';
import { statementFacts } from './statementFacts';

// The only file that loads libpg-query, PostgreSQL's own parser in WASM, in a thread of its own: it is large, and parsing
// must not stop the extension host.

async function answer({ id, sql }: ParseRequest): Promise<ParseReply> {
  try {
    // libpg-query refuses the empty text, and only that; PostgreSQL does not.
    const tree: unknown = sql === '' ? null : await parse(sql);
    return { id, outcome: { ok: true, statement: statementFacts(tree, sql) }, damaged: false };
  } catch (error) {
    if (hasSqlDetails(error)) {
      const offset = utf16FromCodePoints(sql, error.sqlDetails?.cursorPosition ?? 0);
      return { id, outcome: { ok: false, message: error.message, offset }, damaged: false };
    }
    return { id, outcome: { ok: false, message: failure(error), offset: null }, damaged: true };
  }
}

/** Anything but PostgreSQL's own error is the end of this WASM instance: its stack or its memory ran out. */
function failure(error: unknown): string {
  return error instanceof RangeError
    ? 'The statement is nested too deeply or is too long for the parser.'
    : `The parser failed: ${error instanceof Error ? error.message : String(error)}`;
}

parentPort?.on('message', (request: ParseRequest) => {
  void answer(request).then(reply => parentPort?.postMessage(reply));
});
