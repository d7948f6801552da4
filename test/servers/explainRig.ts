import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { PasswordSource } from '../../src/connection/passwordSource';
import type { Profile } from '../../src/connection/profile';
import { Sessions } from '../../src/connection/sessions';
import { explain, type ExplainOutcome } from '../../src/explain/explain';
import type { ExplainRequest } from '../../src/explain/request';
import type { AnalyzeQuestion } from '../../src/explain/gate';
import type { ExplainReason } from '../../src/explain/reasons';
import { ServerCatalogues } from '../../src/explain/serverCatalogues';
import { builtInOverrideSets, serverDefaults, type OverrideSet } from '../../src/guc/overrideSets';
import type { Plan } from '../../src/plan/model';
import { readPlan } from '../../src/plan/read';
import type { Run } from '../../src/plan/run';
import { SqlParser } from '../../src/sql/parser';
import { profileOf as testProfile } from './connectionFixture';

export type ExplainOptions = Partial<ExplainRequest> & { readonly signal?: AbortSignal };

/** Everything between the command and the server, without the window. */
export interface ExplainRig {
  /** Questions that were asked so far; the answer to the next ones is `answer`. */
  readonly questions: AnalyzeQuestion[];
  answer: boolean;
  explain(text: string, options?: ExplainOptions): Promise<ExplainOutcome>;
  dispose(): Promise<void>;
}

/** The same as for the suites of connections, under the name that runs of the rig carry. */
export function profileOf(
  server: { readonly host: string; readonly port: number },
  changes: Partial<Profile> = {},
): Profile {
  return testProfile(server, { name: 'lab', ...changes });
}

export function createExplainRig(
  profile: Profile,
  password: string | null = null,
  reader?: Pick<SqlParser, 'facts'>,
): ExplainRig {
  const passwords: PasswordSource = {
    get: () => Promise.resolve(password),
    ask: () => Promise.resolve(undefined),
    forget: () => Promise.resolve(),
  };
  const sessions = new Sessions(passwords, { connectTimeoutMs: 5000 });
  const parser = new SqlParser(path.join(__dirname, '../../src/sql/parserWorker.js'));
  const catalogues = new ServerCatalogues(Date.now);
  const rig: ExplainRig = {
    questions: [],
    answer: false,
    explain: (text, { signal = new AbortController().signal, ...options } = {}) =>
      explain(
        {
          text,
          analyze: false,
          profile,
          overrideSet: serverDefaults,
          statementTimeoutSeconds: 60,
          mayWrite: false,
          ...options,
        },
        {
          sessions,
          parser: reader ?? parser,
          catalogues,
          confirm: question => {
            rig.questions.push(question);
            return Promise.resolve(rig.answer);
          },
          lockTimeoutSeconds: 1,
          now: () => new Date(),
          newId: randomUUID,
        },
        signal,
      ),
    dispose: async () => {
      await sessions.dispose();
      await parser.dispose();
    },
  };
  return rig;
}

export function overrideSet(name: string): OverrideSet {
  const set = builtInOverrideSets.find(one => one.name === name);
  if (!set) throw new Error(`There is no override set ${name}.`);
  return set;
}

/** A run with the plan that its JSON text holds. */
export interface ReadRun extends Run {
  readonly plan: Plan;
}

/** The run; throws with the reason when there is none. */
export function runOf(outcome: ExplainOutcome): ReadRun {
  if ('reason' in outcome) throw new Error(`There is no run: ${JSON.stringify(outcome.reason)}`);
  const reading = readPlan(outcome.run.json);
  if (!reading.ok) throw new Error(reading.sentence);
  return { ...outcome.run, plan: reading.plan };
}

/** The reason, when it has that tag; throws otherwise. */
export function reasonOf<T extends ExplainReason['tag']>(
  outcome: ExplainOutcome,
  tag: T,
): Extract<ExplainReason, { tag: T }> {
  if ('run' in outcome) throw new Error('There is a run.');
  const { reason } = outcome;
  if (!hasTag(reason, tag)) throw new Error(`The reason is another one: ${JSON.stringify(reason)}`);
  return reason;
}

function hasTag<T extends ExplainReason['tag']>(
  reason: ExplainReason,
  tag: T,
): reason is Extract<ExplainReason, { tag: T }> {
  return reason.tag === tag;
}

export function nodeNames(run: ReadRun): readonly string[] {
  return run.plan.nodes.map(node => node.name);
}
