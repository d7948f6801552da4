import type { Activity, Backend } from '../workers/activity';
import { durationMs, isActive } from '../workers/activity';
import { blockedWords, blockingOf, blocksWords, type Blocking } from '../workers/blocking';
import { formatDuration } from '../workers/duration';
import { slotWords } from '../workers/slots';
import type { StatementRow, StatementsFacts } from '../workers/statementsQuery';
import { waitWords } from '../workers/waitWords';
import { formatCount, formatMs } from '../plan/figures';
import { backendsBehind } from './backendsBehind';
import { isOwn } from './decodeRows';
import type { PoolJudgement } from './diagnosis';
import type { InstanceJudgement } from './health';
import { codeBlock, inMarkdown, markdownTable, type Column } from './markdown';
import type { ConsoleSnapshot, PooledConnection } from './model';
import { openServers } from './poolFigures';
import { countOf } from './words';

/** A PostgreSQL server behind databases of the instance, as far as it answered. */
export interface IncidentServer {
  /** Of the connection that the user has chosen for these databases. */
  readonly name: string;
  readonly databases: readonly string[];
  readonly answer:
    | { readonly ok: true; readonly activity: Activity; readonly statements: StatementsFacts }
    | { readonly ok: false; readonly sentence: string };
}

/** What was known of a PgBouncer and of the servers behind it at one moment. */
export interface Incident {
  readonly instance: {
    readonly name: string;
    readonly label: string | null;
    readonly host: string;
    readonly port: number;
  };
  /** Milliseconds since 1970. */
  readonly takenAtMs: number;
  readonly snapshot: ConsoleSnapshot;
  readonly judgement: InstanceJudgement;
  readonly clients: readonly PooledConnection[];
  readonly servers: readonly PooledConnection[];
  /** Empty when the user has told of none. */
  readonly postgres: readonly IncidentServer[];
}

export interface IncidentWords {
  /** A statement without the passwords it may hold. */
  readonly redact: (sql: string) => string;
  readonly locale: string;
}

const mostPools = 100;
const mostConnections = 50;
const mostBlockers = 20;
const mostStatements = 20;
const cellLength = 200;
const blockLength = 4000;

/** The incident as Markdown, for a post-mortem: who waits, who is in the way, what is used up. Texts from servers stay text. */
export function incidentMarkdown(incident: Incident, words: IncidentWords): string {
  const context: Context = { ...words, incident, backends: backendsOf(incident) };
  const sections = [
    head(context),
    pools(context),
    waiters(context),
    inUse(context),
    ...incident.postgres.map(server => postgres(server, context)),
  ];
  return `${sections.join('\n\n')}\n`;
}

interface Context extends IncidentWords {
  readonly incident: Incident;
  /** Proven ones, by the pointer of the server connection. */
  readonly backends: ReadonlyMap<string, Backend>;
}

function backendsOf({ servers, postgres }: Incident): ReadonlyMap<string, Backend> {
  return new Map(
    postgres.flatMap(({ databases, answer }) => {
      const own = servers.filter(({ database }) => databases.includes(database));
      const behind = answer.ok ? backendsBehind(own, answer.activity) : new Map<number, Backend>();
      return own.flatMap(({ pointer, remotePid }) => {
        const backend = remotePid === null ? undefined : behind.get(remotePid);
        return backend ? [[pointer, backend] as const] : [];
      });
    }),
  );
}

