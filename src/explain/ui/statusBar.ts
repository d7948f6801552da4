import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import { plainLabel } from '../../editor/plainText';
import type { OverrideChoice } from '../../guc/overrideChoice';
import type { Commands } from '../../ids';

/** The one status-bar item: which connection and which override set the next Explain uses. */
export function createStatusBar(connections: ConnectionChoice, overrides: OverrideChoice): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('planpool.status', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Planpool';
  const update = () => {
    const profile = connections.chosen;
    const set = overrides.chosen.name;
    item.text = profile
      ? `$(database) ${plainLabel(profile.database)} · ${plainLabel(set)}`
      : '$(database) No connection';
    item.command = (profile ? 'planpool.chooseOverrideSet' : 'planpool.chooseConnection') satisfies keyof Commands;
    item.accessibilityInformation = {
      label: profile ? `Planpool: connection ${profile.name}, override set ${set}` : 'Planpool: no connection',
    };
    item.tooltip = tooltip(
      // Not user@host, which Markdown takes for the address of a mail.
      profile &&
        `${profile.name}: ${profile.database} on ${profile.host}, port ${String(profile.port)}, as ${profile.user}`,
      set,
    );
  };
  update();
  item.show();
  return vscode.Disposable.from(item, connections.onDidChange(update), overrides.onDidChange(update));
}

function tooltip(connection: string | undefined, set: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = {
    enabledCommands: ['planpool.chooseConnection', 'planpool.chooseOverrideSet'] satisfies (keyof Commands)[],
  };
  text
    .appendMarkdown('Connection: ')
    .appendText(connection ?? 'none')
    .appendMarkdown(' · [change](command:planpool.chooseConnection)\n\n');
  text
    .appendMarkdown('Override set: ')
    .appendText(set)
    .appendMarkdown(' · [change](command:planpool.chooseOverrideSet)');
  return text;
}
