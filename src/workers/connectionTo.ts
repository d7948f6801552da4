import * as v from 'valibot';
import type { Profile } from '../connection/profile';
import type { Transaction } from '../connection/transaction';
import type { NodeStatement } from './nodeStatement';

/** Where a connection leads, by the server's own names: a pooler may have another database, and log in as another role. */
export interface Whereabouts {
  readonly database: string;
  readonly user: string;
}

/** A connection and the role that it is used as (null: not known); or, in one sentence, why there is none. */
export type FoundConnection =
  | { readonly ok: true; readonly connection: string; readonly user: string | null }
  | { readonly ok: false; readonly sentence: string };

/**
 * The connection to the database of a statement, on the server that `profile` leads to. Another connection that names that
 * database is asked whether it leads there.
 * @param user the role that `profile` is used as; null when it is not known.
 * @param whereabouts asks; null when there is no answer, and then there is none here.
 */
export async function connectionTo(
  { database, inCurrentDatabase }: Pick<NodeStatement, 'database' | 'inCurrentDatabase'>,
  profile: Profile,
  user: string | null,
  profiles: readonly Profile[],
  whereabouts: (profile: Profile) => Promise<Whereabouts | null>,
): Promise<FoundConnection | null> {
  if (inCurrentDatabase) {
    return { ok: true, connection: profile.name, user };
  }
  if (database === null) {
    return { ok: false, sentence: 'The database that this query was for is gone.' };
  }
  const runsIn = `This query runs in the database ${database}`;
  const called = profiles.filter(
    one =>
      one.kind === 'postgresql' &&
      one.name !== profile.name &&
      one.host === profile.host &&
      one.port === profile.port &&
      one.database === database,
  );
  const other = called.find(one => one.user === profile.user) ?? called[0];
  if (!other) {
    return { ok: false, sentence: `${runsIn}. Add a connection to it, then explain it.` };
  }
  const there = await whereabouts(other);
  if (there?.database === database) {
    return { ok: true, connection: other.name, user: there.user };
  }
  const leads = `“${other.name}” leads to ${there?.database ?? ''}`;
  return there && { ok: false, sentence: `${runsIn}, but ${leads}. Add a connection to it, then explain it.` };
}

const row = v.object({ database: v.string(), user: v.string() });

export async function readWhereabouts(tx: Transaction): Promise<Whereabouts> {
  const { rows } = await tx.query(
    'SELECT pg_catalog.current_database()::pg_catalog.text AS database, current_user::pg_catalog.text AS user',
  );
  return v.parse(row, rows[0]);
}
