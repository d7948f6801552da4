import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Rpc } from '../../src/page/rpc';
import type { Handlers } from '../../src/page/rpc';
import type { Events, Requests, Wire } from '../../src/page/wire';
import { editorShim } from './editorShim';
import type { PageServer } from './pageServer';
import { darkTheme } from './themes';
import type { Theme } from './themes';

export interface PageOptions {
  readonly theme?: Theme;
  readonly kept?: unknown;
  readonly width?: number;
  readonly height?: number;
}

type None = Record<string, never>;

/** The messages of one page, and what the host in this process answers. */
export interface Conversation<R extends Requests, E extends Events> {
  readonly toPage: Wire<None, E>;
  readonly fromPage: Wire<R, None>;
  readonly maxFromPage: number;
  readonly handlers: Handlers<R>;
}

/** A page in a browser, with a host in this process at the other end of the real RPC. */
export class OpenPage<R extends Requests, E extends Events> {
  readonly reports: string[] = [];
  /** What the page kept last. */
  kept: unknown = undefined;
  private readonly listeners = new Set<(message: unknown) => void>();
  private readonly rpc: Rpc<None, E, R, None>;

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    { toPage, fromPage, maxFromPage, handlers }: Conversation<R, E>,
  ) {
    this.rpc = new Rpc({
      port: {
        post: message => void this.post(message),
        onMessage: listener => {
          this.listeners.add(listener);
          return { dispose: () => void this.listeners.delete(listener) };
        },
      },
      outgoing: toPage,
      incoming: fromPage,
      handlers,
      listeners: {},
      after: () => () => undefined,
      timeoutMs: 1000,
      maxInboundSize: maxFromPage,
      report: sentence => this.reports.push(sentence),
    });
  }

  static async open<R extends Requests, E extends Events>(
    browser: Browser,
    server: PageServer,
    conversation: Conversation<R, E>,
    options: PageOptions,
  ): Promise<OpenPage<R, E>> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1100, height: options.height ?? 760 },
      locale: 'en-GB',
      timezoneId: 'Europe/Vienna',
    });
    const page = await context.newPage();
    const open = new OpenPage(page, context, conversation);
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

  emit<K extends keyof E & string>(event: K, payload: E[K]): void {
    this.rpc.emit(event, payload);
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
