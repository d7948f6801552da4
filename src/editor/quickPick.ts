import * as vscode from 'vscode';
import type { settingIds } from '../ids';
import { plainLabel } from './plainText';
import { openSetting } from './settings';

/** What is asked, out of a list that the user can change in the settings. */
export interface Question<T extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly T[];
  /** Where the list starts; the first item when undefined. */
  readonly active: T | undefined;
  /** What is wrong with entries of the setting, one sentence each; picking one opens the setting. */
  readonly problems: readonly string[];
  /** The setting that a button in the title opens, and what the button says. */
  readonly edit: { readonly setting: keyof typeof settingIds; readonly tooltip: string };
}

/** The item that the user picks; undefined when none is, also when the user goes to the setting. */
export async function quickPick<T extends vscode.QuickPickItem>(question: Question<T>): Promise<T | undefined> {
  const { title, placeholder, items, active, problems, edit } = question;
  const pick = vscode.window.createQuickPick();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.buttons = [{ iconPath: new vscode.ThemeIcon('settings-gear'), tooltip: edit.tooltip }];
  pick.items = [...items, ...problems.map(problem => ({ label: `$(warning) ${plainLabel(problem)}` }))];
  pick.activeItems = active ? [active] : [];
  const picked = await new Promise<T | 'edit' | undefined>(resolve => {
    pick.onDidAccept(() => {
      const [accepted] = pick.activeItems;
      resolve(accepted && (items.find(item => item === accepted) ?? 'edit'));
    });
    pick.onDidTriggerButton(() => resolve('edit'));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  }).finally(() => pick.dispose());
  if (picked === 'edit') {
    await openSetting(edit.setting);
    return undefined;
  }
  return picked;
}
