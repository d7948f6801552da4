import * as vscode from 'vscode';
import { plainLabel } from '../../editor/plainText';
import { settingIds, type ExplainTarget } from '../../ids';
import { splitStatements } from '../../sql/statements';

const maintenance = /^(CREATE\s+(UNIQUE\s+)?INDEX|VACUUM)\b/i;
const keptAnswers = 100;

/** *How many workers?* above every CREATE INDEX and VACUUM; once it was asked, the answer. */
export class MaintenanceLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly answers = new Map<string, string>();

  /** `answer` is one sentence about the statement that reads so. */
  remember(text: string, answer: string): void {
    this.answers.delete(text);
    this.answers.set(text, answer);
    [...this.answers.keys()].slice(0, -keptAnswers).forEach(oldest => this.answers.delete(oldest));
    this.changed.fire();
  }

  /** What was answered held for another server. */
  forget(): void {
    this.answers.clear();
    this.changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration('planpool', document).get<boolean>(settingIds.codeLens, true)) {
      return [];
    }
    const uri = document.uri.toString();
    const whole = document.getText();
    return splitStatements(whole).flatMap(({ start, end }) => {
      if (!maintenance.test(whole.slice(start, Math.min(end, start + 50)))) {
        return [];
      }
      const place = document.positionAt(start);
      const target: ExplainTarget = { uri, offset: start, text: whole.slice(start, end) };
      const answer = this.answers.get(whole.slice(start, end));
      return [
        new vscode.CodeLens(new vscode.Range(place, place), {
          command: 'planpool.countWorkers',
          title: answer === undefined ? 'How many workers?' : plainLabel(answer),
          arguments: [target],
        }),
      ];
    });
  }

  dispose(): void {
    this.changed.dispose();
  }
}
