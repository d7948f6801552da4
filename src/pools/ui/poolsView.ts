import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import type { Consoles } from '../../connection/consoles';
import type { Profile } from '../../connection/profile';
import type { Log } from '../../editor/log';
import { SnapshotTree } from '../../editor/snapshotTree';
import { contextKeys, viewIds } from '../../ids';
import { lookFailure } from '../../workers/look';
import type { Section } from '../../workers/section';
import { roleOf } from '../actions';
import type { Fleet } from '../fleet';
import { judgeInstance, type InstanceJudgement } from '../health';
import type { PoolHistory } from '../history';
import type { Instance, InstanceLook } from '../instance';
import type { Join } from '../join';
import type { PooledConnection } from '../model';
import { instanceOfNode, nodeTarget, wantedOf } from '../nodeIds';
import { poolsTree } from '../poolsTree';
import type { InstanceState, InstanceView } from '../shownInstance';
import type { Thresholds } from '../thresholds';

export interface PoolsUi {
  readonly connections: ConnectionChoice;
  readonly consoles: Consoles;
  readonly fleet: Fleet;
  readonly history: PoolHistory;
  readonly thresholds: () => Thresholds;
  readonly watched: () => ReadonlySet<string>;
  /** What is behind a client; null when it is gone. */
  readonly join: (console: Profile, client: PooledConnection) => Promise<Join | null>;
  readonly log: Log;
}

/** The *Pools* view: every PgBouncer of the settings, its pools and who waits in them. */
export class PoolsView {
  private readonly tree = new SnapshotTree(id => this.opened(id));
  private readonly view = vscode.window.createTreeView(viewIds.pools, {
    treeDataProvider: this.tree,
    showCollapseAll: true,
  });
  private readonly disposables: readonly { dispose(): unknown }[];
  private readonly open = new Set<string>();
  private readonly pages = new Map<string, number>();
  /** By the id of a client's row. */
  private readonly joins = new Map<string, Section<Join | null>>();
  /** By instance: databases that a KILL of ours has left paused. */
  private readonly pausedByKill = new Map<string, ReadonlySet<string>>();
  private filter = '';

  constructor(private readonly ui: PoolsUi) {
    const { connections, fleet } = ui;
    this.disposables = [
      this.view,
      this.tree,
      fleet.onDidChange(() => this.show()),
      connections.onDidChange(() => this.connectionsChanged()),
      this.view.onDidChangeVisibility(({ visible }) => this.visibilityChanged(visible)),
      vscode.window.onDidChangeWindowState(({ focused }) => fleet.setFocused(focused)),
      this.view.onDidExpandElement(({ element }) => this.opened(element)),
      this.view.onDidCollapseElement(({ element }) => this.closed(element)),
    ];
    fleet.setFocused(vscode.window.state.focused);
    fleet.setVisible(this.view.visible);
    this.connectionsChanged();
  }

  async askFilter(): Promise<void> {
    const filter = await vscode.window.showInputBox({
      title: 'Filter Clients and Servers',
      prompt: 'Show only those whose user, application, state or address holds all of these words.',
      value: this.filter,
    });
    if (filter !== undefined) {
      this.setFilter(filter);
    }
  }

  setFilter(filter: string): void {
    this.filter = filter.trim();
    this.pages.clear();
    void vscode.commands.executeCommand('setContext', contextKeys.poolsFiltered, this.filter !== '');
    this.show();
  }

  /** One more page of the rows whose *Show more* was clicked. */
  showMore(node: unknown): void {
    const parent = typeof node === 'string' ? this.tree.getParent(node) : undefined;
    if (parent !== undefined) {
      this.pages.set(parent, (this.pages.get(parent) ?? 1) + 1);
      this.show();
    }
  }

  /** Looks again now, at every instance; where a password is missing the user is asked. */
  async refresh(): Promise<void> {
    // One after the other: VS Code shows one question at a time, and a second takes the first away.
    for (const instance of this.ui.fleet.instances) {
      await this.retry(instance);
    }
  }

  /** What a KILL of ours has left paused, or a RESUME of ours has ended; the console does not tell by what a database is paused. */
  setPausedByKill(instance: string, databases: ReadonlySet<string>): void {
    this.pausedByKill.set(instance, databases);
    this.show();
  }

  pausedByKillOf(instance: string): ReadonlySet<string> {
    return this.pausedByKill.get(instance) ?? new Set();
  }

  /** Brings a node into sight and selects it. */
  async reveal(id: string): Promise<void> {
    await vscode.commands.executeCommand(`${viewIds.pools}.focus`);
    if (this.tree.node(id)) {
      await this.view.reveal(id, { select: true, focus: true, expand: true });
    }
  }

  judgement(instance: Instance, look: InstanceLook): InstanceJudgement {
    const { snapshot, trends, servers, clients } = look;
    return judgeInstance(snapshot, {
      trends,
      servers,
      clients,
      backends: null,
      pausedByKill: this.pausedByKillOf(instance.profile.name),
      thresholds: this.ui.thresholds(),
      locale: vscode.env.language,
    });
  }