function head({ incident: { instance, takenAtMs, snapshot, judgement, postgres }, locale }: Context): string {
  const { name, label, host, port } = instance;
  const title = label === null ? name : `${label}: ${name}`;
  const { used, max } = judgement.clients;
  const clients = `${formatCount(used, locale)}${max === null ? '' : ` of ${formatCount(max, locale)} (max_client_conn)`}`;
  return [
    `# PgBouncer ${inMarkdown(title)}`,
    '',
    `**${inMarkdown(judgement.sentence ?? 'nothing is wrong that the console tells')}.**`,
    '',
    `- Taken at ${new Date(takenAtMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    `- PgBouncer ${inMarkdown(snapshot.version.text)} at ${inMarkdown(`${host}:${port}`)}, ${inMarkdown(stateWords(snapshot))}`,
    `- Clients: ${clients}`,
    ...(postgres.length === 0 ? ['- Which PostgreSQL is behind it is not known, so none was asked.'] : []),
  ].join('\n');
}

function stateWords({ state, version }: ConsoleSnapshot): string {
  if (state === null) {
    return `which does not tell before 1.19 whether it is paused (this is ${version.text})`;
  }
  return state.suspended ? 'suspended' : state.paused ? 'paused' : 'active';
}

function pools({ incident: { judgement, snapshot }, locale }: Context): string {
  const count = (n: number): string => formatCount(n, locale);
  const columns: readonly Column<PoolJudgement>[] = [
    { title: 'Database', cell: ({ pool }) => pool.database },
    { title: 'User', cell: ({ pool }) => pool.user },
    { title: 'Mode', cell: ({ pool }) => pool.poolMode ?? '' },
    { title: 'Waiting', align: 'right', cell: ({ pool }) => count(pool.clientsWaiting) },
    { title: 'Longest wait', align: 'right', cell: ({ pool }) => formatMs(pool.maxWaitUs / 1000, locale) },
    { title: 'Active clients', align: 'right', cell: ({ pool }) => count(pool.clientsActive) },
    { title: 'Active servers', align: 'right', cell: ({ pool }) => count(pool.serversActive) },
    { title: 'Open', align: 'right', cell: ({ pool }) => count(openServers(pool)) },
    { title: 'Pool size', align: 'right', cell: ({ poolSize }) => (poolSize === null ? '' : count(poolSize)) },
    { title: 'What is wrong', cell: ({ sentence }) => sentence ?? '' },
  ];
  return section('## Pools', columns, judgement.pools, {
    most: mostPools,
    none: snapshot.databases.length === 0 ? 'No database is configured.' : 'No client has used a pool yet.',
    locale,
  });
}

function waiters({ incident: { clients }, locale }: Context): string {
  const waiting = clients.filter(one => one.state.startsWith('waiting') && !isOwn(one));
  const columns: readonly Column<PooledConnection>[] = [
    ...clientColumns,
    { title: 'Waits for', align: 'right', cell: ({ waitUs }) => formatDuration(waitUs / 1000, locale) },
    { title: 'State', cell: ({ state }) => state },
  ];
  return section('## Waiting clients', columns, longestFirst(waiting), {
    most: mostConnections,
    none: 'No client waits.',
    locale,
  });
}

const clientColumns: readonly Column<PooledConnection>[] = [
  { title: 'Database', cell: ({ database }) => database },
  { title: 'User', cell: ({ user }) => user },
  { title: 'Application', cell: ({ application }) => application ?? '' },
  { title: 'Client', cell: ({ address, port }) => `${address}:${port}` },
];

interface Held {
  readonly server: PooledConnection;
  readonly client: PooledConnection | undefined;
  readonly backend: Backend | undefined;
}

/** Who holds the server connections: the longest transactions first, then the longest queries by PgBouncer's clock. */
function inUse({ incident, backends, locale, redact }: Context): string {
  const clients = new Map(incident.clients.map(client => [client.pointer, client]));
  const held = incident.servers
    .filter(({ state }) => state === 'active')
    .map(server => ({ server, client: clients.get(server.link), backend: backends.get(server.pointer) }))
    .sort((a, b) => heldMs(b) - heldMs(a));
  const since = (ms: number | null | undefined): string => (ms == null ? '' : formatDuration(ms, locale));
  const columns: readonly Column<Held>[] = [
    ...clientColumns.map(({ title, cell }) => ({ title, cell: ({ server, client }: Held) => cell(client ?? server) })),
    {
      title: 'Process',
      align: 'right',
      cell: ({ server }) => (server.remotePid === null ? '' : String(server.remotePid)),
    },
    { title: 'Transaction', align: 'right', cell: ({ backend }) => since(backend?.transactionMs) },
    { title: 'Does', cell: ({ backend }) => (backend ? doing(backend, locale) : 'not known') },
    { title: 'Statement', cell: ({ backend }) => (backend ? statementCell(backend, redact) : '') },
  ];
  return section('## Server connections in use', columns, held, {
    most: mostConnections,
    none: 'No server connection is in use.',
    locale,
  });
}

function heldMs({ backend, client }: Held): number {
  return backend?.transactionMs ?? (client ? client.waitUs / 1000 : -1);
}

function doing(backend: Backend, locale: string): string {
  const ms = durationMs(backend);
  return `${waitWords(backend, 'alone')}${ms === null ? '' : `, for ${formatDuration(ms, locale)}`}`;
}

function postgres({ name, databases, answer }: IncidentServer, context: Context): string {
  const title = `## PostgreSQL ${inMarkdown(name)}`;
  const behind = `Said to be behind ${databases.map(inMarkdown).join(', ')}.`;
  if (!answer.ok) {
    return [title, behind, inMarkdown(answer.sentence)].join('\n\n');
  }
  const { activity, statements } = answer;
  const hidden =
    activity.hiddenCount === 0
      ? []
      : [`${countOf(activity.hiddenCount, 'session', context.locale)} hidden from the role that asked.`];
  return [
    title,
    behind,
    `### Slots in use\n\n${inMarkdown(slotWords(activity.slots, context.locale))}`,
    ...hidden,
    blockers(activity, context),
    topStatements(statements, context),
  ].join('\n\n');
}

/** Those who are in the way of others, who waits for nobody first, and who waits for them. */
function blockers(activity: Activity, context: Context): string {
  const title = '### Who blocks';
  const blocking = blockingOf(activity);
  const all = [...blocking.waiting]
    .flatMap(([pid, waiting]) => {
      const backend = blocking.backends.get(pid);
      return backend ? [{ backend, waiting }] : [];
    })
    .sort((a, b) => a.backend.blockedBy.length - b.backend.blockedBy.length || b.waiting - a.waiting);
  if (all.length === 0) {
    return `${title}\n\nNobody waits for the lock of a session that can be seen.`;
  }
  const shown = all.slice(0, mostBlockers).map(({ backend }) => blocker(backend, blocking, context));
  return [title, ...shown, ...more(all.length - shown.length, context.locale)].join('\n\n');
}

function blocker(backend: Backend, blocking: Blocking, { incident, backends, redact, locale }: Context): string {
  const { pid, database, user, application, query } = backend;
  const server = incident.servers.find(({ pointer }) => backends.get(pointer)?.pid === pid);
  const client = server && incident.clients.find(({ pointer }) => pointer === server.link);
  const who = [
    `user ${user ?? 'not known'}`,
    database === null ? null : `database ${database}`,
    application === null ? null : `application ${application}`,
    client ? `client ${client.address}:${client.port} of PgBouncer` : `client ${backend.client ?? 'not known'}`,
  ].filter(part => part !== null);
  const words = [
    `Process ${pid} ${blocksWords(backend, blocking, locale) ?? ''}`,
    who.join(', '),
    doing(backend, locale),
    backend.transactionMs === null ? null : `in a transaction for ${formatDuration(backend.transactionMs, locale)}`,
    blockedWords(backend, blocking, locale),
  ].filter(part => part !== null);
  const waiting = [...blocking.backends.values()].filter(({ blockedBy }) => blockedBy.includes(pid));
  const pids = `Waiting for it: ${waiting
    .slice(0, mostConnections)
    .map(one => one.pid)
    .join(', ')}${waiting.length > mostConnections ? ', …' : ''}`;
  const label = isActive(backend) ? 'It runs:' : 'Its last statement:';
  const sql = query.kind === 'text' ? [label, codeBlock(begin(redact(query.text), blockLength), 'sql')] : [];
  return [`**${inMarkdown(words[0] ?? '')}**: ${inMarkdown(words.slice(1).join('; '))}.`, pids, ...sql].join('\n\n');
}

function topStatements(facts: StatementsFacts, { redact, locale }: Context): string {
  const title = '### Top statements';
  if (!facts.available) {
    return `${title}\n\n${inMarkdown(facts.advice.sentence)}`;
  }
  const columns: readonly Column<StatementRow>[] = [
    { title: 'Time', align: 'right', cell: ({ totalMs }) => formatMs(totalMs, locale) },
    { title: 'Calls', align: 'right', cell: ({ calls }) => formatCount(calls, locale) },
    { title: 'Each', align: 'right', cell: ({ totalMs, calls }) => formatMs(totalMs / Math.max(calls, 1), locale) },
    {
      title: 'Workers launched',
      align: 'right',
      cell: ({ workers }) =>
        workers === null ? '' : `${formatCount(workers.launched, locale)} of ${formatCount(workers.asked, locale)}`,
    },
    { title: 'Database', cell: ({ database }) => database ?? '(dropped)' },
    { title: 'User', cell: ({ user }) => user ?? '(dropped)' },
    { title: 'Statement', cell: ({ text }) => (text === null ? 'not known' : begin(redact(text), cellLength)) },
  ];
  const order =
    facts.ranking === 'parallel'
      ? 'Those that asked for workers, starved ones first.'
      : 'By time, since they are counted.';
  return section(`${title}\n\n${order}`, columns, facts.rows, {
    most: mostStatements,
    none: 'No statement has been counted yet.',
    locale,
  });
}

function section<T>(
  title: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
  { most, none, locale }: { readonly most: number; readonly none: string; readonly locale: string },
): string {
  return rows.length === 0
    ? `${title}\n\n${none}`
    : [title, markdownTable(columns, rows.slice(0, most)), ...more(rows.length - most, locale)].join('\n\n');
}

function more(count: number, locale: string): readonly string[] {
  return count > 0 ? [`… and ${formatCount(count, locale)} more`] : [];
}

function longestFirst(connections: readonly PooledConnection[]): readonly PooledConnection[] {
  return connections.toSorted((a, b) => b.waitUs - a.waitUs);
}

function statementCell({ query }: Backend, redact: (sql: string) => string): string {
  switch (query.kind) {
    case 'text':
      return begin(redact(query.text), cellLength);
    case 'hidden':
      return 'hidden';
    case 'none':
      return '';
  }
}

/** After the passwords are out: a cut might hide what tells where one begins. */
function begin(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
