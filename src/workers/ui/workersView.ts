import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import { Cancelled } from '../../connection/errors';
import type { Profile } from '../../connection/profile';
import { connectionReason } from '../../connection/reasons';
import type { Sessions } from '../../connection/sessions';
import type { Transaction } from '../../connection/transaction';
import type { Log } from '../../editor/log';
import { SnapshotTree } from '../../editor/snapshotTree';
import type { SettingsFacts } from '../../guc/settingsFacts';
import { contextKeys, settingIds, viewIds } from '../../ids';
import { Poller } from '../../poller';
import { treeNode, type TreeNode } from '../../treeNode';
import type { Activity } from '../activity';
import { lookFailure, lookOptions } from '../look';
import { maintenanceNode } from '../maintenanceNode';
import { readMaintenance, type MaintenanceProgress } from '../maintenanceProgress';
import { nowNode } from '../nowNode';
import { readActivity } from '../readActivity';
import type { Section } from '../section';
import type { ServerSizes } from '../serverSizes';
import { settingsNode } from '../settingsNode';
import { readSettings } from '../settingsQuery';
import { shortageNode } from '../shortage';
import { slotWords } from '../slots';
import { statementsNode } from '../statementsNode';
import { readStatements, type StatementsFacts } from '../statementsQuery';

/** What one look at a server brings. */
interface Look {
  readonly activity: Activity;
  readonly maintenance: readonly MaintenanceProgress[];
}

export interface WorkersUi {
  readonly connections: ConnectionChoice;
  readonly sessions: Sessions;
  readonly sizes: ServerSizes;
  readonly log: Log;
}

/** The *Workers* view: what runs in parallel on the server of the chosen connection. */
export class WorkersView {
  private readonly tree = new SnapshotTree(id => this.opened(id));
  private readonly view = vscode.window.createTreeView(viewIds.workers, {
    treeDataProvider: this.tree,
    showCollapseAll: true,
  });
  private readonly poller: Poller<Look>;
  private readonly disposables: readonly { dispose(): unknown }[];
  private stopSections = new AbortController();
  private shownProfile: Profile | undefined;
  private firstLook: { readonly activity: Activity; readonly atMs: number } | undefined;
  private filter = '';
  private statements: Section<StatementsFacts> = { state: 'notAsked' };
  private settings: Section<SettingsFacts> = { state: 'notAsked' };

  constructor(private readonly ui: WorkersUi) {
    this.poller = new Poller<Look>({
      ask: signal => this.look(signal),
      intervalMs: refreshIntervalMs,
      isFinal: needsTheUser,
      clock: {
        now: Date.now,
        after: (delayMs, callback) => {
          const timer = setTimeout(callback, delayMs);
          return () => clearTimeout(timer);
        },
      },
      random: Math.random,
    });
    this.disposables = [
      this.view,
      this.tree,
      this.poller,
      this.poller.onDidChange(() => this.show()),
      this.ui.connections.onDidChange(() => this.connectionChanged()),
      this.view.onDidChangeVisibility(({ visible }) => this.poller.setVisible(visible)),
      vscode.window.onDidChangeWindowState(({ focused }) => this.poller.setFocused(focused)),
    ];
    this.poller.setFocused(vscode.window.state.focused);
    this.poller.setVisible(this.view.visible);
    this.connectionChanged();
  }

  get profile(): Profile | undefined {
    return this.ui.connections.chosen;
  }

  get activity(): Activity | null {
    return this.poller.state.data?.activity ?? null;
  }

  get settingsSection(): Section<SettingsFacts> {
    return this.settings;
  }

  get statementsSection(): Section<StatementsFacts> {
    return this.statements;
  }

  node(id: string): TreeNode | undefined {
    return this.tree.node(id);
  }

  /** Looks again now, at all that is shown; asks for a password where one is needed. */
  async refresh(): Promise<void> {
    const profile = this.profile;
    if (profile && this.poller.state.stopped) {
      // Only here, where the user wants it, may a question for the password come up.
      const lease = await this.ui.sessions.lease(profile, this.stopSections.signal).catch((error: unknown) => {
        this.ui.log.warn(`Workers of ${profile.name}: ${this.sentence(error, profile)}`);
        return undefined;
      });
      lease?.release();
    }
    this.poller.retry();
    if (this.statements.state !== 'notAsked') {
      void this.askStatements();
    }
    if (this.settings.state !== 'notAsked') {
      void this.askSettings();
    }
  }

  setFilter(filter: string): void {
    this.filter = filter.trim();
    void vscode.commands.executeCommand('setContext', contextKeys.workersFiltered, this.filter !== '');
    this.show();
  }

  async askFilter(): Promise<void> {
    const filter = await vscode.window.showInputBox({
      title: 'Filter Workers',
      prompt: 'Show only sessions whose pid, database, user, application, state or query holds this.',
      value: this.filter,
    });
    if (filter !== undefined) {
      this.setFilter(filter);
    }
  }

