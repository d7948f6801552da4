// Runs inside an extension host: the providers of the lenses on a large document, with VS Code's own documents and ranges.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadModule, parse } from 'libpg-query';
import * as vscode from 'vscode';
import { ExplainLenses } from '../../src/explain/ui/codeLens';
import { MaintenanceLenses } from '../../src/workers/ui/maintenanceLenses';
import { bigSql } from './bigSql';
import { answer, answerFile } from './hostAnswer';
import { durationMs } from './measure';

/** Durations in milliseconds. */
export interface LensesAnswer {
  readonly lenses: number;
  /** The providers' very first pass, over a document that nobody has read before. */
  readonly firstMs: number;
  readonly parseMs: readonly number[];
  readonly afterKeystrokeMs: readonly number[];
}

const parses = 5;
const keystrokes = 25;

export async function run(): Promise<void> {
  const file = path.join(path.dirname(answerFile()), 'big.sql');
  await writeFile(file, bigSql());
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  // All that VS Code asks one after the other.
  const providers = [new ExplainLenses(), new MaintenanceLenses({ chosen: undefined })];
  let lenses = 0;
  const provide = (): void => {
    lenses = providers.reduce((sum, provider) => sum + provider.provideCodeLenses(document).length, 0);
  };
  const firstMs = await durationMs(provide);

  const text = await readFile(file, 'utf8');
  await loadModule();
  const parseMs: number[] = [];
  for (let time = 0; time < parses; time += 1) parseMs.push(await durationMs(() => parse(text)));

  const afterKeystrokeMs: number[] = [];
  for (let time = 0; time < keystrokes; time += 1) {
    await type(document, ' ');
    afterKeystrokeMs.push(await durationMs(provide));
  }
  providers.forEach(provider => provider.dispose());
  await answer({ lenses, firstMs, parseMs, afterKeystrokeMs } satisfies LensesAnswer);
}

/** In the middle of the document. */
async function type(document: vscode.TextDocument, character: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(Math.floor(document.lineCount / 2), 0), character);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error('The document could not be edited.');
}
