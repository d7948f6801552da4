import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import { Cancelled } from '../../connection/errors';
import type { Profile } from '../../connection/profile';
import type { Sessions } from '../../connection/sessions';
import type { Transaction } from '../../connection/transaction';
import type { Log } from '../../editor/log';
import { refreshIntervalMs } from '../../editor/settings';
import { SnapshotTree } from '../../editor/snapshotTree';
import type { SettingsFacts } from '../../guc/settingsFacts';
import { contextKeys, viewIds } from '../../ids';
import { Poller } from '../../poller';
import type { TreeNode } from '../../treeNode';
import type { Activity } from '../activity';
import { AskedSection } from '../askedSection';
import { lookFailure, lookOptions, needsPassword, needsTheUser } from '../look';
import { readMaintenance } from '../maintenanceProgress';
import { readActivity } from '../readActivity';
import type { Section } from '../section';
import type { ServerSizes } from '../serverSizes';
import { readSettings } from '../settingsQuery';
import { baselineFor, type Baseline } from '../shortage';
import { readStatements, type StatementsFacts } from '../statementsQuery';
import { UsualWorkersCache } from '../usualWorkers';
import { workersTree, type Look } from '../workersTree';

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
  private readonly statements = this.section(readStatements);
  private readonly settings = this.section(readSettings);
  private stopLease = new AbortController();
  private shownProfile: Profile | undefined;
  private baseline: Baseline | undefined;
  private usual = new UsualWorkersCache(Date.now);
  /** Looks that failed, in a row. */
  private failures = 0;
  private filter = '';

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
      this.poller.onDidChange(() => this.looked()),
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
    return this.settings.current;
  }

  get statementsSection(): Section<StatementsFacts> {
    return this.statements.current;
  }

  node(id: string): TreeNode | undefined {
    return this.tree.node(id);
  }

  /** Asks for the settings; when that is done, the answer is in `settingsSection`. */
  async askSettings(): Promise<void> {
    const { profile } = this;
    if (profile) {
      await this.settings.ask(profile);
    }
  }

  /** Looks again now, at all that is shown; asks for a password where that is what is missing. */
  async refresh(): Promise<void> {
    const { profile } = this;
    if (!profile) {
      return;
    }
    if (needsPassword(this.poller.state.failure)) {
      // Only here, where the user wants it, may a question for the password come up.
      const lease = await this.ui.sessions.lease(profile, this.stopLease.signal).catch((error: unknown) => {
        this.ui.log.warn(`Workers of ${profile.name}: ${this.sentence(error, profile)}`);
        return undefined;
      });
      lease?.release();
    }
    this.baseline = undefined;
    this.usual = new UsualWorkersCache(Date.now);
    this.poller.retry();
    void this.statements.askAgain(profile);
    void this.settings.askAgain(profile);
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
    if (!profile) {
      this.view.message = '';
      this.view.description = '';
      this.tree.update([]);
      return;
    }
    const { data, failure, takenAtMs, stopped } = this.poller.state;
    // The next look comes in half a second: one that failed alone is not worth a tree that goes grey and back.
    const isHiccup = data !== null && !stopped && this.failures < 2;
    const state = {
      name: profile.name,
      look: data && { ...data, takenAtMs: takenAtMs ?? Date.now() },
      failure: failure === null || isHiccup ? null : this.sentence(failure, profile),
      baseline: this.baseline,
      filter: this.filter,
      statements: this.statements.current,
      settings: this.settings.current,
      size: this.ui.sizes.of(profile),
    };
    const { description, roots } = workersTree(state, vscode.env.language);
    this.view.description = description;
    this.view.message = data === null || this.filter === '' ? '' : `Only what holds “${this.filter}”`;
    this.tree.update(roots);
  }

  dispose(): void {
    this.stopLease.abort();
    this.statements.forget();
    this.settings.forget();
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private connectionChanged(): void {
    const { profile } = this;
    void vscode.commands.executeCommand('setContext', contextKeys.hasConnection, profile !== undefined);
    if (JSON.stringify(profile) === JSON.stringify(this.shownProfile)) {
      return;
    }
    this.shownProfile = profile;
    this.stopLease.abort();
    this.stopLease = new AbortController();
    this.baseline = undefined;
    this.usual = new UsualWorkersCache(Date.now);
    this.failures = 0;
    this.statements.forget();
    this.settings.forget();
    this.poller.reset();
    this.show();
  }

  private looked(): void {
    const { data, takenAtMs, failure } = this.poller.state;
    this.failures = failure === null ? 0 : this.failures + 1;
    if (data && takenAtMs !== null) {
      this.baseline = baselineFor(this.baseline, { activity: data.activity, atMs: takenAtMs });
    }
    this.show();
  }

  private async look(signal: AbortSignal): Promise<Look> {
    const { profile } = this;
    if (!profile) {
      throw new Cancelled();
    }
    const { usual } = this;
    return this.ask(profile, signal, async tx => ({
      activity: await readActivity(tx, this.ui.sessions.backendPids(profile), usual),
      maintenance: await readMaintenance(tx),
    }));
  }

  private ask<T>(profile: Profile, signal: AbortSignal, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.ui.sessions.rolledBack(profile, lookOptions, signal, work, { mayAsk: false });
  }

  private opened(id: string): void {
    const { profile } = this;
    if (profile && id === 'statements') {
      void this.statements.ask(profile);
    } else if (profile && id === 'settings') {
      void this.settings.ask(profile);
    }
  }

  private section<T>(read: (tx: Transaction) => Promise<T>): AskedSection<T> {
    return new AskedSection<T>({
      read: (profile, signal) => this.ask(profile, signal, read),
      sentence: (error, profile) => this.sentence(error, profile),
      onChange: () => this.show(),
    });
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
