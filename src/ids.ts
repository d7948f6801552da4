import type { Run } from './plan/run';

/** The statement of a document that a lens wants explained: the one that holds this UTF-16 offset. */
export interface ExplainTarget {
  readonly uri: string;
  readonly offset: number;
  /** The statement as it stood when the lens was made; null from who does not know. */
  readonly text: string | null;
}

/** A statement that a server has told us. */
export interface ForeignStatement {
  readonly text: string;
  /** The name of the connection to explain it on. */
  readonly connection: string;
  /** Its constants were replaced by `$1` and the like, also where PostgreSQL takes no parameter. */
  readonly normalized: boolean;
}

/** How a run that was asked for by a page ended. `failure` is one sentence; null when the user gave up. */
export type RerunOutcome = { readonly run: Run } | { readonly failure: string | null };

/** Every command with its arguments and what it answers. A test compares the contributed ones with package.json. */
export interface Commands {
  /** An `ExplainTarget`; anything else that an editor or a user's keybinding passes means the active editor. */
  'planpool.explain': (target?: unknown) => Promise<void>;
  /** As `planpool.explain`. */
  'planpool.explainAnalyze': (target?: unknown) => Promise<void>;
  'planpool.chooseConnection': () => Promise<void>;
  'planpool.chooseOverrideSet': () => Promise<void>;
  'planpool.forgetPasswords': () => Promise<void>;
  'planpool.showLog': () => Promise<void>;
  /** How many workers the CREATE INDEX or VACUUM would get. An `ExplainTarget`, or anything else as for `planpool.explain`. */
  'planpool.countWorkers': (target?: unknown) => Promise<void>;
  'planpool.workers.refresh': () => Promise<void>;
  'planpool.workers.filter': () => Promise<void>;
  'planpool.workers.clearFilter': () => Promise<void>;
  /** What is done to one node of the Workers view gets the node's id from the view; anything else is nobody. */
  'planpool.workers.cancelQuery': (node?: unknown) => Promise<void>;
  'planpool.workers.terminate': (node?: unknown) => Promise<void>;
  'planpool.workers.explainQuery': (node?: unknown) => Promise<void>;
  'planpool.workers.copyStatement': (node?: unknown) => Promise<void>;
  'planpool.workers.tellServerSize': () => Promise<unknown>;
  'planpool.workers.tryRecommended': () => Promise<void>;
  /** What is done in the Pools view gets a node's id from the view; from the palette the user is asked. */
  'planpool.pools.refresh': () => Promise<void>;
  'planpool.pools.filter': () => Promise<void>;
  'planpool.pools.clearFilter': () => Promise<void>;
  'planpool.pools.showMore': (node?: unknown) => Promise<void>;
  'planpool.pools.watch': (node?: unknown) => Promise<void>;
  'planpool.pools.stopWatching': (node?: unknown) => Promise<void>;
  'planpool.pools.checkHealth': (node?: unknown) => Promise<void>;
  'planpool.pools.writeIncident': (node?: unknown) => Promise<void>;
  'planpool.pools.showHistory': (node?: unknown) => Promise<void>;
  'planpool.pools.copyAsTable': (node?: unknown) => Promise<void>;
  'planpool.pools.copyAsCsv': (node?: unknown) => Promise<void>;
  'planpool.pools.copyAsJson': (node?: unknown) => Promise<void>;
  'planpool.pools.mapServer': (node?: unknown) => Promise<void>;
  'planpool.pools.explainQuery': (node?: unknown) => Promise<void>;
  'planpool.pools.showWorst': () => Promise<void>;
  'planpool.pools.pause': (node?: unknown) => Promise<void>;
  'planpool.pools.resume': (node?: unknown) => Promise<void>;
  'planpool.pools.disable': (node?: unknown) => Promise<void>;
  'planpool.pools.enable': (node?: unknown) => Promise<void>;
  'planpool.pools.reconnect': (node?: unknown) => Promise<void>;
  'planpool.pools.waitClose': (node?: unknown) => Promise<void>;
  'planpool.pools.kill': (node?: unknown) => Promise<void>;
  'planpool.pools.killClient': (node?: unknown) => Promise<void>;
  'planpool.pools.reload': (node?: unknown) => Promise<void>;
  'planpool.pools.shutdown': (node?: unknown) => Promise<void>;
  'planpool.pools.shutdownWaitForServers': (node?: unknown) => Promise<void>;
  'planpool.pools.shutdownWaitForClients': (node?: unknown) => Promise<void>;
}

