import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import type { Profile } from '../../connection/profile';
import { plainLabel } from '../../editor/plainText';
import { settingIds, type ExplainTarget } from '../../ids';
import { documentStatements } from '../../sql/documentStatements';
import { CountedWorkers } from '../countedWorkers';

const maintenance = /^(CREATE\s+(UNIQUE\s+)?INDEX|VACUUM)\b/i;

/** *How many workers?* above every CREATE INDEX and VACUUM; once it was asked, the answer of the chosen connection. */
export class MaintenanceLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly counted = new CountedWorkers();

  constructor(private readonly connections: Pick<ConnectionChoice, 'chosen'>) {}

  /** `answer` is one sentence about the statement that reads so. */
  remember(profile: Profile, text: string, answer: string): void {
    this.counted.remember(profile, text, answer);
    this.changed.fire();
  }

  /** To be called when another connection was chosen, or may lead elsewhere. */
  forget(): void {
    this.counted.forget();
    this.changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration('planpool', document).get<boolean>(settingIds.codeLens, true)) {
      return [];
    }
    const uri = document.uri.toString();
    const { chosen } = this.connections;
    const { text: whole, statements } = documentStatements(document);
    return statements.flatMap(({ start, end, keyword }) => {
      if (!mayBeMaintenance.has(keyword) || !maintenance.test(whole.slice(start, Math.min(end, start + 50)))) {
        return [];
      }
      const place = document.positionAt(start);
      const text = whole.slice(start, end);
      const target: ExplainTarget = { uri, offset: start, text };
      const answer = chosen && this.counted.answerTo(chosen, text);
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

/** Cheaper to look at than the text. */
const mayBeMaintenance = new Set(['CREATE', 'VACUUM']);
