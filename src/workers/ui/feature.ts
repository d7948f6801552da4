import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import type { Sessions } from '../../connection/sessions';
import type { Log } from '../../editor/log';
import type { OverrideChoice } from '../../guc/overrideChoice';
import { sqlLanguages, type AllCommands } from '../../ids';
import type { Memory } from '../../memory';
import type { SqlParser } from '../../sql/parser';
import { ServerSizes } from '../serverSizes';
import { countWorkers } from './countWorkers';
import { MaintenanceLenses } from './maintenanceLenses';
import { SettingsActions } from './settingsActions';
import { WorkerActions } from './workerActions';
import { WorkersView } from './workersView';

export interface WorkersServices {
  readonly connections: ConnectionChoice;
  readonly overrides: OverrideChoice;
  readonly sessions: Sessions;
  readonly parser: SqlParser;
  /** Lasts over all workspaces. */
  readonly memory: Memory;
  readonly log: Log;
}

/** The *Workers* view with all that can be done in it, and the lenses over CREATE INDEX and VACUUM. */
export function createWorkers({ connections, overrides, sessions, parser, memory, log }: WorkersServices) {
  const profiles = () => connections.profiles;
  const sizes = new ServerSizes(memory);
  const view = new WorkersView({ connections, sessions, sizes, log });
  const actions = new WorkerActions({ view, sessions, sizes, profiles, log });
  const settings = new SettingsActions({ view, sizes, overrides, log });
  const lenses = new MaintenanceLenses(connections);

  const commands = {
    'planpool.workers.refresh': () => view.refresh(),
    'planpool.workers.filter': () => view.askFilter(),
    'planpool.workers.clearFilter': async () => view.setFilter(''),
    'planpool.workers.cancelQuery': node => actions.signal('cancel', node),
    'planpool.workers.terminate': node => actions.signal('terminate', node),
    'planpool.workers.explainQuery': node => actions.explain(node),
    'planpool.workers.copyStatement': node => actions.copyStatement(node),
    'planpool.workers.tellServerSize': () => settings.tellServerSize(),
    'planpool.workers.tryRecommended': () => settings.tryRecommended(),
    '_planpool.countWorkersOf': ({ text, connection }) =>
      countWorkers({ profiles, sessions, parser, lenses, log }, text, connection),
  } satisfies Partial<AllCommands>;

  const disposable = vscode.Disposable.from(
    view,
    lenses,
    connections.onDidChange(() => lenses.forget()),
    vscode.languages.registerCodeLensProvider([...sqlLanguages], lenses),
  );
  return { commands, disposable };
}
