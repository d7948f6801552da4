import * as vscode from 'vscode';
import type { settingIds } from '../ids';

/** Opens the settings editor at one of our settings. */
export async function openSetting(id: keyof typeof settingIds): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `planpool.${id}`);
}
