import type { Browser, Page } from 'playwright-core';
import { fromPlanPage, maxFromPlanPage, toPlanPage } from '../../src/page/planPage';
import type { PlanPageEvents, PlanPageRequests, PlanPageState } from '../../src/page/planPage';
import type { Handlers } from '../../src/page/rpc';
import { OpenPage } from './openPage';
import type { PageOptions } from './openPage';
import type { PageServer } from './pageServer';

export interface PlanPageOptions extends PageOptions {
  readonly state: PlanPageState;
  readonly handlers?: Partial<Handlers<PlanPageRequests>>;
}

/** What the page asked the host for, in order. */
export interface Asked {
  readonly request: keyof PlanPageRequests;
  readonly payload: unknown;
}

/** The plan page in a browser. */
export class OpenPlanPage {
  private constructor(
    private readonly opened: OpenPage<PlanPageRequests, PlanPageEvents>,
    readonly asked: readonly Asked[],
  ) {}

  static async open(
    browser: Browser,
    server: PageServer,
    { state, handlers, ...options }: PlanPageOptions,
  ): Promise<OpenPlanPage> {
    const all: Asked[] = [];
    const asked = (request: keyof PlanPageRequests, payload: unknown): void => {
      all.push({ request, payload });
    };
    const conversation = {
      toPage: toPlanPage,
      fromPage: fromPlanPage,
      maxFromPage: maxFromPlanPage,
      handlers: {
        ready: payload => (asked('ready', payload), handlers?.ready?.(payload) ?? state),
        runAgain: payload => (asked('runAgain', payload), handlers?.runAgain?.(payload) ?? null),
        cancel: payload => (asked('cancel', payload), handlers?.cancel?.(payload) ?? null),
      } satisfies Handlers<PlanPageRequests>,
    };
    return new OpenPlanPage(await OpenPage.open(browser, server, conversation, options), all);
  }

  get page(): Page {
    return this.opened.page;
  }

  get reports(): readonly string[] {
    return this.opened.reports;
  }

  /** What the page kept last. */
  get kept(): unknown {
    return this.opened.kept;
  }

  post(message: unknown): Promise<void> {
    return this.opened.post(message);
  }

  show(state: PlanPageState): void {
    this.opened.emit('state', state);
  }

  violations(): Promise<readonly string[]> {
    return this.opened.violations();
  }

  errors(): Promise<readonly string[]> {
    return this.opened.errors();
  }

  close(): Promise<void> {
    return this.opened.close();
  }
}
