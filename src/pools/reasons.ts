import { assertNever } from '../assertNever';
import { ServerError } from '../connection/errors';
import type { Profile } from '../connection/profile';
import { connectionMessage, connectionReason, type ConnectionReason } from '../connection/reasons';

/** Why a console did not do what it was told. */
export type ActionReason =
  | { readonly tag: 'adminNeeded' }
  | { readonly tag: 'alreadyPaused' }
  | { readonly tag: 'notPaused' }
  | { readonly tag: 'databaseNotPaused' }
  | { readonly tag: 'databaseMissing' }
  | { readonly tag: 'databaseRequired' }
  | { readonly tag: 'consoleDatabase' }
  | { readonly tag: 'clientGone' }
  | { readonly tag: 'shuttingDown' }
  | { readonly tag: 'reloadFailed' }
  | { readonly tag: 'notKnown' }
  | { readonly tag: 'notNameable' }
  | { readonly tag: 'console'; readonly words: string }
  | { readonly tag: 'connection'; readonly reason: ConnectionReason };

/**
 * What the console says (admin.c; all of it with the one SQLSTATE 08P01 but a failed RELOAD), so its words decide. 1.26 knows no
 * SUSPEND any more, and says `paused` where others say `suspended/paused`.
 */
const sayings: readonly (readonly [RegExp, ActionReason])[] = [
  [/^admin access needed$/, { tag: 'adminNeeded' }],
  [/^already (suspended\/)?paused$/, { tag: 'alreadyPaused' }],
  [/^pooler is not paused(\/suspended)?$/, { tag: 'notPaused' }],
  [/^database .* is not paused$/s, { tag: 'databaseNotPaused' }],
  [/^no such database: /, { tag: 'databaseMissing' }],
  [/^a database is required$/, { tag: 'databaseRequired' }],
  [/^cannot \w+ (in )?admin db: /, { tag: 'consoleDatabase' }],
  [/^client not found$/, { tag: 'clientGone' }],
  [/^pooler is shutting down$/, { tag: 'shuttingDown' }],
  [/^RELOAD failed, /, { tag: 'reloadFailed' }],
  [/^invalid command '/, { tag: 'notKnown' }],
  [/^bad arguments$/, { tag: 'notNameable' }],
];

/** The reason in something a console or its connection has thrown; null for what neither of them can throw. */
export function actionReason(error: unknown): ActionReason | null {
  if (error instanceof ServerError) {
    const known = sayings.find(([pattern]) => pattern.test(error.message));
    return known ? known[1] : { tag: 'console', words: error.message };
  }
  const reason = connectionReason(error);
  return reason && { tag: 'connection', reason };
}

/** Where the action went: what it was about (`“shop” on “east”`, `“east”`), and how it is called in a sentence. */
export interface ActionPlaceWords {
  readonly what: string;
  readonly instance: string;
}

/** Why it was not done, and what helps. */
export function reasonSentence(reason: ActionReason, { what, instance }: ActionPlaceWords, profile: Profile): string {
  switch (reason.tag) {
    case 'adminNeeded':
      return `${profile.user} may only look at ${instance}: admin_users of its configuration names who may do more.`;
    case 'alreadyPaused':
      return `All of ${instance} is paused or suspended, and takes nothing of the kind meanwhile. Resume all of it first.`;
    case 'notPaused':
      return `${instance} is not paused as a whole. A database that was paused or killed by its name is resumed by its name.`;
    case 'databaseNotPaused':
      return `${what} is not paused. Somebody may have resumed it.`;
    case 'databaseMissing':
      return `There is no such database any more: ${what}. Its configuration may have been reloaded.`;
    case 'databaseRequired':
      return `This version of PgBouncer does that to one database at a time. Choose a database of ${instance}.`;
    case 'consoleDatabase':
      return `This is the console’s own database, which is never paused, disabled or killed.`;
    case 'clientGone':
      return `The client is gone already, so nothing was done.`;
    case 'shuttingDown':
      return `${instance} is shutting down, which nothing takes back.`;
    case 'reloadFailed':
      return `${instance} could not read all of its configuration; its log says which line is wrong. Correct that and reload again: until then a part of it may be in effect.`;
    case 'notKnown':
      return `This version of PgBouncer does not know the command.`;
    case 'notNameable':
      return `The console has no way to name ${what}: it takes names of up to 61 bytes. Do it for all databases, or give the database a shorter name.`;
    case 'console':
      return `PgBouncer: ${reason.words}.`;
    case 'connection':
      return connectionMessage(reason.reason, profile).sentence;
    default:
      return assertNever(reason);
  }
}
