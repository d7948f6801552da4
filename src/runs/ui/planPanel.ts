import type * as vscode from 'vscode';
import { runCommand } from '../../editor/commands';
import type { Log } from '../../editor/log';
import { afterTimeout, openPagePanel, pageDocument, pagePort } from '../../editor/pagePanel';
import { oneLine } from '../../editor/plainText';
import type { OverrideChoice } from '../../guc/overrideChoice';
import { viewTypes } from '../../ids';
import { pageHtml } from '../../page/html';
import {
  fromPlanPage,
  maxFromPlanPage,
  toPlanPage,
  type PlanPageEvents,
  type PlanPageRequests,
  type PlanPageState,
  type PlanPageStatus,
} from '../../page/planPage';
import { Rpc } from '../../page/rpc';
import type { Run } from '../../plan/run';

type PlanRpc = Rpc<Record<never, never>, PlanPageEvents, PlanPageRequests, Record<never, never>>;

const requestTimeoutMs = 30_000;
const titleLength = 40;

/** The plan page: one panel beside the editor, which shows the newest run. */
export class PlanPanel {
  private panel: vscode.WebviewPanel | undefined;
  private rpc: PlanRpc | undefined;
  private run: Run | undefined;
  /** What started from the run that is shown and has not ended. Its outcome counts only as long as it stands here. */
  private rerun: { readonly of: Run } | undefined;
  private failure: string | null = null;
  private readonly choiceListener;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly choice: OverrideChoice,
    private readonly log: Log,
  ) {
    this.choiceListener = choice.onDidChange(() => this.updateStatus());
  }

  /** Shows a run, in a new panel when none is open. The editor keeps the focus. */
  show(run: Run): void {
    this.cancelRerun();
    this.run = run;
    this.failure = null;
    const opened = this.panel;
    const panel = opened ?? this.open();
    panel.title = `Plan · ${oneLine(run.sql).slice(0, titleLength)}`;
    panel.reveal(undefined, true);
    // A page that has just been opened asks by itself.
    if (opened) {
      this.rpc?.emit('state', this.state(run));
    }
  }

  dispose(): void {
    this.choiceListener.dispose();
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const panel = openPagePanel(this.extensionUri, viewTypes.plan, 'Plan');
    const { webview } = panel;
    // Before the page is there, or its `ready` could be missed.
    this.rpc = this.connect(webview);
    webview.html = pageHtml(pageDocument(this.extensionUri, webview, 'plan', 'Plan'));
    panel.onDidDispose(() => this.closed());
    this.panel = panel;
    return panel;
  }

  private connect(webview: vscode.Webview): PlanRpc {
    return new Rpc({
      port: pagePort(webview, cause => this.log.error('plan page', cause)),
      outgoing: toPlanPage,
      incoming: fromPlanPage,
      handlers: {
        ready: () => this.state(this.shownRun('')),
        runAgain: ({ runId, overrideSet }) => {
          void this.runAgain(this.shownRun(runId), overrideSet);
          return null;
        },
        cancel: async ({ runId }) => {
          await runCommand('_planpool.cancelRun', this.shownRun(runId).id);
          return null;
        },
      },
      listeners: {},
      after: afterTimeout,
      timeoutMs: requestTimeoutMs,
      maxInboundSize: maxFromPlanPage,
      report: sentence => this.log.warn(`Plan page: ${sentence}`),
    });
  }

  /** The run on the page; throws when the page means another one, whose answer would be put beside the wrong plan. */
  private shownRun(runId: string): Run {
    if (!this.run || (runId !== '' && runId !== this.run.id)) {
      throw new Error('The page shows another plan by now.');
    }
    return this.run;
  }

  private async runAgain(shown: Run, overrideSet: string): Promise<void> {
    if (this.rerun) {
      return;
    }
    const rerun = { of: shown };
    this.rerun = rerun;
    this.failure = null;
    this.updateStatus();
    const outcome = await runCommand('_planpool.runAgain', shown.id, overrideSet).catch((cause: unknown) => {
      this.log.error('run again', cause);
      return undefined;
    });
    if (this.rerun !== rerun) {
      return;
    }
    this.rerun = undefined;
    if (outcome && 'run' in outcome) {
      this.show(outcome.run);
    } else {
      this.failure = outcome ? outcome.failure : 'It could not be run again. The log says why.';
      this.updateStatus();
    }
  }

  private cancelRerun(): void {
    const { rerun } = this;
    this.rerun = undefined;
    if (rerun) {
      runCommand('_planpool.cancelRun', rerun.of.id).catch((cause: unknown) => this.log.error('cancel', cause));
    }
  }

  private updateStatus(): void {
    this.rpc?.emit('status', this.status());
  }

  private state(run: Run): PlanPageState {
    return { run, status: this.status() };
  }

  private status(): PlanPageStatus {
    return {
      overrideSets: this.choice.sets,
      chosenOverrideSet: this.choice.chosen.name,
      running: this.rerun !== undefined,
      failure: this.failure,
    };
  }

  private closed(): void {
    this.rpc?.dispose();
    this.rpc = undefined;
    this.panel = undefined;
    this.run = undefined;
    this.cancelRerun();
  }
}
