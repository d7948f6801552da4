import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import type { Profile } from '../../connection/profile';
import type { Sessions } from '../../connection/sessions';
import { runCommand } from '../../editor/commands';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { withCancellableProgress } from '../../editor/progress';
import { openSetting } from '../../editor/settings';
import type { OverrideChoice } from '../../guc/overrideChoice';
import { settingIds, type ForeignStatement, type RerunOutcome } from '../../ids';
import type { Run } from '../../plan/run';
import type { SqlParser } from '../../sql/parser';
import { explain } from '../explain';
import { writeQuestion, type AnalyzeQuestion } from '../gate';
import type { ExplainRequest } from '../request';
import type { ServerCatalogues } from '../serverCatalogues';
import { explainMessage, type ExplainAction, type ExplainReason } from '../reasons';
import { betweenQuestions } from './betweenQuestions';
import type { ServerErrors } from './diagnostics';
import type { Flash } from './flash';
import { pickOverrideSet } from './overridePick';
import { reasonForLog } from './reasonForLog';
import { decodeTarget, findStatement, isAsItWas, type DocumentStatement } from './target';
import { UnderWay } from './underWay';

/** What a run came from, so that it can be run again. */
interface Source {
  /** Where the statement stands; null when it stands in no document. */
  readonly statement: DocumentStatement | null;
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
  private readonly underWay = new UnderWay();

  constructor(private readonly ui: ExplainUi) {}

  /** `argument` is what the command was given, here and below. */
  async explain(analyze: boolean, argument: unknown): Promise<void> {
    const statement = await this.find(argument);
    if (statement) {
      await this.explainStatement(statement, analyze);
    }
  }

  /** Explains a statement that a server has told. */
  async explainText({ text, connection, normalized }: ForeignStatement): Promise<void> {
    const profile = this.ui.connections.profiles.find(({ name }) => name === connection);
    if (profile) {
      const request = this.request(text, false, profile);
      await this.explainRequest({ statement: null, request }, `text on ${connection}`, normalized);
    }
  }

  /** How many workers the CREATE INDEX or VACUUM would get. */
  async countWorkers(argument: unknown): Promise<void> {
    const statement = await this.find(argument);
    const profile = statement && (await this.chosenProfile());
    if (profile) {
      await runCommand('_planpool.countWorkersOf', { text: statement.text, connection: profile.name });
    }
  }

  async runAgain(runId: string, overrideSet: string): Promise<RerunOutcome> {
    const source = this.sources.get(runId);
    if (!source) {
      return { failure: 'This plan is too old to be run again. Explain the statement anew.' };
    }
    const { name } = source.request.profile;
    const profile = this.ui.connections.profiles.find(current => current.name === name);
    if (!profile) {
      return { failure: `The connection “${name}” is not in the settings any more. Explain the statement anew.` };
    }
    if (!(await this.ui.overrides.choose(overrideSet))) {
      return { failure: `There is no override set “${overrideSet}” any more. Choose another one.` };
    }
    const request = {
      ...source.request,
      profile,
      overrideSet: this.ui.overrides.chosen,
      statementTimeoutSeconds: statementTimeout(),
    };
    const outcome = await this.underWay.run(runId, stop => this.run({ statement: source.statement, request }, stop));
    if (!('run' in outcome)) {
      return { failure: explainMessage(outcome.reason)?.sentence ?? null };
    }
    const warnings = !source.statement || isAsItWas(source.statement) ? [] : [editedSince];
    return { run: { ...outcome.run, warnings: [...warnings, ...outcome.run.warnings] } };
  }

  cancel(runId: string): void {
    this.underWay.cancel(runId);
  }

  /** Ends whatever is under way. */
  dispose(): void {
    this.underWay.cancelAll();
  }

  /** The statement that is meant; null when there is none, which the user is told. */
  private async find(argument: unknown): Promise<DocumentStatement | null> {
    const found = await findStatement(decodeTarget(argument));
    switch (found) {
      case 'declined':
        return null;
      case 'none':
        this.tell({ tag: 'empty' }, undefined);
        return null;
      case 'changed':
        notify('warning', 'The text has changed meanwhile. Try again.', [], this.ui.log);
        return null;
      default:
        return found;
    }
  }

  private async explainStatement(statement: DocumentStatement, analyze: boolean): Promise<void> {
    const profile = await this.chosenProfile();
    if (!profile) {
      return;
    }
    this.ui.flash.show(statement);
    const request = this.request(statement.text, analyze, profile);
    // One at a time for each document: a key that repeats must not fill the server with sessions.
    await this.explainRequest({ statement, request }, statement.document.uri.toString(), false);
  }

  /** The chosen connection; the user is asked when there is none. */
  private async chosenProfile(): Promise<Profile | undefined> {
    if (!this.ui.connections.chosen) {
      await runCommand('planpool.chooseConnection');
    }
    return this.ui.connections.chosen;
  }

  private request(text: string, analyze: boolean, profile: Profile): ExplainRequest {
    return {
      text,
      analyze,
      profile,
      overrideSet: this.ui.overrides.chosen,
      statementTimeoutSeconds: statementTimeout(),
      mayWrite: false,
    };
  }

