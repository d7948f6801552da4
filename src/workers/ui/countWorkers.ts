import * as vscode from 'vscode';
import type { Profile } from '../../connection/profile';
import type { Sessions } from '../../connection/sessions';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { withCancellableProgress } from '../../editor/progress';
import type { SqlParser } from '../../sql/parser';
import { lookFailure, lookOptions } from '../look';
import { readMaintenanceFacts } from '../maintenanceQuery';
import { maintenanceWorkers, type WorkerAnswer } from '../maintenanceWorkers';
import type { MaintenanceLenses } from './maintenanceLenses';

export interface CountWorkersUi {
  readonly profiles: () => readonly Profile[];
  readonly sessions: Sessions;
  readonly parser: SqlParser;
  readonly lenses: MaintenanceLenses;
  readonly log: Log;
}

/** Says how many workers a CREATE INDEX or VACUUM would get, and which limit binds. It is not run. */
export async function countWorkers(ui: CountWorkersUi, text: string, connection: string): Promise<void> {
  const profile = ui.profiles().find(({ name }) => name === connection);
  if (!profile) {
    return;
  }
  const parsed = await ui.parser.facts(text);
  const maintenance = parsed.ok ? parsed.statement.maintenance : null;
  if (!maintenance) {
    const why = parsed.ok ? 'Put the cursor into a CREATE INDEX or a VACUUM.' : parsed.message;
    return notify('warning', `This is not a statement whose workers can be counted: ${why}`, [], ui.log);
  }
  const stop = new AbortController();
  let answers: readonly WorkerAnswer[];
  try {
    answers = await withCancellableProgress(
      `Counting workers on ${profile.name}`,
      signal =>
        ui.sessions.rolledBack(profile, lookOptions, signal, async tx =>
          maintenanceWorkers(maintenance, await readMaintenanceFacts(tx, maintenance), vscode.env.language),
        ),
      stop,
    );
  } catch (error) {
    return stop.signal.aborted ? undefined : notify('error', lookFailure(error, profile), [], ui.log);
  }
  ui.lenses.remember(profile, text, inShort(answers));
  notify('information', inFull(answers), [], ui.log);
}

/** For a lens: what comes first of the first answer. */
function inShort([first, ...others]: readonly WorkerAnswer[]): string {
  const words = first?.sentence.split(/; |\. |\.$/)[0] ?? '';
  return others.length === 0 ? words : `${words} (${first?.relation ?? ''}, and ${String(others.length)} more)`;
}

const shownAnswers = 3;

function inFull(answers: readonly WorkerAnswer[]): string {
  const shown = answers.slice(0, shownAnswers).map(({ sentence }) => sentence);
  const more = answers.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${String(more)} tables more, with no more workers each.`] : [])].join(' ');
}
