import * as v from 'valibot';
import type { Transaction } from '../connection/transaction';
import type { Activity, Backend, BackendQuery } from './activity';
import { isSession } from './activity';
import { activityQuery, serverFactsQuery, usualWorkersQuery } from './activityQuery';
import { countSlots, kindOf } from './slots';
import type { StatementKey, UsualWorkersCache } from './usualWorkers';

const text = v.nullable(v.string());
const figure = v.nullable(v.number());

const factsRow = v.object({
  database: v.string(),
  role: v.string(),
  on_standby: v.boolean(),
  parallel_max: v.number(),
  background_max: v.number(),
  statements: text,
  asked: figure,
  launched: figure,
});

const activityRow = v.object({
  pid: v.number(),
  database_id: text,
  user_id: text,
  database: text,
  role: text,
  application: text,
  client: text,
  backend_type: text,
  leader_pid: figure,
  state: text,
  wait_event_type: text,
  wait_event: text,
  started_at: text,
  query_started_at: text,
  query_ms: figure,
  transaction_ms: figure,
  state_ms: figure,
  hidden: v.nullable(v.boolean()),
  query: text,
  cut_short: v.nullable(v.boolean()),
  query_id: text,
  blocked_by: v.nullable(v.array(v.number())),
});

type ActivityRow = v.InferOutput<typeof activityRow>;

const usualRow = v.object({
  query_id: v.string(),
  database_id: v.string(),
  user_id: v.string(),
  asked: v.number(),
  launched: v.number(),
});

/**
 * What the server's processes do now, in two or three short queries.
 * @param ownPids process ids of this window's sessions, as the server gave them.
 * @param usual of this server and kept from look to look; null where nobody wants to know what statements usually ask for.
 */
export async function readActivity(
  tx: Transaction,
  ownPids: ReadonlySet<number>,
  usual: UsualWorkersCache | null = null,
): Promise<Activity> {
  const facts = v.parse(factsRow, (await tx.query(serverFactsQuery(tx.serverVersion))).rows[0]);
  const rows = v.parse(v.array(activityRow), (await tx.query(activityQuery(tx.serverVersion))).rows);
  if (usual !== null && facts.statements !== null) {
    await readUsual(tx, facts.statements, usual, rows);
  }
  const backends = rows.map(row => backendOf(row, ownPids, facts.statements === null ? null : usual));
  const hidden = backends.filter(({ query }) => query.kind === 'hidden');
  return {
    serverVersion: tx.serverVersion,
    database: facts.database,
    user: facts.role,
    onStandby: facts.on_standby,
    backends,
    slots: countSlots(backends, {
      parallelMax: facts.parallel_max,
      backgroundMax: facts.background_max,
      // A parallel worker has the user of its leader.
      parallelAtLeast: hidden.some(isSession),
      backgroundAtLeast: hidden.length > 0,
    }),
    hiddenCount: hidden.filter(isSession).length,
    notLaunched:
      facts.asked === null || facts.launched === null ? null : { asked: facts.asked, launched: facts.launched },
  };
}

function backendOf(row: ActivityRow, ownPids: ReadonlySet<number>, usual: UsualWorkersCache | null): Backend {
  const [key] = statementOf(row);
  return {
    pid: row.pid,
    startedAt: row.started_at,
    kind: kindOf(row.backend_type),
    backendType: row.backend_type,
    leaderPid: row.leader_pid,
    database: row.database,
    user: row.role,
    application: row.application || null,
    client: row.client,
    state: row.state,
    waitEventType: row.wait_event_type,
    waitEvent: row.wait_event,
    queryStartedAt: row.query_started_at,
    queryMs: notNegative(row.query_ms),
    transactionMs: notNegative(row.transaction_ms),
    stateMs: notNegative(row.state_ms),
    query: queryOf(row),
    queryId: row.query_id,
    blockedBy: [...new Set(row.blocked_by ?? [])],
    own: ownPids.has(row.pid) || (row.leader_pid !== null && ownPids.has(row.leader_pid)),
    usual: key === undefined ? null : (usual?.of(key) ?? null),
  };
}

function queryOf(row: ActivityRow): BackendQuery {
  if (row.hidden === true) {
    return { kind: 'hidden' };
  }
  return row.query === null ? { kind: 'none' } : { kind: 'text', text: row.query, cutShort: row.cut_short === true };
}

/** The server's clock may be set back while a statement runs. */
function notNegative(ms: number | null): number | null {
  return ms === null ? null : Math.max(0, ms);
}

/** Only asks when something runs whose statement was not looked up lately. */
async function readUsual(
  tx: Transaction,
  schema: string,
  usual: UsualWorkersCache,
  rows: readonly ActivityRow[],
): Promise<void> {
  const running = rows.filter(row => kindOf(row.backend_type) === 'client' && row.state === 'active');
  const due = usual.due(running.flatMap(statementOf));
  if (due.length === 0) {
    return;
  }
  const ids = [...new Set(due.map(({ queryId }) => queryId))];
  const found = v.parse(v.array(usualRow), (await tx.query(usualWorkersQuery(schema), [ids])).rows);
  usual.keep(
    due,
    found.map(({ query_id, database_id, user_id, asked, launched }) => ({
      queryId: query_id,
      databaseId: database_id,
      userId: user_id,
      asked,
      launched,
    })),
  );
}

/** None where the server does not tell it. */
function statementOf({ query_id, database_id, user_id }: ActivityRow): readonly StatementKey[] {
  return query_id === null || database_id === null || user_id === null
    ? []
    : [{ queryId: query_id, databaseId: database_id, userId: user_id }];
}
