import { formatCount } from '../plan/figures';
import { treeNode, type NodeIcon, type TreeNode } from '../treeNode';
import { backendNodeId, durationMs, isActive, type Backend } from './activity';
import { blockedWords, blocksWords, type Blocking } from './blocking';
import { formatDuration } from './duration';
import { waitWords, type Role } from './waitWords';

/** What a node of a backend is told besides the backend itself. */
export interface BackendContext {
  readonly blocking: Blocking;
  readonly role: Role;
  /** How many workers it leads now. */
  readonly workers: number;
  /** No worker could start now. */
  readonly slotsFull: boolean;
  readonly locale: string;
}

/** The node of one backend, without children. */
export function backendNode(backend: Backend, context: BackendContext): TreeNode {
  const words = backendWords(backend, context);
  const ofWorker = context.role === 'worker';
  const rest = ofWorker ? [] : [queryInShort(backend), backend.user, backend.application];
  return treeNode({
    id: backendNodeId(backend),
    label: `${backend.pid} ${ofWorker ? 'worker' : whose(backend)}`,
    description: [...words, ...rest].filter(Boolean).join(' · '),
    tooltip: tooltipOf(backend, context, words),
    icon: iconOf(backend, context),
    menu: menuOf(backend, context.role),
  });
}

/** What is told of a backend in words, first what is wrong with it. */
export function backendWords(backend: Backend, context: BackendContext): readonly string[] {
  const { blocking, role, locale } = context;
  const ms = role === 'worker' ? null : durationMs(backend);
  const blocked = blockedWords(backend, blocking, locale);
  const waits = waitWords(backend, role);
  const words = [
    ms === null ? null : formatDuration(ms, locale),
    starvedWords(backend, context),
    blocksWords(backend, blocking, locale),
    blocked,
    role === 'leader' && isActive(backend) ? `leader ${waits}` : waits,
    role === 'leader' ? workersWords(backend, context) : null,
    backend.own ? 'of this window' : null,
  ];
  return words.filter(word => word !== null);
}

type Missing = 'none' | 'slotsFull' | 'everyRun';

/**
 * Whether it is known that it lacks workers. To have fewer than a run asks for in all proves nothing: a statement with several
 * Gather nodes asks for one after the other, and behind the last one it needs none. It does lack some where no slot is free,
 * and probably where its runs so far did not get what they asked for.
 */
function missingWorkers(backend: Backend, { role, workers, slotsFull }: BackendContext): Missing {
  const asked = usualWorkers(backend);
  if (role === 'worker' || workers >= asked) {
    return 'none';
  }
  return slotsFull ? 'slotsFull' : Math.round(backend.usual?.launched ?? asked) < asked ? 'everyRun' : 'none';
}

/** `usually asks for 4 workers, has 1: no slot is free`; null when nothing is known to be missing. */
function starvedWords(backend: Backend, context: BackendContext): string | null {
  const { workers, locale } = context;
  const missing = missingWorkers(backend, context);
  if (missing === 'none') {
    return null;
  }
  const asks = `usually asks for ${countOf(usualWorkers(backend), 'worker', locale)}`;
  const has = formatCount(workers, locale);
  return missing === 'slotsFull'
    ? `${asks}, has ${has}: no slot is free`
    : `${asks} and gets ${formatCount(Math.round(backend.usual?.launched ?? 0), locale)}, has ${has}`;
}

/** `2 workers`, and when a run asks for more in all, that too. */
function workersWords(backend: Backend, context: BackendContext): string | null {
  const { workers, locale } = context;
  const asked = usualWorkers(backend);
  if (workers < asked && missingWorkers(backend, context) === 'none') {
    const now = workers === 0 ? 'no workers' : countOf(workers, 'worker', locale);
    return `${now} now; a run asks for ${formatCount(asked, locale)} in all`;
  }
  return workers > 0 ? countOf(workers, 'worker', locale) : null;
}

