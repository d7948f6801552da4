import * as vscode from 'vscode';
import { plainLabel } from '../../editor/plainText';
import type { OverrideChoice } from '../../guc/overrideChoice';
import { settingIds } from '../../ids';

const editSets: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('settings-gear'),
  tooltip: 'Edit your own override sets',
};

/** Opens the settings at the user's own override sets. */
export async function openOverrideSetsSetting(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `planpool.${settingIds.overrideSets}`);
}

/** Lets the user choose an override set; the choice stays until another is made. Answers false when none was chosen. */
export async function pickOverrideSet(choice: OverrideChoice): Promise<boolean> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly set?: string }>();
  const chosen = choice.chosen.name;
  pick.title = 'Override set for the next Explain';
  pick.placeholder = choice.problems[0] ?? 'Which planner settings should a run have?';
  pick.matchOnDescription = true;
  pick.buttons = [editSets];
  pick.items = choice.sets.map(set => ({
    set: set.name,
    label: plainLabel(set.name),
    description: set.name === chosen ? 'chosen' : '',
    detail: plainLabel(set.description),
  }));
  pick.activeItems = pick.items.filter(item => item.set === chosen);
  try {
    const picked = await new Promise<string | undefined>(resolve => {
      pick.onDidAccept(() => resolve(pick.activeItems[0]?.set));
      pick.onDidTriggerButton(() => void openOverrideSetsSetting().then(() => resolve(undefined)));
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
    return picked !== undefined && (await choice.choose(picked));
  } finally {
    pick.dispose();
  }
}
