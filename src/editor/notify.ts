import * as vscode from 'vscode';
import type { Log } from './log';
import { plainMessage } from './plainText';

/** A button of a message: what it says and what it does. */
export interface NotifyAction {
  readonly title: string;
  readonly run: () => unknown;
}

/** Shows what happened and what to do, with at most two buttons. Does not wait for the answer. */
export function notify(kind: keyof typeof show, sentence: string, actions: readonly NotifyAction[], log: Log): void {
  void ask(kind, sentence, actions.slice(0, 2)).catch((cause: unknown) => log.error(sentence, cause));
}

const show = {
  error: vscode.window.showErrorMessage,
  warning: vscode.window.showWarningMessage,
  information: vscode.window.showInformationMessage,
};

async function ask(kind: keyof typeof show, sentence: string, actions: readonly NotifyAction[]): Promise<void> {
  const title = await show[kind](plainMessage(sentence), ...actions.map(action => action.title));
  await actions.find(action => action.title === title)?.run();
}

/** For what should not happen: the log says more than a user can use. */
export function notifyFailure(log: Log): void {
  notify('error', 'Planpool could not do this. The log says why.', [{ title: 'Show Log', run: () => log.show() }], log);
}
