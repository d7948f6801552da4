import * as vscode from 'vscode';
import type { Consoles } from '../../connection/consoles';
import { askModal } from '../../editor/askModal';
import { clock } from '../../editor/clock';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { plainLabel } from '../../editor/plainText';
import { withCancellableProgress } from '../../editor/progress';
import { actionQuestion } from '../actionQuestion';
import { actionForLog, actionSentence } from '../actionSentence';
import { availableActions, roleOf, type ActionName, type ActionPlace, type ActionTarget } from '../actions';
import type { Fleet } from '../fleet';
import type { Instance, InstanceLook } from '../instance';
import { nodeTarget } from '../nodeIds';
import { runAction } from '../runAction';
import type { PoolsView } from './poolsView';

export interface PoolActionsUi {
  readonly view: PoolsView;
  readonly fleet: Fleet;
  readonly consoles: Consoles;
  readonly log: Log;
}

/** How long a PAUSE or a WAIT_CLOSE may take before it is given up. */
const blockingTimeoutMs = 60_000;

/** Where an action is to be done. */
interface Chosen {
  readonly instance: Instance;
  readonly look: InstanceLook;
  readonly target: ActionTarget;
}

/** The commands of PgBouncer's console, each after a question that says what will happen to whom. */
export class PoolActions {
  constructor(private readonly ui: PoolActionsUi) {}

  /** `node` is what the view passes; from the palette the user is asked for the instance and the database. */
  async run(action: ActionName, node: unknown): Promise<void> {
    const chosen = this.chosenBy(node) ?? (node === undefined ? await this.choose(action) : undefined);
    if (!chosen || !(await this.confirm(action, chosen))) {
      return;
    }
    const { instance, look, target } = chosen;
    const { profile } = instance;
    const { view, consoles, log } = this.ui;
    const stop = new AbortController();
    const outcome = await withCancellableProgress(
      `${action === 'waitClose' ? 'Waiting for reconnects' : 'PgBouncer'} on ${profile.name}`,
      signal => runAction(consoles, profile, action, target, { timeoutMs: blockingTimeoutMs, signal, clock }),
      stop,
    );
    const done = { outcome, action, target, profile, version: look.snapshot.version };
    log.info(actionForLog(done, Date.now()));
    this.remember(action, chosen, outcome.kind === 'done' ? outcome.paused : null);
    const kind = outcome.kind === 'done' ? 'information' : 'warning';
    notify(kind, actionSentence(done), [{ title: 'Show Log', run: () => log.show() }], log);
    await view.refresh();
  }

  /** What the console will not tell: which databases are paused by a KILL of ours. */
  private remember(action: ActionName, { instance, target }: Chosen, paused: readonly string[] | null): void {
    const { view } = this.ui;
    const { name } = instance.profile;
    const known = view.pausedByKillOf(name);
    if (action === 'kill' && paused) {
      view.setPausedByKill(name, new Set([...known, ...paused]));
    } else if (action === 'resume' && paused && target.database !== null) {
      view.setPausedByKill(name, new Set([...known].filter(database => database !== target.database)));
    }
  }

  private async confirm(action: ActionName, { instance, look, target }: Chosen): Promise<boolean> {
    const { profile } = instance;
    const question = actionQuestion(action, target, look.snapshot, profile, look.clients, vscode.env.language);
    const { sentence, detail, confirm, decline, typeToConfirm } = question;
    if ((await askModal({ sentence, detail, answers: [confirm], decline })) === undefined) {
      return false;
    }
    if (typeToConfirm === null) {
      return true;
    }
    const typed = await vscode.window.showInputBox({
      title: sentence,
      prompt: `Type ${typeToConfirm} to go on.`,
      ignoreFocusOut: true,
      validateInput: text => (text === '' || text === typeToConfirm ? undefined : `This is not ${typeToConfirm}.`),
    });
    return typed === typeToConfirm;
  }

  private chosenBy(node: unknown): Chosen | undefined {
    const target = nodeTarget(node);
    const found = target && 'instance' in target ? this.lookOf(target.instance) : undefined;
    if (!found || !target) {
      return undefined;
    }
    switch (target.kind) {
      case 'instance':
        return { ...found, target: { database: null, clientId: null } };
      case 'pool':
      case 'database':
        return { ...found, target: { database: target.database, clientId: null } };
      case 'connection': {
        const client = found.look.clients?.find(({ id }) => id !== null && String(id) === target.key);
        return client && { ...found, target: { database: null, clientId: client.id } };
      }
      case 'label':
      case 'part':
      case 'connections':
        return undefined;
    }
  }

  private lookOf(name: string): { readonly instance: Instance; readonly look: InstanceLook } | undefined {
    const instance = this.ui.fleet.instance(name);
    const look = instance?.poller.state.data;
    return instance && look ? { instance, look } : undefined;
  }

  /** From the palette: only where the action can be done now. */
  private async choose(action: ActionName): Promise<Chosen | undefined> {
    const items = this.ui.fleet.instances.flatMap(({ profile }) => {
      const found = this.lookOf(profile.name);
      return found ? placesOf(action, found) : [];
    });
    if (items.length === 0) {
      notify('warning', 'There is no PgBouncer in the Pools view where this can be done now.', [], this.ui.log);
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Where?', matchOnDescription: true });
    return picked?.chosen;
  }
}

function placesOf(action: ActionName, found: { readonly instance: Instance; readonly look: InstanceLook }) {
  const { instance, look } = found;
  const { profile } = instance;
  const role = roleOf(look.snapshot.config, profile.user);
  const can = (place: ActionPlace): boolean =>
    availableActions(look.snapshot.version, role, look.snapshot, place).includes(action);
  const item = (label: string, database: string | null) => ({
    label: plainLabel(label),
    description: plainLabel(profile.label === null ? profile.name : `${profile.name} · ${profile.label}`),
    chosen: { ...found, target: { database, clientId: null } },
  });
  return [
    ...(can({ kind: 'instance' }) ? [item('All of it', null)] : []),
    ...look.snapshot.databases
      .filter(({ name }) => can({ kind: 'database', database: name }))
      .map(({ name }) => item(name, name)),
  ];
}
