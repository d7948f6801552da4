import type { Client } from 'pg';
import { Consoles } from '../../src/connection/consoles';
import type { Profile } from '../../src/connection/profile';
import type { ActionOutcome } from '../../src/pools/actionOutcome';
import { actionSentence } from '../../src/pools/actionSentence';
import type { ActionName, ActionTarget } from '../../src/pools/actions';
import type { ConsoleSnapshot } from '../../src/pools/model';
import { readSnapshot } from '../../src/pools/readSnapshot';
import { runAction } from '../../src/pools/runAction';
import type { DebianRelease } from '../lab/debianPackage';
import type { PgBouncerOptions, PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { never, Passwords } from './connectionFixture';
import { consoleOf, labClient, noConnectionLeft } from './consoleFixture';
import type { SuiteServers } from './serverFixture';

const realClock = {
  after: (delayMs: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A server connection whose login a PAUSE interrupts counts as failed, and none is opened for so long (`server_login_retry`). */
const quick = { server_login_retry: '1' };

export interface Run {
  readonly target?: Partial<ActionTarget>;
  readonly profile?: Profile;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** One PgBouncer in session mode, its console for an admin and for somebody who may only look. */
export interface ActionRig {
  readonly pooler: PgBouncerServer;
  readonly consoles: Consoles;
  readonly admin: Profile;
  readonly onlooker: Profile;
  run(action: ActionName, how?: Run): Promise<ActionOutcome>;
  snapshot(profile?: Profile): Promise<ConsoleSnapshot>;
  /** What the user is told of it. */
  sentence(action: ActionName, outcome: ActionOutcome, how?: Run): Promise<string>;
  /** By a console of the lab's own; an error is its answer. */
  ask(command: string): Promise<string>;
  /** The names of the databases that the console calls paused. */
  paused(): Promise<readonly string[]>;
  /** Somebody who is connected to that database and keeps the server connection. */
  client(database?: string): Promise<Client>;
  /** Ends the lab's own connection to the console. */
  leave(): Promise<void>;
  /** Ends it, after a look whether anything of ours is left at it. */
  stop(): Promise<void>;
}

export async function startActionRig(
  servers: SuiteServers,
  postgres: PostgresServer,
  release: DebianRelease,
  options: Partial<PgBouncerOptions> = {},
): Promise<ActionRig> {
  const pooler = await servers.pgBouncer({
    postgres,
    poolMode: 'session',
    release,
    databases: ['postgres', 'other'],
    users: { postgres: '', onlooker: '' },
    ...options,
    settings: { auth_type: 'trust', admin_users: 'postgres', stats_users: 'onlooker', ...quick, ...options.settings },
  });
  const consoles = new Consoles(new Passwords(null), { connectTimeoutMs: 5000 });
  servers.atEnd(() => consoles.dispose());
  const lab = await labClient(pooler);
  const clients: Client[] = [lab];
  servers.atEnd(() => endAll(clients));
  const admin = consoleOf(pooler, { name: 'east', label: 'production' });
  const snapshot = (profile = admin): Promise<ConsoleSnapshot> =>
    consoles.use(profile, never, session => readSnapshot(session, null, Date.now, never));
  return {
    pooler,
    consoles,
    admin,
    onlooker: { ...admin, user: 'onlooker' },
    run: (action, { target = {}, profile = admin, timeoutMs = 5000, signal = never } = {}) =>
      runAction(consoles, profile, action, whole(target), { timeoutMs, signal, clock: realClock }),
    snapshot,
    sentence: async (action, outcome, { target = {}, profile = admin } = {}) => {
      const { version } = await snapshot();
      return actionSentence({ outcome, action, target: whole(target), profile, version });
    },
    ask: command =>
      lab.query(command).then(
        ({ command: tag }) => tag,
        (error: unknown) => String(error),
      ),
    paused: async () => (await snapshot()).databases.filter(({ paused }) => paused).map(({ name }) => name),
    client: async (database = 'postgres') => {
      const client = await labClient(pooler, '', database);
      clients.push(client);
      await client.query('SELECT 1');
      return client;
    },
    leave: () => lab.end(),
    stop: async () => {
      await consoles.dispose();
      await noConnectionLeft(pooler);
      await endAll(clients);
      await pooler.stop();
    },
  };
}

function whole({ database = null, clientId = null }: Partial<ActionTarget>): ActionTarget {
  return { database, clientId };
}

/** What is gone already is ended. */
async function endAll(clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map(client => client.end().catch(() => undefined)));
}
