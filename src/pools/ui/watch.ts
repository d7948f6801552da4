import * as vscode from 'vscode';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { plainLabel } from '../../editor/plainText';
import type { Commands } from '../../ids';
import { formatDuration } from '../../workers/duration';
import type { Fleet } from '../fleet';
import type { Instance } from '../instance';
import { instanceId, nodeTarget, poolId } from '../nodeIds';
import { severityRank } from '../severity';
import { Incidents, type Watched } from '../watching';
import type { WatchedNames } from '../watchedNames';
import type { PoolsView } from './poolsView';

export interface WatchUi {
  readonly view: PoolsView;
  readonly fleet: Fleet;
  readonly names: WatchedNames;
  readonly log: Log;
}

/** Watched instances: polled lightly in the background, one status-bar item for all, one notification for each incident. */
export class Watch {
  private readonly incidents = new Incidents();
  private readonly item = vscode.window.createStatusBarItem('planpool.watch', vscode.StatusBarAlignment.Left, -1);
  private readonly listener;

  constructor(private readonly ui: WatchUi) {
    this.item.name = 'Planpool: watched PgBouncers';
    this.item.command = 'planpool.pools.showWorst' satisfies keyof Commands;
    this.listener = ui.fleet.onDidChange(() => this.look());
    ui.fleet.setWatched(this.ui.names.all);
    this.look();
  }

  isWatched(instance: string): boolean {
    return this.ui.names.all.has(instance);
  }

  async set(node: unknown, watched: boolean): Promise<void> {
    const target = nodeTarget(node);
    if (target?.kind !== 'instance') {
      return;
    }
    await this.ui.names.set(target.instance, watched);
    this.ui.fleet.setWatched(this.ui.names.all);
    this.look();
    this.ui.view.show();
  }

  /** Shows the worst pool of the watched instance that is worst. */
  async showWorst(): Promise<void> {
    const [worst] = this.judged().toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity));
    if (worst) {
      await this.showPool(worst.instance);
    }
  }

  dispose(): void {
    this.listener.dispose();
    this.item.dispose();
  }

  private look(): void {
    const judged = this.judged();
    this.showItem(judged);
    for (const event of this.incidents.look(judged, Date.now())) {
      if (event.kind === 'began') {
        const kind = event.severity === 'error' ? 'error' : 'warning';
        const actions = [
          { title: 'Show Pool', run: () => this.showPool(event.instance) },
          { title: 'Mute', run: () => this.incidents.mute(event.instance) },
        ];
        notify(kind, `${event.instance}: ${event.sentence}.`, actions, this.ui.log);
      } else {
        const time = formatDuration(event.forMs, vscode.env.language);
        notify('information', `${event.instance}: it is over, after ${time}.`, [], this.ui.log);
      }
    }
  }

  private judged(): readonly (Watched & { readonly waiting: number })[] {
    return this.ui.fleet.instances
      .filter(({ profile }) => this.isWatched(profile.name))
      .flatMap(instance => this.judge(instance) ?? []);
  }

  private judge(instance: Instance): (Watched & { readonly waiting: number }) | null {
    const { name } = instance.profile;
    const { data, failure } = instance.poller.state;
    if (failure !== null) {
      return { instance: name, severity: 'error', sentence: 'its console cannot be asked', waiting: 0 };
    }
    if (!data) {
      return null;
    }
    const { severity, sentence, waiting } = this.ui.view.judgement(instance, data);
    return { instance: name, severity, sentence: sentence ?? '', waiting };
  }

  private showItem(judged: readonly (Watched & { readonly waiting: number })[]): void {
    if (this.ui.names.all.size === 0) {
      this.item.hide();
      return;
    }
    const worst = judged.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))[0];
    const waiting = judged.reduce((sum, one) => sum + one.waiting, 0);
    const icon = !worst || severityRank(worst.severity) < severityRank('warning') ? '$(check)' : '$(warning)';
    this.item.text = `${icon} ${String(waiting)} waiting`;
    this.item.backgroundColor =
      worst?.severity === 'error' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    const lines = judged.map(
      ({ instance, sentence }) => `${plainLabel(instance)}: ${sentence === '' ? 'well' : sentence}`,
    );
    this.item.tooltip = lines.length === 0 ? 'The watched PgBouncers are being asked.' : lines.join('\n');
    this.item.accessibilityInformation = { label: `Watched PgBouncers: ${String(waiting)} clients waiting` };
    this.item.show();
  }

  private async showPool(name: string): Promise<void> {
    const instance = this.ui.fleet.instance(name);
    const data = instance?.poller.state.data;
    const worst = instance && data ? this.ui.view.judgement(instance, data).pools[0] : undefined;
    await this.ui.view.reveal(worst ? poolId(name, worst.pool) : instanceId(name));
  }
}
