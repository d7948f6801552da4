import type { Browser, BrowserContext, Page } from 'playwright-core';
import { fromPlanPage, maxFromPlanPage, toPlanPage } from '../../src/page/planPage';
import type { PlanPageEvents, PlanPageRequests, PlanPageState } from '../../src/page/planPage';
import { Rpc } from '../../src/page/rpc';
import type { Handlers, Port } from '../../src/page/rpc';
import type { PageServer } from './pageServer';
import { editorShim } from './editorShim';
import { darkTheme } from './themes';
import type { Theme } from './themes';

export interface PlanPageOptions {
  readonly state: PlanPageState;
  readonly theme?: Theme;
  readonly kept?: unknown;
  readonly width?: number;
  readonly height?: number;
  readonly handlers?: Partial<Handlers<PlanPageRequests>>;
}

/** What the page asked the host for, in order. */
export interface Asked {
  readonly request: keyof PlanPageRequests;
  readonly payload: unknown;
}

/** The plan page in a browser, with a host in this process at the other end of the real RPC. */
export class OpenPlanPage {
  readonly asked: Asked[] = [];
  readonly reports: string[] = [];
  /** What the page kept last. */
  kept: unknown = undefined;
  private readonly listeners = new Set<(message: unknown) => void>();
  private readonly rpc: Rpc<Record<string, never>, PlanPageEvents, PlanPageRequests, Record<string, never>>;

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    options: PlanPageOptions,
  ) {
    const port: Port = {
      post: message => void this.post(message),
      onMessage: listener => {
        this.listeners.add(listener);
        return { dispose: () => void this.listeners.delete(listener) };
      },
    };
    const asked = (request: keyof PlanPageRequests, payload: unknown): void => {
      this.asked.push({ request, payload });
    };
    this.rpc = new Rpc({
      port,
      outgoing: toPlanPage,
      incoming: fromPlanPage,
      handlers: {
        ready: payload => (asked('ready', payload), options.handlers?.ready?.(payload) ?? options.state),
        runAgain: payload => (asked('runAgain', payload), options.handlers?.runAgain?.(payload) ?? null),
        cancel: payload => (asked('cancel', payload), options.handlers?.cancel?.(payload) ?? null),
      },
      listeners: {},
      after: () => () => undefined,
      timeoutMs: 1000,
      maxInboundSize: maxFromPlanPage,
      report: sentence => this.reports.push(sentence),
    });
  }

  static async open(browser: Browser, server: PageServer, options: PlanPageOptions): Promise<OpenPlanPage> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1100, height: options.height ?? 760 },
      locale: 'en-GB',
    });
    const page = await context.newPage();
    const open = new OpenPlanPage(page, context, options);
    await page.exposeFunction('planpoolPost', (message: unknown) => {
      open.receive(message);
    });
    await page.exposeFunction('planpoolKeep', (state: unknown) => {
      open.kept = state;
    });
    await page.addInitScript({ content: editorShim(options.theme ?? darkTheme, options.kept) });
    await page.goto(server.url);
    return open;
  }

  /** A message to the page as the editor delivers one. */
  async post(message: unknown): Promise<void> {
    const json = JSON.stringify(JSON.stringify(message));
    await this.page.evaluate(`window.postMessage(JSON.parse(${json}), window.origin)`);
  }

  show(state: PlanPageState): void {
    this.rpc.emit('state', state);
  }

  async violations(): Promise<readonly string[]> {
    return this.page.evaluate('window.planpoolTest.violations');
  }

  async errors(): Promise<readonly string[]> {
    return this.page.evaluate('window.planpoolTest.errors');
  }

  async close(): Promise<void> {
    this.rpc.dispose();
    await this.context.close();
  }

  private receive(message: unknown): void {
    for (const listener of this.listeners) {
      listener(message);
    }
  }
}