/** How many one run of its statement asks for, in whole workers; 0 when nothing is known, and while it runs no statement. */
export function usualWorkers(backend: Backend): number {
  return isActive(backend) ? Math.round(backend.usual?.asked ?? 0) : 0;
}

function countOf(count: number, noun: string, locale: string): string {
  return `${formatCount(count, locale)} ${noun}${count === 1 ? '' : 's'}`;
}

/** The database, or what else there is. */
function whose({ database, user, backendType }: Backend): string {
  return database ?? user ?? backendType ?? 'unknown';
}

const longestQuery = 100;

function queryInShort({ query }: Backend): string {
  if (query.kind !== 'text') {
    return '';
  }
  const line = query.text
    .slice(0, 4 * longestQuery)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > longestQuery ? `${line.slice(0, longestQuery - 1)}…` : line;
}

function tooltipOf(backend: Backend, { role, locale }: BackendContext, words: readonly string[]): string {
  const { pid, backendType, leaderPid, database, user, application, client, startedAt, query } = backend;
  const since = (what: string, ms: number | null): string | null =>
    ms === null ? null : `${what} ${formatDuration(ms, locale)} ago`;
  const wait = backend.waitEventType === null ? null : `${backend.waitEventType} · ${backend.waitEvent ?? ''}`;
  const lines = [
    `${pid}: ${words.join(' · ')}`,
    role === 'worker' && leaderPid !== null ? `worker of ${leaderPid}` : null,
    field('type', backendType),
    field('database', database),
    field('user', user),
    field('application', application),
    field('client', client),
    field('state', backend.state),
    field('wait event', wait),
    field(
      'began',
      [since('statement', backend.queryMs), since('transaction', backend.transactionMs)].filter(Boolean).join(', '),
    ),
    field('connected', startedAt === null ? null : `${startedAt.slice(0, 19).replace('T', ' ')} UTC`),
    query.kind === 'text' ? `\n${query.text}${query.cutShort ? ' … (the rest is not kept by PostgreSQL)' : ''}` : null,
    query.kind === 'hidden' ? '\nWhat it does is hidden from your role.' : null,
  ];
  return lines.filter(line => line !== null).join('\n');
}

function field(name: string, value: string | null): string | null {
  return value === null || value === '' ? null : `${name}: ${value}`;
}

function iconOf(backend: Backend, context: BackendContext): NodeIcon {
  const { blocking, role } = context;
  if (backend.blockedBy.length > 0) {
    return { name: 'lock', color: 'warning' };
  }
  if (missingWorkers(backend, context) !== 'none' || blocking.waiting.has(backend.pid)) {
    return { name: 'warning', color: 'warning' };
  }
  switch (role) {
    case 'leader':
      return { name: 'server-process', color: null };
    case 'worker':
      return { name: 'circle-small-filled', color: null };
    case 'alone':
      return { name: 'circle-outline', color: backend.query.kind === 'hidden' ? 'muted' : null };
  }
}

/** `leader`, `worker` or `session`, then what can be done. */
function menuOf(backend: Backend, role: Role): string {
  return [role === 'alone' ? 'session' : role, ...backendActions(backend, role)].join(' ');
}

/**
 * What can be done to a backend, as words of a menu: `cancellable` (it runs a statement), `terminable` (it is known well enough to
 * be sure that it is the same later), `copyable` (its query is known), `explainable` (all of it is).
 */
export function backendActions({ query, startedAt, kind, state }: Backend, role: Role): readonly string[] {
  const words = [
    startedAt !== null && isActive({ state }) ? 'cancellable' : null,
    startedAt !== null ? 'terminable' : null,
    query.kind === 'text' && role !== 'worker' ? 'copyable' : null,
    query.kind === 'text' && role !== 'worker' && !query.cutShort && kind !== 'other' ? 'explainable' : null,
  ];
  return words.filter(word => word !== null);
}
