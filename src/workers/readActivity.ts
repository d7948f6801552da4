import * as v from 'valibot';
import type { Transaction } from '../connection/transaction';
import type { Activity, Backend, BackendQuery } from './activity';
import { isActive, isSession } from './activity';
import { activityQuery, serverFactsQuery, usualWorkersQuery } from './activityQuery';
import { countSlots, kindOf } from './slots';

const text = v.nullable(v.string());
const figure = v.nullable(v.number());

const factsRow = v.object({
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

const usualRow = v.object({ query_id: v.string(), database_id: v.string(), user_id: v.string(), workers: v.number() });

/**
 * What the server's processes do now, in two or three short queries.
 * @param ownPids process ids of this window's sessions, as the server gave them.
 */
export async function readActivity(tx: Transaction, ownPids: ReadonlySet<number>): Promise<Activity> {
  const facts = v.parse(factsRow, (await tx.query(serverFactsQuery(tx.serverVersion))).rows[0]);
  const rows = v.parse(v.array(activityRow), (await tx.query(activityQuery(tx.serverVersion))).rows);
  const known = rows.map(row => backendOf(row, ownPids));
  const usual = facts.statements === null ? new Map<string, number>() : await readUsual(tx, facts.statements, known);
  const backends = known.map((backend, place) => {
    const row = rows[place];
    return row === undefined ? backend : { ...backend, usuallyAskedFor: usual.get(statementKey(row)) ?? null };
  });
  const hidden = backends.filter(({ query }) => query.kind === 'hidden');
  return {
    serverVersion: tx.serverVersion,
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

function backendOf(row: ActivityRow, ownPids: ReadonlySet<number>): Backend {
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
    usuallyAskedFor: null,
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

/** By `statementKey`. Only asked for when something runs that may be found there. */
async function readUsual(
  tx: Transaction,
  schema: string,
  backends: readonly Backend[],
): Promise<ReadonlyMap<string, number>> {
  const running = backends.filter(backend => backend.kind === 'client' && isActive(backend));
  const ids = new Set(running.flatMap(({ queryId }) => (queryId === null ? [] : [queryId])));
  if (ids.size === 0) {
    return new Map();
  }
  const { rows } = await tx.query(usualWorkersQuery(schema), [`{${[...ids].join(',')}}`]);
  return new Map(v.parse(v.array(usualRow), rows).map(row => [statementKey(row), row.workers]));
}

function statementKey(row: Pick<ActivityRow, 'query_id' | 'database_id' | 'user_id'>): string {
  return `${row.query_id ?? ''} ${row.database_id ?? ''} ${row.user_id ?? ''}`;
}