/** Commands by which one room opens another room's thing; not contributed, so not in the palette. */
export interface InternalCommands {
  /** Shows a run on the plan page. */
  '_planpool.showRun': (run: Run) => Promise<void>;
  /** Runs the statement of an earlier run again under an override set, which stays chosen. */
  '_planpool.runAgain': (runId: string, overrideSet: string) => Promise<RerunOutcome>;
  /** Cancels what `_planpool.runAgain` started for this run. */
  '_planpool.cancelRun': (runId: string) => Promise<void>;
  /** Explains a statement that stands in no document, and shows the plan. */
  '_planpool.explainText': (statement: ForeignStatement) => Promise<void>;
  /** Says how many workers a CREATE INDEX or VACUUM would get on the connection of that name. */
  '_planpool.countWorkersOf': (statement: { readonly text: string; readonly connection: string }) => Promise<void>;
}

export type AllCommands = Commands & InternalCommands;

/** The contributed commands, as values. */
export const commandIds = [
  'planpool.explain',
  'planpool.explainAnalyze',
  'planpool.chooseConnection',
  'planpool.chooseOverrideSet',
  'planpool.forgetPasswords',
  'planpool.showLog',
  'planpool.countWorkers',
  'planpool.workers.refresh',
  'planpool.workers.filter',
  'planpool.workers.clearFilter',
  'planpool.workers.cancelQuery',
  'planpool.workers.terminate',
  'planpool.workers.explainQuery',
  'planpool.workers.copyStatement',
  'planpool.workers.tellServerSize',
  'planpool.workers.tryRecommended',
  'planpool.pools.refresh',
  'planpool.pools.filter',
  'planpool.pools.clearFilter',
  'planpool.pools.showMore',
  'planpool.pools.watch',
  'planpool.pools.stopWatching',
  'planpool.pools.checkHealth',
  'planpool.pools.writeIncident',
  'planpool.pools.showHistory',
  'planpool.pools.copyAsTable',
  'planpool.pools.copyAsCsv',
  'planpool.pools.copyAsJson',
  'planpool.pools.mapServer',
  'planpool.pools.explainQuery',
  'planpool.pools.showWorst',
  'planpool.pools.pause',
  'planpool.pools.resume',
  'planpool.pools.disable',
  'planpool.pools.enable',
  'planpool.pools.reconnect',
  'planpool.pools.waitClose',
  'planpool.pools.kill',
  'planpool.pools.killClient',
  'planpool.pools.reload',
  'planpool.pools.shutdown',
  'planpool.pools.shutdownWaitForServers',
  'planpool.pools.shutdownWaitForClients',
] as const satisfies readonly (keyof Commands)[];

/** Settings below `planpool.`, with the type that package.json promises. What a user wrote is still decoded. */
export const settingIds = {
  connections: 'connections',
  overrideSets: 'overrideSets',
  codeLens: 'codeLens',
  statementTimeout: 'statementTimeout',
  refreshInterval: 'refreshInterval',
  poolThresholds: 'poolThresholds',
} as const;

export const viewTypes = { plan: 'planpool.plan', poolHistory: 'planpool.poolHistory' } as const;

export const viewIds = { pools: 'planpool.pools', workers: 'planpool.workers' } as const;

/** What `when` clauses of package.json ask. */
export const contextKeys = {
  /** There is a connection that the views can ask. */
  hasConnection: 'planpool.hasConnection',
  workersFiltered: 'planpool.workers.filtered',
  poolsFiltered: 'planpool.pools.filtered',
  /** There is a console among the connections. */
  hasConsole: 'planpool.hasConsole',
} as const;

/** Language identifiers that count as SQL. Package.json writes them in its `when` clauses; a test compares. */
export const sqlLanguages = ['sql', 'postgres', 'pgsql', 'plpgsql'] as const;