  /** Shows anew what depends on more than the server's answers. */
  show(): void {
    const { profile } = this;
    const { data, failure, takenAtMs } = this.poller.state;
    if (!profile) {
      this.view.message = '';
      this.view.description = '';
      this.tree.update([]);
      return;
    }
    const why = failure === null ? null : this.sentence(failure, profile);
    if (!data) {
      this.view.description = '';
      this.view.message = '';
      this.tree.update([why === null ? treeNode({ id: 'asking', label: `Asking ${profile.name} …` }) : failed(why)]);
      return;
    }
    const { activity, maintenance } = data;
    this.firstLook ??= { activity, atMs: takenAtMs ?? Date.now() };
    const locale = vscode.env.language;
    this.view.description = slotWords(activity.slots, locale);
    this.view.message = this.filter === '' ? '' : `Only what holds “${this.filter}”`;
    const since = new Date(this.firstLook.atMs).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
    const shortage = shortageNode(this.firstLook.activity, activity, since, locale);
    const looks = [
      nowNode(activity, this.filter, locale),
      ...(shortage ? [shortage] : []),
      maintenanceNode(maintenance, activity, locale),
    ];
    const rest = [
      statementsNode(this.statements, locale),
      settingsNode(this.settings, this.ui.sizes.of(profile), locale),
    ];
    const old =
      takenAtMs === null ? '' : ` The figures are those of ${new Date(takenAtMs).toLocaleTimeString(locale)}.`;
    this.tree.update(why === null ? [...looks, ...rest] : [failed(why + old), ...looks.map(faded), ...rest]);
  }

  dispose(): void {
    this.stopSections.abort();
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private connectionChanged(): void {
    const { profile } = this;
    void vscode.commands.executeCommand('setContext', contextKeys.hasConnection, profile !== undefined);
    if (JSON.stringify(profile) === JSON.stringify(this.shownProfile)) {
      return;
    }
    this.shownProfile = profile;
    this.stopSections.abort();
    this.stopSections = new AbortController();
    this.firstLook = undefined;
    this.statements = { state: 'notAsked' };
    this.settings = { state: 'notAsked' };
    this.poller.reset();
    this.show();
  }

  private async look(signal: AbortSignal): Promise<Look> {
    const { profile } = this;
    if (!profile) {
      throw new Cancelled();
    }
    const own = this.ui.sessions.backendPids(profile);
    return this.ask(profile, signal, async tx => ({
      activity: await readActivity(tx, own),
      maintenance: await readMaintenance(tx),
    }));
  }

  private ask<T>(profile: Profile, signal: AbortSignal, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.ui.sessions.rolledBack(profile, lookOptions, signal, work, { mayAsk: false });
  }

  private opened(id: string): void {
    if (id === 'statements') {
      void this.askStatements();
    } else if (id === 'settings') {
      void this.askSettings();
    }
  }

  private askStatements(): Promise<void> {
    return this.askSection(readStatements, section => (this.statements = section), this.statements);
  }

  /** Asks for the settings; the answer is in `settingsSection`. */
  askSettings(): Promise<void> {
    return this.askSection(readSettings, section => (this.settings = section), this.settings);
  }

  private async askSection<T>(
    read: (tx: Transaction) => Promise<T>,
    keep: (section: Section<T>) => void,
    before: Section<T>,
  ): Promise<void> {
    const { profile } = this;
    const { signal } = this.stopSections;
    if (!profile || before.state === 'loading') {
      return;
    }
    keep({ state: 'loading', before: before.state === 'good' ? before.value : null });
    this.show();
    try {
      keep({ state: 'good', value: await this.ask(profile, signal, read) });
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      keep({ state: 'failed', sentence: this.sentence(error, profile) });
    }
    this.show();
  }

  /** Never throws: what should not happen goes to the log. */
  private sentence(error: unknown, profile: Profile): string {
    try {
      return lookFailure(error, profile);
    } catch {
      this.ui.log.error(`Workers of ${profile.name}`, error);
      return 'This failed. The log says why.';
    }
  }
}

/** Asking again by itself would get the same answer, or lock an account. */
function needsTheUser(error: unknown): boolean {
  const kind = connectionReason(error)?.kind;
  return (
    kind !== undefined &&
    [
      'passwordNeeded',
      'passwordWrong',
      'rejected',
      'databaseMissing',
      'notPostgres',
      'tlsUntrusted',
      'tlsRefused',
      'rootCertificateUnreadable',
      'statementPooling',
      'console',
    ].includes(kind)
  );
}

function failed(sentence: string): TreeNode {
  return treeNode({
    id: 'failure',
    label: sentence,
    tooltip: `${sentence}\nClick to try again.`,
    icon: { name: 'error', color: 'error' },
    click: 'planpool.workers.refresh',
  });
}

/** The same, as something that is not sure to be true any more. */
function faded(node: TreeNode): TreeNode {
  return {
    ...node,
    icon: { name: node.icon?.name ?? 'circle-outline', color: 'muted' },
    children: Array.isArray(node.children) ? node.children.map(faded) : node.children,
  };
}

function refreshIntervalMs(): number {
  const seconds = vscode.workspace.getConfiguration('planpool').get<unknown>(settingIds.refreshInterval);
  return (typeof seconds === 'number' ? Math.min(Math.max(seconds, 0.5), 300) : 2) * 1000;
}
