import * as vscode from 'vscode';
import type { Profile } from '../../connection/profile';
import type { Sessions } from '../../connection/sessions';
import { runCommand } from '../../editor/commands';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { withCancellableProgress } from '../../editor/progress';
import { backendOfNode, type Backend } from '../activity';
import { lookFailure, lookOptions } from '../look';
import { sendSignal, signalSentence, type Signal } from '../signal';
import { signalQuestion } from '../signalQuestion';
import { grantStatement } from '../nowNode';
import type { ServerSizes } from '../serverSizes';
import { textOfNode } from '../settingsNode';
import { statementOfNode, textOfStatementsNode } from '../statementsNode';
import type { WorkersView } from './workersView';

export interface WorkerActionsUi {
  readonly view: WorkersView;
  readonly sessions: Sessions;
  readonly sizes: ServerSizes;
  readonly profiles: () => readonly Profile[];
  readonly log: Log;
}

const copiedMs = 4000;

/** What can be done to one session or statement of the Workers view. `node` is what the view passes: the node's id. */
export class WorkerActions {
  constructor(private readonly ui: WorkerActionsUi) {}

  /** Asks, then cancels the query or ends the session, if it is still the same one. */
  async signal(signal: Signal, node: unknown): Promise<void> {
    const { view, log } = this.ui;
    const { activity, profile } = view;
    const backend = activity && backendOfNode(activity, node);
    if (!activity || !profile || !backend) {
      return this.tell('This session is gone. The view shows those that are there.');
    }
    const question = signalQuestion(activity, backend, signal, vscode.env.language);
    const { sentence, detail, confirm, decline } = question;
    const yes = { title: confirm };
    const no = { title: decline, isCloseAffordance: true };
    if ((await vscode.window.showWarningMessage(sentence, { modal: true, detail }, yes, no)) !== yes) {
      return;
    }
    const stop = new AbortController();
    const outcome = await withCancellableProgress(
      `${confirm} on ${profile.name}`,
      abort => this.send(profile, backend, signal, abort),
      stop,
    );
    const who = `backend ${String(backend.pid)} (${backend.database ?? ''}/${backend.user ?? ''}) on ${profile.name}`;
    log.info(`${signal} ${who}: ${outcome.ok ? 'sent' : outcome.sentence}`);
    if (!outcome.ok) {
      notify('warning', outcome.sentence, [], log);
    }
    await view.refresh();
  }

  /** Copies the query of a session or a statement that a node offers: a remedy, its undo, a GRANT. */
  async copyStatement(node: unknown): Promise<void> {
    const text = this.find(node)?.text ?? this.offeredBy(node);
    if (text === null) {
      return this.tell('There is nothing to copy any more.');
    }
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage('$(copy) Copied', copiedMs);
  }

  /** Shows the plan of the session's query or of the statement. */
  async explain(node: unknown): Promise<void> {
    const { view } = this.ui;
    const profile = view.profile;
    const found = this.find(node);
    if (!profile || !found) {
      return this.tell('This query is gone. The view shows those that are there.');
    }
    if (found.text === null) {
      return this.tell(
        `The text of this query is not known here. If it is hidden from ${profile.user}, GRANT pg_monitor lets you see it.`,
      );
    }
    if (found.cutShort) {
      return this.tell(
        'PostgreSQL keeps only the beginning of this query (track_activity_query_size), and a part of it would have another plan. Explain the whole text in an editor.',
      );
    }
    const connection = this.connectionTo(profile, found.database);
    if (!connection) {
      return this.tell(
        `This query runs in the database ${found.database ?? ''}. Add a connection to it, then explain it.`,
      );
    }
    await runCommand('_planpool.explainText', { text: found.text, connection, normalized: found.normalized });
  }

  private offeredBy(node: unknown): string | null {
    const { activity, profile, settingsSection, statementsSection } = this.ui.view;
    if (activity && node === 'hidden') {
      return grantStatement(activity.user);
    }
    const ofStatements =
      statementsSection.state === 'good' ? textOfStatementsNode(statementsSection.value, node) : null;
    return ofStatements ?? (profile ? textOfNode(settingsSection, this.ui.sizes.of(profile), node) : null);
  }

  private find(node: unknown): Found | null {
    const { activity, statementsSection } = this.ui.view;
    const backend = activity && backendOfNode(activity, node);
    if (backend) {
      return foundInSession(backend);
    }
    const statement = statementsSection.state === 'good' ? statementOfNode(statementsSection.value, node) : null;
    return statement && { text: statement.text, cutShort: false, database: statement.database, normalized: true };
  }

  /** A connection to that database of the same server; the chosen one when it leads there. */
  private connectionTo(profile: Profile, database: string | null): string | null {
    if (database === null || database === profile.database) {
      return profile.name;
    }
    const other = this.ui
      .profiles()
      .find(
        one =>
          one.kind === 'postgresql' &&
          one.host === profile.host &&
          one.port === profile.port &&
          one.database === database,
      );
    return other?.name ?? null;
  }

  private async send(
    profile: Profile,
    backend: Backend,
    signal: Signal,
    abort: AbortSignal,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly sentence: string }> {
    try {
      const outcome = await this.ui.sessions.rolledBack(profile, lookOptions, abort, tx =>
        sendSignal(tx, backend, signal),
      );
      return outcome === 'sent'
        ? { ok: true }
        : { ok: false, sentence: signalSentence(outcome, backend, profile.user) };
    } catch (error) {
      return { ok: false, sentence: lookFailure(error, profile) };
    }
  }

  private tell(sentence: string): void {
    notify('warning', sentence, [], this.ui.log);
  }
}

interface Found {
  readonly text: string | null;
  readonly cutShort: boolean;
  readonly database: string | null;
  readonly normalized: boolean;
}

function foundInSession({ query, database }: Backend): Found {
  return {
    text: query.kind === 'text' ? query.text : null,
    cutShort: query.kind === 'text' && query.cutShort,
    database,
    normalized: false,
  };
}
