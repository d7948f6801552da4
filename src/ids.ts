import type { Run } from './plan/run';

/** The statement of a document that a lens wants explained: the one that holds this UTF-16 offset. */
export interface ExplainTarget {
  readonly uri: string;
  readonly offset: number;
  /** The statement as it stood when the lens was made; null from who does not know. */
  readonly text: string | null;
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
}

/** Commands by which one room opens another room's thing; not contributed, so not in the palette. */
export interface InternalCommands {
  /** Shows a run on the plan page. */
  '_planpool.showRun': (run: Run) => Promise<void>;
  /** Runs the statement of an earlier run again under an override set, which stays chosen. */
  '_planpool.runAgain': (runId: string, overrideSet: string) => Promise<RerunOutcome>;
  /** Cancels what `_planpool.runAgain` started for this run. */
  '_planpool.cancelRun': (runId: string) => Promise<void>;
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
] as const satisfies readonly (keyof Commands)[];

/** Settings below `planpool.`, with the type that package.json promises. What a user wrote is still decoded. */
export const settingIds = {
  connections: 'connections',
  overrideSets: 'overrideSets',
  codeLens: 'codeLens',
  statementTimeout: 'statementTimeout',
} as const;

export const viewTypes = { plan: 'planpool.plan' } as const;

/** Language identifiers that count as SQL. Package.json writes them in its `when` clauses; a test compares. */
export const sqlLanguages = ['sql', 'postgres', 'pgsql', 'plpgsql'] as const;
