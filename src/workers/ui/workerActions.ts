import * as vscode from 'vscode';
import type { Profile } from '../../connection/profile';
import type { Sessions } from '../../connection/sessions';
import { askModal } from '../../editor/askModal';
import { runCommand } from '../../editor/commands';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { withCancellableProgress } from '../../editor/progress';
import { backendOfNode, type Backend } from '../activity';
import { connectionTo, readWhereabouts, type Whereabouts } from '../connectionTo';
import { explainQuestion } from '../explainQuestion';
import { lookFailure, lookOptions } from '../look';
import { nodeStatement, type NodeStatement } from '../nodeStatement';
import { grantStatement } from '../nowNode';
import { lastGood } from '../section';
import type { ServerSizes } from '../serverSizes';
import { textOfNode } from '../settingsNode';
import { sendSignal, signalSentence, type Signal } from '../signal';
import { signalQuestion } from '../signalQuestion';
import { textOfStatementsNode } from '../statementsNode';
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
      return this.tellGone(node, 'This session is gone. The view shows those that are there.');
    }
    const { confirm, ...question } = signalQuestion(activity, backend, signal, vscode.env.language);
    if ((await askModal({ ...question, answers: [confirm] })) === undefined) {
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
    const found = this.find(node);
    const text = found?.text ?? this.offeredBy(node);
    if (text === null) {
      return this.tellGone(node, 'There is nothing to copy any more.');
    }
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage('$(copy) Copied', copiedMs);
    if (found?.cutShort === true) {
      this.tell(
        'Only the beginning was copied: PostgreSQL keeps no more of this query (track_activity_query_size), so it may not be what was run.',
      );
    }
  }

  /** Shows the plan of the session's query or of the statement. */
  async explain(node: unknown): Promise<void> {
    const { profile, activity } = this.ui.view;
    const found = this.find(node);
    if (!profile || !found) {
      return this.tellGone(node, 'This query is gone. The view shows those that are there.');
    }
    const { text, normalized } = found;
    if (text === null) {
      return this.tell(
        `The text of this query is not known here. If it is hidden from ${profile.user}, GRANT pg_monitor lets you see it.`,
      );
    }
    if (found.cutShort) {
      return this.tell(
        'PostgreSQL keeps only the beginning of this query (track_activity_query_size), and a part of it would have another plan. Explain the whole text in an editor.',
      );
    }
    const own = activity?.user ?? null;
    const way = await connectionTo(found, profile, own, this.ui.profiles(), other => this.askWhereabouts(other));
    if (way?.ok === false) {
      return this.tell(way.sentence);
    }
    if (way && (await this.mayExplain({ text, user: found.user }, way.user))) {
      await runCommand('_planpool.explainText', { text, connection: way.connection, normalized });
    }
  }

  private async mayExplain(
    statement: { readonly text: string; readonly user: string | null },
    own: string | null,
  ): Promise<boolean> {
    const question = explainQuestion(statement, own);
    if (!question) {
      return true;
    }
    const answers = ['Explain', 'Open in an Editor'] as const;
    const answer = await askModal({ ...question, answers, decline: 'Do Nothing' });
    if (answer === 'Open in an Editor') {
      const document = await vscode.workspace.openTextDocument({ language: 'sql', content: statement.text });
      await vscode.window.showTextDocument(document);
    }
    return answer === 'Explain';
  }

  private offeredBy(node: unknown): string | null {
    const { activity, profile, settingsSection, statementsSection } = this.ui.view;
    if (activity && node === 'hidden') {
      return grantStatement(activity.user);
    }
    const statements = lastGood(statementsSection);
    const ofStatements = statements && textOfStatementsNode(statements, node);
    return ofStatements ?? (profile ? textOfNode(settingsSection, this.ui.sizes.of(profile), node) : null);
  }

  private find(node: unknown): NodeStatement | null {
    const { activity, statementsSection } = this.ui.view;
    return nodeStatement(activity, lastGood(statementsSection), node);
  }

  /** Null when it cannot be asked, which the user is told, or when the user does not wait for it. */
  private async askWhereabouts(profile: Profile): Promise<Whereabouts | null> {
    const stop = new AbortController();
    try {
      return await withCancellableProgress(
        `Asking ${profile.name} where it leads`,
        signal => this.ui.sessions.rolledBack(profile, lookOptions, signal, readWhereabouts),
        stop,
      );
    } catch (error) {
      if (!stop.signal.aborted) {
        this.tell(lookFailure(error, profile));
      }
      return null;
    }
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
      const sentence = abort.aborted
        ? `The answer of ${profile.name} was not waited for, so whether it was done is not known.`
        : lookFailure(error, profile);
      return { ok: false, sentence };
    }
  }

  /** For a row that it is just fetching anew, VS Code passes no node. */
  private tellGone(node: unknown, sentence: string): void {
    this.tell(node === undefined ? 'The view was just changing, so nothing was done. Try again.' : sentence);
  }

  private tell(sentence: string): void {
    notify('warning', sentence, [], this.ui.log);
  }
}
