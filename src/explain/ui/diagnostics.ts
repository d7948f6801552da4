import * as vscode from 'vscode';
import type { ServerMessage } from '../reasons';
import type { DocumentStatement } from './target';

/** PostgreSQL's error at its place in the editor, until the next run or edit of that document. */
export class ServerErrors {
  private readonly collection = vscode.languages.createDiagnosticCollection('planpool');
  private readonly edits = vscode.workspace.onDidChangeTextDocument(event => {
    if (event.contentChanges.length > 0) {
      this.clear(event.document);
    }
  });
  private readonly closes = vscode.workspace.onDidCloseTextDocument(document => this.clear(document));

  clear(document: vscode.TextDocument): void {
    this.collection.delete(document.uri);
  }

  /** `offset` is in the statement's text; null marks the first line of the statement. Nothing when the text has changed since. */
  show(statement: DocumentStatement, error: ServerMessage, offset: number | null): void {
    const { document, range, version } = statement;
    if (document.version !== version) {
      return;
    }
    const start = document.positionAt(range.start + (offset ?? 0));
    const lineEnd = document.lineAt(start.line).range.end;
    const statementEnd = document.positionAt(range.end);
    const place =
      offset === null
        ? new vscode.Range(start, lineEnd.isBefore(statementEnd) ? lineEnd : statementEnd)
        : (document.getWordRangeAtPosition(start) ?? new vscode.Range(start, start.translate(0, 1)));
    const message = [error.message, error.detail, error.hint && `Hint: ${error.hint}`].filter(Boolean).join('\n');
    const diagnostic = new vscode.Diagnostic(place, message, vscode.DiagnosticSeverity.Error);
    diagnostic.source = 'PostgreSQL';
    diagnostic.code = error.code;
    this.collection.set(document.uri, [diagnostic]);
  }

  dispose(): void {
    this.edits.dispose();
    this.closes.dispose();
    this.collection.dispose();
  }
}
