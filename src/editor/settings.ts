import * as vscode from 'vscode';
import { settingIds } from '../ids';

/** Opens the settings editor at one of our settings. */
export async function openSetting(id: keyof typeof settingIds): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `planpool.${id}`);
}

const defaultIntervalSeconds = 2;

/** Between two looks of a visible view at a server. */
export function refreshIntervalMs(): number {
  const seconds = vscode.workspace.getConfiguration('planpool').get<unknown>(settingIds.refreshInterval);
  return (typeof seconds === 'number' ? Math.min(Math.max(seconds, 0.5), 300) : defaultIntervalSeconds) * 1000;
}
