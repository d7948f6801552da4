import { assertNever } from '../assertNever';
import { connectionMessage, type ConnectionReason } from '../connection/reasons';
import type { Profile } from '../connection/profile';
import { overrideSentence, type OverrideReason } from '../guc/reasons';

/** Why an Explain gave no run. Offsets are UTF-16, in the statement that was given. */
export type ExplainReason =
  | { readonly tag: 'nul' }
  | { readonly tag: 'empty' }
  | { readonly tag: 'severalStatements' }
  | { readonly tag: 'notExplainable'; readonly command: string }
  | { readonly tag: 'notParsed'; readonly message: string; readonly offset: number | null }
  | { readonly tag: 'notParsedNormalized' }
  | { readonly tag: 'typedOption'; readonly name: string; readonly value: string }
  | { readonly tag: 'parameterNumber'; readonly parameter: number }
  | { readonly tag: 'parametersNotAllowed'; readonly command: string }
  | { readonly tag: 'analyzeNeedsValues'; readonly parameters: readonly number[] }
  | { readonly tag: 'overrides'; readonly setName: string; readonly reasons: readonly OverrideReason[] }
  | { readonly tag: 'consoleProfile'; readonly profile: Profile }
  | { readonly tag: 'serverTooOld'; readonly serverVersion: number }
  | { readonly tag: 'connection'; readonly reason: ConnectionReason; readonly profile: Profile }
  | { readonly tag: 'timedOut'; readonly seconds: number }
  | { readonly tag: 'lockTimedOut'; readonly seconds: number }
  | { readonly tag: 'wantsToWrite'; readonly message: string }
  | { readonly tag: 'server'; readonly error: ServerMessage; readonly offset: number | null }
  | { readonly tag: 'planUnreadable'; readonly sentence: string }
  | { readonly tag: 'declined' }
  | { readonly tag: 'cancelled' };

/** What PostgreSQL said, in its own words. */
export interface ServerMessage {
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** The calls it came through, one a line. */
  readonly where: string | null;
}

/** What a message's button does; the window decides how. */
export type ExplainAction =
  | 'explainInstead'
  | 'chooseOverrideSet'
  | 'chooseConnection'
  | 'editOverrideSets'
  | 'editTimeout'
  | 'editConnections'
  | 'countWorkers'
  | 'openText'
  | 'enterPassword'
  | 'retry'
  | 'showLog';

export interface ExplainMessage {
  readonly sentence: string;
  readonly actions: readonly ExplainAction[];
}

/** What happened and what to do. Null where the user knows already: a cancel, a question answered with no. */
export function explainMessage(reason: ExplainReason): ExplainMessage | null {
  switch (reason.tag) {
    case 'declined':
    case 'cancelled':
      return null;
    case 'nul':
      return say('The statement holds a NUL character, which PostgreSQL cannot read. Remove it and try again.');
    case 'empty':
      return say('There is no statement here. Put the cursor into one, or select one.');
    case 'severalStatements':
      return say('These are several statements, and Planpool explains one at a time. Select one of them.');
    case 'notExplainable':
      return say(
        `PostgreSQL cannot explain ${reason.command}: it explains SELECT, INSERT, UPDATE, DELETE, MERGE, CREATE TABLE AS and the like.`,
        ...(withWorkers.has(reason.command) ? (['countWorkers'] as const) : []),
      );
    case 'notParsed':
      return say(
        `Explain Analyze would execute this, so Planpool must understand it first: ${reason.message}.`,
        'explainInstead',
      );
    case 'notParsedNormalized':
      return say(
        'pg_stat_statements has put a parameter where PostgreSQL takes none, so this text is no statement any more. Open it in an editor and put a value back.',
        'openText',
      );
    case 'typedOption':
      return say(
        `EXPLAIN does not take ${JSON.stringify(reason.value)} for ${reason.name}. Correct the option, or leave it out.`,
      );
    case 'parameterNumber':
      return say(`There is no parameter $${String(reason.parameter)}: PostgreSQL counts from $1 to $65535.`);
    case 'parametersNotAllowed':
      return say(
        `PostgreSQL takes $1 and the like in SELECT, INSERT, UPDATE, DELETE and MERGE, not in ${reason.command}. Select the query inside of it.`,
      );
    case 'analyzeNeedsValues':
      return say(
        `Explain Analyze executes the statement, so it needs a value for ${reason.parameters.map(n => `$${String(n)}`).join(', ')}. ` +
          'Write values in their place, or use Explain, which shows the generic plan.',
        'explainInstead',
      );
    case 'overrides':
      return say(
        `The override set “${reason.setName}” does not fit this server. ${reason.reasons.map(overrideSentence).join(' ')}`,
        'editOverrideSets',
        'chooseOverrideSet',
      );
    case 'consoleProfile':
      return say(
        `“${reason.profile.name}” is the console of a PgBouncer, which plans no queries. Choose a PostgreSQL connection.`,
        'chooseConnection',
      );
    case 'serverTooOld':
      return say(
        `This server is PostgreSQL ${majorVersion(reason.serverVersion)}; Planpool explains on PostgreSQL 13 and later.`,
        'chooseConnection',
      );
    case 'connection':
      return connectionMessage(reason.reason, reason.profile);
    case 'timedOut':
      return say(
        `The server ended this after ${String(reason.seconds)} s, the limit that planpool.statementTimeout sets. Nothing was changed.`,
        'editTimeout',
      );
    case 'lockTimedOut':
      return say(
        `Another session holds a lock on a table of this statement; Planpool gave up waiting after ${String(reason.seconds)} s. Try again later.`,
        'retry',
      );
    case 'wantsToWrite':
      return say(`A function of this statement wants to write (${reason.message}).`);
    case 'server':
      return say(`PostgreSQL: ${reason.error.message}`);
    case 'planUnreadable':
      return say(reason.sentence, 'showLog');
    default:
      return assertNever(reason);
  }
}

/** Commands that can have workers without a plan. */
const withWorkers: ReadonlySet<string> = new Set(['CREATE INDEX', 'VACUUM']);

function say(sentence: string, ...actions: readonly ExplainAction[]): ExplainMessage {
  return { sentence, actions };
}

function majorVersion(serverVersion: number): string {
  return String(Math.floor(serverVersion / 10_000));
}
