import * as vscode from 'vscode';
import { oneLine, plainLabel } from '../../editor/plainText';
import type { ExplainTarget } from '../../ids';
import type { TextRange } from '../../sql/range';
import { mayBeExplained, splitStatements, statementAt } from '../../sql/statements';

/** A statement in a document, as it stood in that version of it. */
export interface DocumentStatement {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly range: TextRange;
  readonly text: string;
}

/** Or why there is nothing to explain: `changed` when what was shown is not there any more, `declined` when the user chose none. */
export type FoundStatement = DocumentStatement | 'none' | 'changed' | 'declined';

/**
 * The target in the first argument of a command, which is anybody's: a lens passes a target, the editor's context menu the address
 * of the document, a keybinding whatever its user wrote. Undefined for all that is no target: then the active editor is meant.
 */
export function decodeTarget(argument: unknown): ExplainTarget | undefined {
  if (typeof argument !== 'object' || argument === null || !('uri' in argument && 'offset' in argument)) {
    return undefined;
  }
  const { uri, offset } = argument;
  const text = 'text' in argument && typeof argument.text === 'string' ? argument.text : null;
  return typeof uri === 'string' && typeof offset === 'number' ? { uri, offset, text } : undefined;
}

/**
 * The statement to explain. With a target (from a lens) the statement there; with a selection exactly what is selected, and if that
 * is several statements the one of them that the user picks; else the statement under the cursor. Always the text that
 * the user saw: what is typed meanwhile does not count.
 */
export async function findStatement(target: ExplainTarget | undefined): Promise<FoundStatement> {
  if (target) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(target.uri));
    const found = atOffset(document, target.offset);
    return target.text === null || found?.text === target.text
      ? (found ?? 'none')
      : (nearest(document, target.text, target.offset) ?? 'changed');
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return 'none';
  }
  const { document, selection } = editor;
  if (selection.isEmpty) {
    return atOffset(document, document.offsetAt(selection.active)) ?? 'none';
  }
  const start = document.offsetAt(selection.start);
  const choices = splitStatements(document.getText(selection)).map(statement => ({
    ...documentStatement(document, { start: start + statement.start, end: start + statement.end }),
    mayBeExplained: mayBeExplained(statement),
  }));
  return choices.length > 1 ? ((await pickOne(document, choices)) ?? 'declined') : (choices[0] ?? 'none');
}

function atOffset(document: vscode.TextDocument, offset: number): DocumentStatement | undefined {
  const text = document.getText();
  const statement = statementAt(splitStatements(text), text, offset);
  return statement && documentStatement(document, statement);
}

/** Of the statements that read like this, the one that begins nearest to the offset. */
function nearest(document: vscode.TextDocument, text: string, offset: number): DocumentStatement | undefined {
  const whole = document.getText();
  const distance = ({ start }: TextRange) => Math.abs(start - offset);
  const [found] = splitStatements(whole)
    .filter(({ start, end }) => whole.slice(start, end) === text)
    .sort((one, other) => distance(one) - distance(other));
  return found && documentStatement(document, found);
}

function documentStatement(document: vscode.TextDocument, { start, end }: TextRange): DocumentStatement {
  return { document, version: document.version, range: { start, end }, text: document.getText().slice(start, end) };
}

const longestLabel = 100;

interface Choice extends DocumentStatement {
  readonly mayBeExplained: boolean;
}

async function pickOne(document: vscode.TextDocument, choices: readonly Choice[]): Promise<Choice | undefined> {
  const items = choices.map(choice => ({
    label: plainLabel(oneLine(choice.text.slice(0, 2 * longestLabel)).slice(0, longestLabel)),
    description: `line ${String(document.positionAt(choice.range.start).line + 1)}`,
    ...(choice.mayBeExplained ? {} : { detail: 'PostgreSQL cannot explain this one' }),
    choice,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `${String(choices.length)} statements are selected`,
    placeHolder: 'Planpool explains one at a time. Which one?',
  });
  return picked?.choice;
}

/** Whether the statement still stands somewhere in its document. */
export function isAsItWas({ document, text }: DocumentStatement): boolean {
  return document.getText().includes(text);
}
