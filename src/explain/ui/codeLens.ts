import * as vscode from 'vscode';
import { settingIds, type ExplainTarget } from '../../ids';
import { documentStatements } from '../../sql/documentStatements';
import { mayBeExplained } from '../../sql/statements';

/** *Explain* and *Explain Analyze* above every statement that PostgreSQL can explain. */
export class ExplainLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly settings = vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration(`planpool.${settingIds.codeLens}`)) {
      this.changed.fire();
    }
  });

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration('planpool', document).get<boolean>(settingIds.codeLens, true)) {
      return [];
    }
    const uri = document.uri.toString();
    const { text, statements } = documentStatements(document);
    return statements.filter(mayBeExplained).flatMap(({ start, end }) => {
      const place = document.positionAt(start);
      const range = new vscode.Range(place, place);
      const target: ExplainTarget = { uri, offset: start, text: text.slice(start, end) };
      return [
        new vscode.CodeLens(range, { command: 'planpool.explain', title: 'Explain', arguments: [target] }),
        new vscode.CodeLens(range, {
          command: 'planpool.explainAnalyze',
          title: 'Explain Analyze',
          arguments: [target],
        }),
      ];
    });
  }

  dispose(): void {
    this.settings.dispose();
    this.changed.dispose();
  }
}
