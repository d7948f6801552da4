import * as vscode from 'vscode';
import { until } from '../lab/until';
import { seeWorkbench } from './see';

/** The editor's own, about ports that anybody on this machine opens. */
const foreign = 'forwarded ports';

/** Text of the notifications; the list is opened, for not every release shows a toast to a test. */
export async function notifications(): Promise<readonly string[]> {
  await vscode.commands.executeCommand('notifications.showList');
  const items = (await seeWorkbench()).locator('.notifications-center .notification-list-item-message');
  return (await items.allTextContents()).filter(text => !text.includes(foreign));
}

/** Waits for a notification that holds this text, and clears them all. */
export async function seeNotification(part: string): Promise<void> {
  await until(
    `a notification with “${part}”`,
    async () => (await notifications()).some(text => text.includes(part)) || undefined,
  );
  await vscode.commands.executeCommand('notifications.clearAll');
}