  private async explainRequest(source: Source, key: string, normalized: boolean): Promise<void> {
    const outcome = await this.underWay.run(key, stop => this.run(source, stop));
    if ('run' in outcome) {
      await runCommand('_planpool.showRun', outcome.run);
      return;
    }
    const { reason } = outcome;
    const isSyntaxError = reason.tag === 'server' && reason.error.code === syntaxError;
    this.tell(normalized && isSyntaxError ? { tag: 'notParsedNormalized' } : reason, source);
  }

  private async run(
    { statement, request }: Source,
    stop: AbortController,
  ): Promise<{ readonly run: Run } | { readonly reason: ExplainReason }> {
    const { errors, sessions, parser, catalogues, log } = this.ui;
    if (statement) {
      errors.clear(statement.document);
    }
    const title = request.analyze ? 'Explain Analyze' : 'Explain';
    const outcome = await betweenQuestions(
      work => void withCancellableProgress(`${title} on ${request.profile.name}`, () => work, stop),
      ask => {
        const services = {
          sessions,
          parser,
          catalogues,
          confirm: (question: AnalyzeQuestion) => ask(() => askToExecute(question)),
          lockTimeoutSeconds,
          now: () => new Date(),
          newId: randomUUID,
        };
        return explain(request, services, stop.signal);
      },
    );
    if (stop.signal.aborted) {
      log.info(`${title} on ${request.profile.name}, ${request.overrideSet.name}: cancelled`);
      return { reason: { tag: 'cancelled' } };
    }
    if ('run' in outcome) {
      this.remember(outcome.run.id, { statement, request: { ...request, mayWrite: false } });
      log.info(`${title} on ${request.profile.name}, ${request.overrideSet.name}: done`);
      return outcome;
    }
    const { reason } = outcome;
    log.info(`${title} on ${request.profile.name}, ${request.overrideSet.name}: ${reasonForLog(reason)}`);
    if (reason.tag === 'server' && statement) {
      errors.show(statement, reason.error, reason.offset);
    }
    if (reason.tag !== 'wantsToWrite' || request.mayWrite) {
      return outcome;
    }
    return (await askToExecute(writeQuestion(reason.message)))
      ? this.run({ statement, request: { ...request, mayWrite: true } }, stop)
      : { reason: { tag: 'declined' } };
  }

  private remember(runId: string, source: Source): void {
    this.sources.set(runId, source);
    const oldest = [...this.sources.keys()].slice(0, -keptSources);
    oldest.forEach(id => this.sources.delete(id));
  }

  private explainAnew({ statement, request }: Source, analyze: boolean): Promise<void> {
    return statement
      ? this.explainStatement(statement, analyze)
      : this.explainRequest({ statement, request }, `text on ${request.profile.name}`, false);
  }

  /** Shows why there is no run. */
  private tell(reason: ExplainReason, source: Source | undefined): void {
    const message = explainMessage(reason);
    if (!message) {
      return;
    }
    const actions: Readonly<Record<ExplainAction, { title: string; run: () => unknown }>> = {
      explainInstead: { title: 'Explain', run: () => source && this.explainAnew(source, false) },
      retry: { title: 'Try Again', run: () => source && this.explainAnew(source, source.request.analyze) },
      enterPassword: { title: 'Enter Password', run: () => source && this.explainAnew(source, source.request.analyze) },
      openText: { title: 'Open in an Editor', run: () => source && openText(source.request.text) },
      countWorkers: {
        title: 'How Many Workers?',
        run: () =>
          source &&
          runCommand('_planpool.countWorkersOf', {
            text: source.request.text,
            connection: source.request.profile.name,
          }),
      },
      chooseOverrideSet: { title: 'Choose Override Set', run: () => pickOverrideSet(this.ui.overrides) },
      editOverrideSets: { title: 'Edit Override Sets', run: () => openSetting('overrideSets') },
      chooseConnection: { title: 'Choose Connection', run: () => runCommand('planpool.chooseConnection') },
      editConnections: { title: 'Edit Connections', run: () => openSetting('connections') },
      editTimeout: { title: 'Change the Limit', run: () => openSetting('statementTimeout') },
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

/** SQLSTATE syntax_error. */
const syntaxError = '42601';

async function openText(text: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'sql', content: text }));
}

async function askToExecute(question: AnalyzeQuestion): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(
    question.sentence,
    { modal: true, detail: question.detail },
    question.confirm,
  );
  return answer === question.confirm;
}

const editedSince =
  'The text in the editor has changed since. This is the plan of the statement as it was; explain it anew for the new text.';

const defaultTimeoutSeconds = 300;
/** How long a run waits for a lock of another session. */
const lockTimeoutSeconds = 10;

const longestTimeoutSeconds = 86_400;

/** Whole seconds, for a part of one must not become 0, which is no limit. What is not a number counts as not set. */
function statementTimeout(): number {
  const seconds = vscode.workspace.getConfiguration('planpool').get<unknown>(settingIds.statementTimeout);
  return typeof seconds === 'number'
    ? Math.min(Math.max(Math.ceil(seconds), 0), longestTimeoutSeconds)
    : defaultTimeoutSeconds;
}
