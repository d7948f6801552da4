import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import type { Sessions } from '../../connection/sessions';
import { runCommand } from '../../editor/commands';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { withCancellableProgress } from '../../editor/progress';
import type { OverrideChoice } from '../../guc/overrideChoice';
import { settingIds, type ExplainTarget, type RerunOutcome } from '../../ids';
import type { Run } from '../../plan/run';
import type { SqlParser } from '../../sql/parser';
import { explain } from '../explain';
import { writeQuestion, type AnalyzeQuestion } from '../gate';
import type { ExplainRequest } from '../request';
import type { ServerCatalogues } from '../serverCatalogues';
import { explainMessage, type ExplainAction, type ExplainReason } from '../reasons';
import type { ServerErrors } from './diagnostics';
import type { Flash } from './flash';
import { openOverrideSetsSetting, pickOverrideSet } from './overridePick';
import { findStatement, type DocumentStatement } from './target';

/** What a run came from, so that it can be run again. */
interface Source {
  readonly statement: DocumentStatement;
  readonly request: ExplainRequest;
}

/** Runs of which the source is kept; the plan page shows one. */
const keptSources = 20;

/** What the commands need; built once in `activate`. */
export interface ExplainUi {
  readonly connections: ConnectionChoice;
  readonly overrides: OverrideChoice;
  readonly sessions: Sessions;
  readonly parser: SqlParser;
  readonly catalogues: ServerCatalogues;
  readonly errors: ServerErrors;
  readonly flash: Flash;
  readonly log: Log;
}

/** The commands *Explain* and *Explain Analyze*, and running again for the page. */
export class ExplainCommands {
  private readonly sources = new Map<string, Source>();
  private readonly underWay = new Map<string, AbortController>();

  constructor(private readonly ui: ExplainUi) {}

  async explain(analyze: boolean, target: ExplainTarget | undefined): Promise<void> {
    const statement = await findStatement(target);
    if (statement === undefined) {
      return;
    }
    if (statement === null) {
      this.tell({ tag: 'empty' }, undefined);
      return;
    }
    await this.explainStatement(statement, analyze);
  }

  async runAgain(runId: string, overrideSet: string): Promise<RerunOutcome> {
    const source = this.sources.get(runId);
    if (!source) {
      return { failure: 'This plan is too old to be run again. Explain the statement anew.' };
    }
    if (!(await this.ui.overrides.choose(overrideSet))) {
      return { failure: `There is no override set “${overrideSet}” any more. Choose another one.` };
    }
    const stop = new AbortController();
    this.underWay.set(runId, stop);
    try {
      const request = {
        ...source.request,
        overrideSet: this.ui.overrides.chosen,
        statementTimeoutSeconds: statementTimeout(),
      };
      const outcome = await this.run(source.statement, request, stop);
      return 'run' in outcome ? outcome : { failure: explainMessage(outcome.reason)?.sentence ?? null };
    } finally {
      this.underWay.delete(runId);
    }
  }

  cancel(runId: string): void {
    this.underWay.get(runId)?.abort();
  }

  /** Ends whatever is under way. */
  dispose(): void {
    for (const stop of this.underWay.values()) {
      stop.abort();
    }
  }

  private async explainStatement(statement: DocumentStatement, analyze: boolean): Promise<void> {
    if (!this.ui.connections.chosen) {
      await runCommand('planpool.chooseConnection');
    }
    const profile = this.ui.connections.chosen;
    if (!profile) {
      return;
    }
    const request = {
      text: statement.text,
      analyze,
      profile,
      overrideSet: this.ui.overrides.chosen,
      statementTimeoutSeconds: statementTimeout(),
      mayWrite: false,
    };
    const key = randomUUID();
    const stop = new AbortController();
    this.underWay.set(key, stop);
    try {
      this.ui.flash.show(statement);
      const outcome = await this.run(statement, request, stop);
      if ('run' in outcome) {
        await runCommand('_planpool.showRun', outcome.run);
      } else {
        this.tell(outcome.reason, { statement, request });
      }
    } finally {
      this.underWay.delete(key);
    }
  }

  private async run(
    statement: DocumentStatement,
    request: ExplainRequest,
    stop: AbortController,
  ): Promise<{ readonly run: Run } | { readonly reason: ExplainReason }> {
    const { errors, sessions, parser, catalogues, log } = this.ui;
    errors.clear(statement.document);
    const title = request.analyze ? 'Explain Analyze' : 'Explain';
    const services = { sessions, parser, catalogues, confirm: askToExecute, now: () => new Date(), newId: randomUUID };
    const outcome = await withCancellableProgress(
      `${title} on ${request.profile.name}`,
      signal => explain(request, services, signal),
      stop,
    );
    if ('run' in outcome) {
      this.remember(outcome.run.id, { statement, request: { ...request, mayWrite: false } });
      log.info(`${title} on ${request.profile.name}, ${request.overrideSet.name}: done`);
      return outcome;
    }
    const { reason } = outcome;
    log.info(`${title} on ${request.profile.name}, ${request.overrideSet.name}: ${reason.tag}`);
    if (reason.tag === 'server') {
      errors.show(statement, reason.error, reason.offset);
    }
    if (reason.tag === 'wantsToWrite' && !request.mayWrite && (await askToExecute(writeQuestion(reason.message)))) {
      return this.run(statement, { ...request, mayWrite: true }, stop);
    }
    return outcome;
  }

  private remember(runId: string, source: Source): void {
    this.sources.set(runId, source);
    const oldest = [...this.sources.keys()].slice(0, -keptSources);
    oldest.forEach(id => this.sources.delete(id));
  }

  /** Shows why there is no run. */
  private tell(reason: ExplainReason, source: Source | undefined): void {
    const message = explainMessage(reason);
    if (!message) {
      return;
    }
    const actions: Readonly<Record<ExplainAction, { title: string; run: () => unknown }>> = {
      explainInstead: { title: 'Explain', run: () => source && this.explainStatement(source.statement, false) },
      retry: {
        title: 'Try Again',
        run: () => source && this.explainStatement(source.statement, source.request.analyze),
      },
      enterPassword: {
        title: 'Enter Password',
        run: () => source && this.explainStatement(source.statement, source.request.analyze),
      },
      chooseOverrideSet: { title: 'Choose Override Set', run: () => pickOverrideSet(this.ui.overrides) },
      editOverrideSets: { title: 'Edit Override Sets', run: openOverrideSetsSetting },
      chooseConnection: { title: 'Choose Connection', run: () => runCommand('planpool.chooseConnection') },
      editConnections: { title: 'Edit Connections', run: () => openSetting(settingIds.connections) },
      editTimeout: { title: 'Change the Limit', run: () => openSetting(settingIds.statementTimeout) },
      showLog: { title: 'Show Log', run: () => this.ui.log.show() },
    };
    const kind =
      reason.tag === 'empty' || reason.tag === 'notExplainable' || reason.tag === 'analyzeNeedsValues'
        ? 'warning'
        : 'error';
    notify(
      kind,
      message.sentence,
      message.actions.map(action => actions[action]),
      this.ui.log,
    );
  }
}

function openSetting(id: string): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', `planpool.${id}`);
}

async function askToExecute(question: AnalyzeQuestion): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(
    question.sentence,
    { modal: true, detail: question.detail },
    question.confirm,
  );
  return answer === question.confirm;
}

function statementTimeout(): number {
  const seconds = vscode.workspace.getConfiguration('planpool').get<unknown>(settingIds.statementTimeout);
  return typeof seconds === 'number' && seconds >= 0 ? seconds : 300;
}
