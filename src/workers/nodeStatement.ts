import { backendOfNode, type Activity } from './activity';
import { statementOfNode } from './statementsNode';
import type { StatementsFacts } from './statementsQuery';

/** A statement that somebody else has sent to the server, as a node of the view shows it. */
export interface NodeStatement {
  /** Null when the server does not tell it. */
  readonly text: string | null;
  /** Its end is, or may be, missing. */
  readonly cutShort: boolean;
  /** Its constants were replaced by `$1` and the like. */
  readonly normalized: boolean;
  /** By the server's name; null when it was dropped. */
  readonly database: string | null;
  readonly inCurrentDatabase: boolean;
  /** Whose it is; null when that role was dropped. */
  readonly user: string | null;
}

/** The statement of a session's node, or of one of *Statements*; null for any other node. */
export function nodeStatement(
  activity: Activity | null,
  statements: StatementsFacts | null,
  node: unknown,
): NodeStatement | null {
  const backend = activity && backendOfNode(activity, node);
  if (backend) {
    const { query, database, user } = backend;
    return {
      text: query.kind === 'text' ? query.text : null,
      cutShort: query.kind === 'text' && query.cutShort,
      normalized: false,
      database,
      inCurrentDatabase: database === activity.database,
      user,
    };
  }
  const row = statements && statementOfNode(statements, node);
  if (!row) {
    return null;
  }
  const { text, database, inCurrentDatabase, user } = row;
  return { text, cutShort: false, normalized: true, database, inCurrentDatabase, user };
}
