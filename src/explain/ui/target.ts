import * as vscode from 'vscode';
import { oneLine, plainLabel } from '../../editor/plainText';
import type { ExplainTarget } from '../../ids';
import type { TextRange } from '../../sql/range';
import { mayBeExplained, splitStatements, statementAt, type Statement } from '../../sql/statements';

/** A statement in a document, as it stands at this moment. */
export interface DocumentStatement {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly range: TextRange;
  readonly text: string;
}

/** Undefined: the user chose none of several. Null: there is no statement. */
export type FoundStatement = DocumentStatement | null | undefined;

/**
 * The statement to explain. With a target (from a lens) the statement there; with a selection exactly what is selected, and if that
 * is several statements the one of them that the user picks; else the statement under the cursor.
 */
export async function findStatement(target: ExplainTarget | undefined): Promise<FoundStatement> {
  if (target) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(target.uri));
    return atOffset(document, target.offset);
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return null;
  }
  const { document, selection } = editor;
  if (selection.isEmpty) {
    return atOffset(document, document.offsetAt(selection.active));
  }
  const start = document.offsetAt(selection.start);
  const selected = splitStatements(document.getText(selection)).map(statement => ({
    ...statement,
    start: statement.start + start,
    end: statement.end + start,
  }));
  const statement = selected.length > 1 ? await pickOne(document, selected) : selected[0];
  return selected.length > 1 && !statement ? undefined : documentStatement(document, statement);
}

function atOffset(document: vscode.TextDocument, offset: number): DocumentStatement | null {
  const text = document.getText();
  return documentStatement(document, statementAt(splitStatements(text), text, offset));
}

function documentStatement(document: vscode.TextDocument, range: TextRange | undefined): DocumentStatement | null {
  return range
    ? { document, version: document.version, range, text: document.getText().slice(range.start, range.end) }
    : null;
}

const longestLabel = 100;

async function pickOne(
  document: vscode.TextDocument,
  statements: readonly Statement[],
): Promise<Statement | undefined> {
  const text = document.getText();
  const items = statements.map(statement => ({
    label: plainLabel(
      oneLine(text.slice(statement.start, Math.min(statement.end, statement.start + 2 * longestLabel))).slice(
        0,
        longestLabel,
      ),
    ),
    description: `line ${String(document.positionAt(statement.start).line + 1)}`,
    ...(mayBeExplained(statement) ? {} : { detail: 'PostgreSQL cannot explain this one' }),
    statement,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `${String(statements.length)} statements are selected`,
    placeHolder: 'Planpool explains one at a time. Which one?',
  });
  return picked?.statement;
}
