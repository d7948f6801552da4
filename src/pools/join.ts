import { isActive, type Activity, type Backend } from '../workers/activity';
import { grantStatement } from '../workers/nowNode';
import type { PooledConnection } from './model';
import { countOf, shortName } from './words';

/** What is behind a server connection of PgBouncer. Backend and workers are told only when they are proven. */
export interface BackendProof {
  /**
   * `proven`: the process id is what PgBouncer was told at login, and the port that PostgreSQL sees its client at is the one
   * PgBouncer connects from. Neither alone is enough: ids come again on another server, and another pooler makes some up.
   */
  readonly proof: 'proven' | 'cannotTell';
  readonly backend: Backend | null;
  readonly workers: readonly Backend[];
  /** What was found, or why it cannot be told. */
  readonly sentence: string;
}

/** From a client over its server connection to the backend and its parallel workers. */
export interface Join extends Omit<BackendProof, 'proof'> {
  /** `noServer`: nothing works for the client now, which is known for certain. */
  readonly proof: BackendProof['proof'] | 'noServer';
  readonly server: PooledConnection | null;
}

/**
 * @param servers asked for at the same moment as the client: a link that does not hold from both ends is not followed.
 * @param activity of the PostgreSQL server that is said to be behind the database; null when none is.
 */
export function joinClient(
  client: PooledConnection,
  servers: readonly PooledConnection[],
  activity: Activity | null,
  locale: string,
): Join {
  if (client.link === '') {
    return { proof: 'noServer', server: null, ...nothing(withoutServer(client)) };
  }
  const server = servers.find(({ pointer, link }) => pointer === client.link && link === client.pointer);
  if (server === undefined) {
    const sentence = 'The client was given another server connection while PgBouncer was asked. Look again.';
    return { proof: 'cannotTell', server: null, ...nothing(sentence) };
  }
  return { ...joinServer(server, activity, locale), server };
}

/** From a server connection to its backend and that backend's parallel workers. */
export function joinServer(server: PooledConnection, activity: Activity | null, locale: string): BackendProof {
  const found = backendOf(server, activity);
  if (activity === null || typeof found === 'string') {
    return { proof: 'cannotTell', ...nothing(typeof found === 'string' ? found : '') };
  }
  const workers = activity.backends.filter(
    ({ kind, leaderPid }) => kind === 'parallelWorker' && leaderPid === found.pid,
  );
  const also = workers.length === 0 ? '' : ` with ${countOf(workers.length, 'parallel worker', locale)}`;
  const sentence = `Process ${found.pid} of PostgreSQL is behind it${also}: process id and port agree.`;
  return { proof: 'proven', backend: found, workers, sentence };
}

/** The backend's statement, if it can be explained as what the client runs; else why not. */
export function statementBehind(
  backend: Backend,
): { readonly ok: true; readonly sql: string } | { readonly ok: false; readonly sentence: string } {
  const { pid, query, state } = backend;
  if (query.kind === 'hidden') {
    return { ok: false, sentence: `PostgreSQL hides from your role what process ${pid} runs.` };
  }
  // The last statement of an idle one may be another client's, or PgBouncer's own.
  if (query.kind === 'none' || !(isActive(backend) || state?.startsWith('idle in transaction') === true)) {
    return { ok: false, sentence: `Process ${pid} runs no statement now.` };
  }
  if (query.cutShort) {
    const sentence = `PostgreSQL has cut the statement of process ${pid} short (track_activity_query_size), so it cannot be explained.`;
    return { ok: false, sentence };
  }
  return { ok: true, sql: query.text };
}

function nothing(sentence: string): Pick<BackendProof, 'backend' | 'workers' | 'sentence'> {
  return { backend: null, workers: [], sentence };
}

function withoutServer({ state }: PooledConnection): string {
  return state.startsWith('waiting')
    ? 'The client waits for a server connection and has none.'
    : 'The client has no server connection now: nothing of it runs in PostgreSQL.';
}

/** The backend, or a sentence that says why it is not known. */
function backendOf(server: PooledConnection, activity: Activity | null): Backend | string {
  const database = shortName(server.database);
  if (activity === null) {
    return `Which PostgreSQL server is behind ${database} is not known: PgBouncer does not tell. Choose its connection.`;
  }
  if (server.remotePid === null) {
    return 'It cannot be told: PgBouncer has no process id for it. It is still logging in, or another pooler is behind it.';
  }
  const pid = server.remotePid;
  const backend = activity.backends.find(one => one.pid === pid);
  if (backend === undefined) {
    return `It cannot be told: PostgreSQL has no process ${pid}. It has just ended, or this is not the server behind ${database}.`;
  }
  if (backend.query.kind === 'hidden') {
    return (
      `It cannot be told: PostgreSQL hides from ${shortName(activity.user)} where the client of process ${pid} is. ` +
      `This lets ${shortName(activity.user)} see it: ${grantStatement(activity.user)}`
    );
  }
  if (backend.client === null || backend.client === 'local') {
    const client = backend.client === null ? 'no client' : 'a client on a Unix socket, which has no port to compare';
    return `It cannot be told: process ${pid} there has ${client}.`;
  }
  const port = clientPort(backend.client);
  return port === server.localPort
    ? backend
    : `It cannot be told: process ${pid} there has a client at port ${String(port)}, and PgBouncer connects from port ` +
        `${server.localPort}. This is not the server behind ${database}, or a proxy or another pooler is in between.`;
}

/** Of an address, also one of IPv6, with the port behind the last colon. */
function clientPort(client: string): number {
  return Number(client.slice(client.lastIndexOf(':') + 1));
}
