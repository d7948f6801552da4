import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import { Consoles } from '../../connection/consoles';
import type { PasswordSource } from '../../connection/passwordSource';
import type { Profile } from '../../connection/profile';
import type { Sessions } from '../../connection/sessions';
import { clock } from '../../editor/clock';
import type { Log } from '../../editor/log';
import { refreshIntervalMs } from '../../editor/settings';
import { settingIds } from '../../ids';
import type { Memory } from '../../memory';
import { needsTheUser } from '../../workers/look';
import { Fleet } from '../fleet';
import { PoolHistory } from '../history';
import type { PooledConnection } from '../model';
import { readJoin } from '../readJoin';
import { ServerMapping } from '../serverMapping';
import { thresholdsOf } from '../thresholds';
import { WatchedNames } from '../watchedNames';
import type { PoolCommands } from './commands';
import { PoolHistoryPanel } from './historyPanel';
import { PoolActions } from './poolActions';
import { PoolLooks } from './poolLooks';
import { PoolsView } from './poolsView';
import { ServerBehind } from './serverBehind';
import { Watch } from './watch';
import { historiesOf } from '../histories';
import { nodeTarget } from '../nodeIds';

export interface PoolsServices {
  readonly connections: ConnectionChoice;
  readonly passwords: PasswordSource;
  readonly sessions: Sessions;
  /** Lasts over all workspaces. */
  readonly memory: Memory;
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
}

/** The *Pools* view with all that can be done in it, its history page, and what is watched. */
export function createPools(services: PoolsServices) {
  const { connections, passwords, sessions, memory, extensionUri, log } = services;
  const consoles = new Consoles(passwords);
  const history = new PoolHistory();
  const thresholds = () => thresholdsOf(vscode.workspace.getConfiguration('planpool').get(settingIds.poolThresholds));
  const fleet = new Fleet({
    consoles,
    history,
    clock,
    random: Math.random,
    intervalMs: refreshIntervalMs,
    isFinal: needsTheUser,
  });
  const mapping = new ServerMapping(memory);
  const names = new WatchedNames(memory);
  const join = (console: Profile, client: PooledConnection) => {
    const postgres = mapping.of(console, client.database, connections.profiles);
    const joinServices = { consoles, sessions, locale: vscode.env.language };
    return readJoin(joinServices, { console, client, postgres }, new AbortController().signal);
  };
  const watched = () => names.all;
  const view = new PoolsView({ connections, consoles, fleet, history, thresholds, watched, join, log });
  const actions = new PoolActions({ view, fleet, consoles, log });
  const looks = new PoolLooks({ view, fleet, consoles, sessions, connections, mapping, thresholds, log });
  const behind = new ServerBehind({ fleet, consoles, sessions, connections, mapping, log });
  const watch = new Watch({ view, fleet, names, log });
  const panel = new PoolHistoryPanel(extensionUri, historiesOf(fleet, history), log);

  const commands: PoolCommands = {
    'planpool.pools.refresh': () => view.refresh(),
    'planpool.pools.filter': () => view.askFilter(),
    'planpool.pools.clearFilter': async () => view.setFilter(''),
    'planpool.pools.showMore': async node => view.showMore(node),
    'planpool.pools.watch': node => watch.set(node, true),
    'planpool.pools.stopWatching': node => watch.set(node, false),
    'planpool.pools.showWorst': () => watch.showWorst(),
    'planpool.pools.checkHealth': node => looks.checkHealth(node),
    'planpool.pools.writeIncident': node => looks.writeIncident(node),
    'planpool.pools.showHistory': async node => {
      const target = nodeTarget(node);
      if (target?.kind === 'pool') {
        panel.show(target.instance, target.database, target.user);
      }
    },
    'planpool.pools.copyAsTable': node => looks.copy('table', node),
    'planpool.pools.copyAsCsv': node => looks.copy('csv', node),
    'planpool.pools.copyAsJson': node => looks.copy('json', node),
    'planpool.pools.mapServer': async node => {
      await behind.map(node);
    },
    'planpool.pools.explainQuery': node => behind.explain(node),
    'planpool.pools.pause': node => actions.run('pause', node),
    'planpool.pools.resume': node => actions.run('resume', node),
    'planpool.pools.disable': node => actions.run('disable', node),
    'planpool.pools.enable': node => actions.run('enable', node),
    'planpool.pools.reconnect': node => actions.run('reconnect', node),
    'planpool.pools.waitClose': node => actions.run('waitClose', node),
    'planpool.pools.kill': node => actions.run('kill', node),
    'planpool.pools.killClient': node => actions.run('killClient', node),
    'planpool.pools.reload': node => actions.run('reload', node),
    'planpool.pools.shutdown': node => actions.run('shutdown', node),
    'planpool.pools.shutdownWaitForServers': node => actions.run('shutdownWaitForServers', node),
    'planpool.pools.shutdownWaitForClients': node => actions.run('shutdownWaitForClients', node),
  };

  const settings = vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration(`planpool.${settingIds.poolThresholds}`)) {
      view.show();
    }
  });
  return {
    commands,
    dispose: () => {
      vscode.Disposable.from(view, watch, panel, settings).dispose();
      fleet.dispose();
    },
    /** Closes every connection to a console. */
    stop: () => consoles.dispose(),
  };
}
