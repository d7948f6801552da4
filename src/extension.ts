import { userInfo } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ConnectionChoice } from './connection/connectionChoice';
import { resolveProfiles } from './connection/profiles';
import { Sessions } from './connection/sessions';
import { pickConnection } from './connection/ui/connectionPick';
import { forgetPasswords } from './connection/ui/forgetPasswords';
import { Passwords } from './connection/ui/passwords';
import { registerCommand } from './editor/commands';
import { createLog } from './editor/log';
import { ServerCatalogues } from './explain/serverCatalogues';
import { ExplainLenses } from './explain/ui/codeLens';
import { ServerErrors } from './explain/ui/diagnostics';
import { ExplainCommands } from './explain/ui/explainCommands';
import { Flash } from './explain/ui/flash';
import { pickOverrideSet } from './explain/ui/overridePick';
import { createStatusBar } from './explain/ui/statusBar';
import { OverrideChoice } from './guc/overrideChoice';
import { settingIds, sqlLanguages, type AllCommands } from './ids';
import { poolCommands } from './pools/ui/commands';
import { PlanPanel } from './runs/ui/planPanel';
import { SqlParser } from './sql/parser';
import { createWorkers } from './workers/ui/feature';

/** Ends what `start` has built, where that takes time: VS Code waits for `deactivate`, not for `subscriptions`. */
let stop: (() => Promise<unknown>) | undefined;

/** VS Code says nothing when an extension fails to start, so this does. */
export function activate(context: vscode.ExtensionContext): void {
  try {
    start(context);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    void vscode.window.showErrorMessage(`Planpool could not start (${why}). Reload the window, or reinstall Planpool.`);
    throw cause;
  }
}

/** Cancels what is under way on a server, and closes every session. */
export async function deactivate(): Promise<void> {
  await stop?.();
  stop = undefined;
}

/** Builds the services and hands them to the features. */
function start(context: vscode.ExtensionContext): void {
  const { subscriptions, workspaceState, globalState, secrets, extensionUri } = context;
  const setting = (id: string): unknown => vscode.workspace.getConfiguration('planpool').get(id);

  const channel = vscode.window.createOutputChannel('Planpool', { log: true });
  const log = createLog(channel);
  const connections = new ConnectionChoice(
    () => resolveProfiles(setting(settingIds.connections), process.env, userInfo().username),
    workspaceState,
  );
  const overrides = new OverrideChoice(() => setting(settingIds.overrideSets), workspaceState);
  const passwords = new Passwords(secrets, globalState, process.env);
  const sessions = new Sessions(passwords);
  const parser = new SqlParser(path.join(__dirname, 'parserWorker.js'));
  const errors = new ServerErrors();
  const flash = new Flash();
  const lenses = new ExplainLenses();
  const panel = new PlanPanel(extensionUri, overrides, log);
  const catalogues = new ServerCatalogues(Date.now);
  const explain = new ExplainCommands({ connections, overrides, sessions, parser, catalogues, errors, flash, log });

  // A file of its own, read when this window is up.
  const pools = import('./pools/ui/feature').then(({ createPools }) =>
    createPools({ connections, passwords, sessions, memory: globalState, extensionUri, log }),
  );
  const workers = createWorkers({ connections, overrides, sessions, parser, memory: globalState, log });

  const commands: AllCommands = {
    'planpool.explain': argument => explain.explain(false, argument),
    'planpool.explainAnalyze': argument => explain.explain(true, argument),
    'planpool.chooseConnection': () => pickConnection(connections),
    'planpool.chooseOverrideSet': () => pickOverrideSet(overrides),
    'planpool.forgetPasswords': () => forgetPasswords(passwords, sessions, log),
    'planpool.showLog': async () => log.show(),
    'planpool.countWorkers': target => explain.countWorkers(target),
    '_planpool.showRun': async run => panel.show(run),
    '_planpool.runAgain': (runId, overrideSet) => explain.runAgain(runId, overrideSet),
    '_planpool.cancelRun': async runId => explain.cancel(runId),
    '_planpool.explainText': statement => explain.explainText(statement),
    ...poolCommands(async () => (await pools).commands),
    ...workers.commands,
  };

  stop = () => {
    explain.dispose();
    return Promise.all([sessions.dispose(), pools.then(({ stop: stopPools }) => stopPools()), parser.dispose()]);
  };
  subscriptions.push(
    channel,
    errors,
    flash,
    lenses,
    panel,
    { dispose: () => void pools.then(one => one.dispose()) },
    workers.disposable,
    createStatusBar(connections, overrides),
    vscode.languages.registerCodeLensProvider([...sqlLanguages], lenses),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('planpool')) {
        connections.refresh();
        overrides.refresh();
      }
    }),
    ...(Object.keys(commands) as (keyof AllCommands)[]).map(id => registerCommand(id, commands[id], log)),
  );
}
