import * as vscode from 'vscode';
import type { AllCommands } from '../ids';
import type { Log } from './log';
import { notifyFailure } from './notify';

/** Registers a command with the types of `ids.ts`. A handler that rejects is logged and shown, never left unhandled. */
export function registerCommand<K extends keyof AllCommands>(
  id: K,
  handler: AllCommands[K],
  log: Log,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: Parameters<AllCommands[K]>) => {
    try {
      return await (handler as (...args: Parameters<AllCommands[K]>) => ReturnType<AllCommands[K]>)(...args);
    } catch (cause) {
      log.error(id, cause);
      notifyFailure(log);
      return undefined;
    }
  });
}

/** Runs a command of ours with the types of `ids.ts`. Undefined when its handler failed, which the user has been told. */
export async function runCommand<K extends keyof AllCommands>(
  id: K,
  ...args: Parameters<AllCommands[K]>
): Promise<Awaited<ReturnType<AllCommands[K]>> | undefined> {
  return vscode.commands.executeCommand<Awaited<ReturnType<AllCommands[K]>> | undefined>(id, ...args);
}
