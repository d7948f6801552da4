import * as vscode from 'vscode';
import { plainLabel } from '../../editor/plainText';
import { settingIds } from '../../ids';
import type { ConnectionChoice } from '../connectionChoice';
import type { Profile } from '../profile';

const editConnections: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('settings-gear'),
  tooltip: 'Edit connections',
};

/** Opens the settings at the connections. */
async function openConnectionsSetting(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `planpool.${settingIds.connections}`);
}

/** Lets the user choose the PostgreSQL connection that Explain uses. Undefined when none was chosen. */
export async function pickConnection(choice: ConnectionChoice): Promise<Profile | undefined> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly profile?: Profile }>();
  const chosen = choice.chosen?.name;
  const profiles = choice.profiles.filter(profile => profile.kind === 'postgresql');
  pick.title = 'Connection for Explain';
  pick.placeholder = choice.problems[0] ?? (profiles.length > 0 ? 'Which server?' : 'No connection is set up yet');
  pick.buttons = [editConnections];
  pick.items = [
    ...profiles.map(profile => ({
      profile,
      label: plainLabel(profile.name),
      description: plainLabel([profile.label, profile.name === chosen ? 'chosen' : null].filter(Boolean).join(' · ')),
      detail: plainLabel(`${profile.user}@${profile.host}:${String(profile.port)}/${profile.database}`),
    })),
    ...(profiles.length > 0 ? [] : [{ label: '$(settings-gear) Add a connection in the settings' }]),
  ];
  pick.activeItems = pick.items.filter(item => item.profile?.name === chosen);
  try {
    const picked = await new Promise<Profile | 'settings' | undefined>(resolve => {
      pick.onDidAccept(() => resolve(pick.activeItems[0] && (pick.activeItems[0].profile ?? 'settings')));
      pick.onDidTriggerButton(() => resolve('settings'));
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
    if (picked === 'settings') {
      await openConnectionsSetting();
      return undefined;
    }
    if (picked) {
      await choice.choose(picked);
    }
    return picked;
  } finally {
    pick.dispose();
  }
}
