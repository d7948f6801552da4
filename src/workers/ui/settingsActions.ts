import * as vscode from 'vscode';
import { notify } from '../../editor/notify';
import type { Log } from '../../editor/log';
import type { OverrideChoice } from '../../guc/overrideChoice';
import type { ServerSize } from '../../guc/settingsFacts';
import { settingIds } from '../../ids';
import { recommendedSet } from '../recommendedSet';
import type { ServerSizes } from '../serverSizes';
import type { WorkersView } from './workersView';

export interface SettingsActionsUi {
  readonly view: WorkersView;
  readonly sizes: ServerSizes;
  readonly overrides: OverrideChoice;
  readonly log: Log;
}

const gibibyte = 1024 ** 3;

/** What the settings check offers: nothing of it changes a server. */
export class SettingsActions {
  constructor(private readonly ui: SettingsActionsUi) {}

  /** Asks how large the machine of the chosen connection is; null when the user gives up. */
  async tellServerSize(): Promise<ServerSize | null> {
    const { view, sizes } = this.ui;
    const { profile } = view;
    if (!profile) {
      return null;
    }
    const known = sizes.of(profile);
    const cores = await askNumber({
      title: `The machine of ${profile.name} (1 of 2)`,
      prompt: 'How many CPU cores may PostgreSQL use there?',
      value: known.cores,
      largest: 4096,
      optional: false,
    });
    if (cores === undefined) {
      return null;
    }
    const memory = await askNumber({
      title: `The machine of ${profile.name} (2 of 2)`,
      prompt: 'How much memory has it, in GB? Leave it empty when you do not know.',
      value: known.memoryBytes === null ? null : known.memoryBytes / gibibyte,
      largest: 65_536,
      optional: true,
    });
    if (memory === undefined) {
      return null;
    }
    const size = { cores, memoryBytes: memory === null ? null : memory * gibibyte };
    await sizes.tell(profile, size);
    view.show();
    return size;
  }

  /** Adds the recommended values that a session can set to the user's override sets, and chooses them. */
  async tryRecommended(): Promise<void> {
    const { view, sizes, overrides, log } = this.ui;
    const { profile } = view;
    if (!profile) {
      return;
    }
    const known = sizes.of(profile);
    const size = known.cores === null ? await this.tellServerSize() : known;
    if (!size?.cores) {
      return;
    }
    if (view.settingsSection.state !== 'good') {
      await view.askSettings();
    }
    const configuration = vscode.workspace.getConfiguration('planpool');
    const own = configuration.inspect<Readonly<Record<string, unknown>>>(settingIds.overrideSets)?.globalValue ?? {};
    const recommended = recommendedSet(view.settingsSection, { ...size, cores: size.cores }, own);
    if (!recommended.ok) {
      return notify('warning', recommended.sentence, [], log);
    }
    const { name, sets } = recommended;
    await configuration.update(settingIds.overrideSets, sets, vscode.ConfigurationTarget.Global);
    if (await overrides.choose(name)) {
      notify('information', `The override set “${name}” is chosen: the next Explain plans under it.`, [], log);
    }
  }
}

interface NumberQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly value: number | null;
  readonly largest: number;
  readonly optional: boolean;
}

/** The number; null when it was left empty, undefined when the question was dismissed. */
async function askNumber(question: NumberQuestion & { readonly optional: false }): Promise<number | undefined>;
async function askNumber(question: NumberQuestion): Promise<number | null | undefined>;
async function askNumber({
  title,
  prompt,
  value,
  largest,
  optional,
}: NumberQuestion): Promise<number | null | undefined> {
  const answer = await vscode.window.showInputBox({
    title,
    prompt,
    value: value === null ? '' : String(value),
    ignoreFocusOut: true,
    validateInput: text => {
      const number = Number(text);
      const fits = text.trim() === '' ? optional : Number.isInteger(number) && number >= 1 && number <= largest;
      return fits ? undefined : `A whole number from 1 to ${String(largest)}, please.`;
    },
  });
  return answer === undefined ? undefined : answer.trim() === '' ? null : Number(answer);
}