  show(): void {
    const views = this.ui.fleet.instances.map(instance => this.viewOf(instance));
    this.view.message = this.filter === '' ? '' : `Only clients and servers that hold “${this.filter}”`;
    this.tree.update(poolsTree(views, this.ui.history, vscode.env.language));
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private connectionsChanged(): void {
    const consoles = this.ui.connections.profiles.filter(({ kind }) => kind === 'pgbouncer');
    void vscode.commands.executeCommand('setContext', contextKeys.hasConsole, consoles.length > 0);
    this.ui.fleet.setProfiles(consoles);
    this.show();
  }

  /** A console that waits for its clients to leave counts ours as one, so none is kept for a view that nobody sees. */
  private visibilityChanged(visible: boolean): void {
    const { fleet, consoles } = this.ui;
    fleet.setVisible(visible);
    if (!visible) {
      fleet.instances.forEach(({ profile }) => void consoles.drop(profile));
    }
    this.show();
  }

  private viewOf(instance: Instance): InstanceView {
    const { name, label } = instance.profile;
    return {
      name,
      label,
      state: this.stateOf(instance),
      expanded: this.sectionsOf(instance),
      joins: this.joins,
      watched: this.ui.watched().has(name),
      filter: this.filter,
      page: this.pages,
    };
  }

  private stateOf(instance: Instance): InstanceState {
    const { data, takenAtMs, failure } = instance.poller.state;
    const sentence = failure === null ? null : this.sentence(failure, instance.profile);
    if (!data || takenAtMs === null) {
      return sentence === null ? { kind: 'asking' } : { kind: 'failed', sentence, lastGoodAtMs: takenAtMs };
    }
    const { snapshot, rates } = data;
    return {
      kind: 'good',
      snapshot,
      judgement: this.judgement(instance, data),
      rates,
      role: roleOf(snapshot.config, instance.profile.user),
      ageMs: Date.now() - takenAtMs,
      stale: sentence,
    };
  }

  /** What is known for the nodes that are open. */
  private sectionsOf(instance: Instance): ReadonlyMap<string, Section<readonly PooledConnection[]>> {
    const look = instance.poller.state.data;
    const sections = new Map<string, Section<readonly PooledConnection[]>>();
    for (const id of this.open) {
      const target = nodeTarget(id);
      if (target?.kind === 'connections' && target.instance === instance.profile.name) {
        const connections = look?.[target.of] ?? null;
        sections.set(id, connections ? { state: 'good', value: connections } : { state: 'loading', before: null });
      } else if (instanceOfNode(id) === instance.profile.name) {
        sections.set(id, { state: 'notAsked' });
      }
    }
    return sections;
  }

  private opened(id: string): void {
    if (!this.open.has(id)) {
      this.open.add(id);
      this.openChanged();
      void this.lookBehind(id);
    }
  }

  /** A client's row leads to what works for it. */
  private async lookBehind(id: string): Promise<void> {
    const target = nodeTarget(id);
    const instance = target?.kind === 'connection' ? this.ui.fleet.instance(target.instance) : undefined;
    if (target?.kind !== 'connection' || target.of !== 'clients' || !instance) {
      return;
    }
    const client = instance.poller.state.data?.clients?.find(one => String(one.id ?? one.pointer) === target.key);
    if (!client) {
      return;
    }
    this.joins.set(id, { state: 'loading', before: null });
    this.show();
    try {
      this.joins.set(id, { state: 'good', value: await this.ui.join(instance.profile, client) });
    } catch (error) {
      this.joins.set(id, { state: 'failed', sentence: this.sentence(error, instance.profile), before: null });
    }
    this.show();
  }

  /** What is below it is not seen any more either; VS Code asks for it again when it is. */
  private closed(id: string): void {
    const target = nodeTarget(id);
    const below = (one: string): boolean =>
      one.startsWith(`${id}:`) || (target?.kind === 'instance' && instanceOfNode(one) === target.instance);
    for (const one of [...this.open].filter(open => open === id || below(open))) {
      this.open.delete(one);
      this.pages.delete(one);
      this.joins.delete(one);
    }
    this.openChanged();
  }

  private openChanged(): void {
    for (const instance of this.ui.fleet.instances) {
      instance.want(wantedOf(this.open, instance.profile.name));
    }
    this.show();
  }

  private async retry(instance: Instance): Promise<void> {
    const { profile, poller } = instance;
    if (poller.state.stopped) {
      // Only here, where the user wants it, may a question for the password come up.
      await this.ui.consoles
        .use(profile, new AbortController().signal, () => Promise.resolve())
        .catch((error: unknown) => this.ui.log.warn(`Pools of ${profile.name}: ${this.sentence(error, profile)}`));
    }
    poller.retry();
  }

  /** Never throws: what should not happen goes to the log. */
  private sentence(error: unknown, profile: Profile): string {
    try {
      return lookFailure(error, profile);
    } catch {
      this.ui.log.error(`Pools of ${profile.name}`, error);
      return 'This failed. The log says why.';
    }
  }
}
