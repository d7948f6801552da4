import * as v from 'valibot';
import type { ConsoleSession } from '../connection/consoleSession';
import type { Consoles } from '../connection/consoles';
import { Cancelled, ConnectFailed } from '../connection/errors';
import type { Profile } from '../connection/profile';
import { reach } from '../connection/reach';
import type { Lease, Sessions } from '../connection/sessions';
import { whenAborted } from '../connection/timing';
import { formatMs } from '../plan/figures';
import type { PollerClock } from '../poller';
import { bounded, type BoundedOutcome } from './bounded';
import { failureWords, standstill, stateWords, stillQueued, waitReason } from './healthWords';
import type { ConsoleSnapshot } from './model';
import { readSnapshot } from './readSnapshot';
import { poolName, shortName } from './words';

/** From the outside in: TCP, the console's login, what it says, a query through a pool, PostgreSQL itself. */
export type HealthLayer = 'reach' | 'login' | 'state' | 'pool' | 'postgres';

export interface LayerResult {
  readonly layer: HealthLayer;
  /** Null when it was not tried: the sentence says why. */
  readonly ok: boolean | null;
  readonly ms: number | null;
  readonly sentence: string;
}

export interface HealthServices {
  readonly consoles: Pick<Consoles, 'open'>;
  readonly sessions: Pick<Sessions, 'lease'>;
  readonly clock: PollerClock;
  readonly locale: string;
  /** For each layer; what the user takes to enter a password is not counted. */
  readonly timeoutMs: number;
  /** Whether the user may be asked for passwords. */
  readonly mayAsk: boolean;
}

export interface HealthTargets {
  readonly console: Profile;
  /** A connection through one of its pools. */
  readonly pooled: Profile | null;
  /** The connection to the PostgreSQL server behind that pool. */
  readonly postgres: Profile | null;
}

/**
 * Checks one layer after the other and tells each as soon as it is known. Every connection is a new one, so that logging in is
 * checked, too, and is closed in any case. Where the console says that a pool is paused, no query is sent: PgBouncer would keep
 * one that waits in its queue, connection closed or not. Rejects with Cancelled when the signal is aborted; whatever else fails is a result.
 */
export async function* checkHealth(
  services: HealthServices,
  { console, pooled, postgres }: HealthTargets,
  signal: AbortSignal,
): AsyncGenerator<LayerResult, void> {
  const check = new Check(services, signal);
  try {
    const reached = await check.reach(console);
    yield reached;
    yield reached.ok === true ? await check.login(console) : notTried('login', 'Nothing answers there.');
    yield await check.state(console);
    if (pooled === null) {
      const { host, port } = console;
      const how = `Add one with host ${host}, port ${port} and a database of this PgBouncer.`;
      yield notTried('pool', `There is no connection through a pool to try. ${how}`);
    } else if (reached.ok !== true && pooled.host === console.host && pooled.port === console.port) {
      yield notTried('pool', 'Nothing answers there.');
    } else {
      yield await check.pool(pooled);
    }
    yield postgres === null
      ? notTried(
          'postgres',
          'Which PostgreSQL server is behind the pool is not known. Choose its connection to check it.',
        )
      : await check.postgres(postgres, pooled);
  } finally {
    await check.end();
  }
}

function notTried(layer: HealthLayer, sentence: string): LayerResult {
  return { layer, ok: null, ms: null, sentence };
}

/** Without a transaction, so in any pool mode. When it was started tells one running server from another. */
const whoAreYou = `
  SELECT pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS started,
         pg_catalog.current_setting('server_version') AS version,
         pg_catalog.pg_is_in_recovery() AS standby`;

const server = v.object({ started: v.string(), version: v.string(), standby: v.boolean() });

type ServerFacts = v.InferOutput<typeof server>;

type Verdict = Pick<LayerResult, 'ok' | 'sentence'>;

/** A way in that may need a password, and what is done there. */
interface Visit<O extends { close(): Promise<void> }> {
  readonly profile: Profile;
  readonly open: (signal: AbortSignal, mayAsk: boolean) => Promise<O>;
  readonly look: (opened: O, signal: AbortSignal) => Promise<Verdict>;
  readonly whenLate?: () => Promise<string | null>;
}

/** One check of one PgBouncer. */
class Check {
  private console: ConsoleSession | null = null;
  /** What answered through the pool. */
  private behindPool: ServerFacts | null = null;
  private seen: ConsoleSnapshot | null = null;

  constructor(
    private readonly services: HealthServices,
    private readonly signal: AbortSignal,
  ) {}

  async end(): Promise<void> {
    await this.console?.close();
  }

  async reach(console: Profile): Promise<LayerResult> {
    const { timeoutMs } = this.services;
    const outcome = await this.inTime(async signal => {
      await reach(console, { timeoutMs, signal });
      return { ok: true, sentence: `${console.host}:${console.port} accepts connections.` };
    });
    return this.result('reach', console, outcome);
  }

  login(console: Profile): Promise<LayerResult> {
    return this.visit('login', {
      profile: console,
      open: (signal, mayAsk) => this.services.consoles.open(console, signal, { mayAsk }),
      look: async session => {
        this.console = session;
        return { ok: true, sentence: `The console has let ${shortName(console.user)} in.` };
      },
    });
  }

  async state(console: Profile): Promise<LayerResult> {
    const session = this.console;
    if (session === null) {
      return notTried('state', 'The console could not be asked.');
    }
    const { clock, locale } = this.services;
    const outcome = await this.inTime(async signal => {
      this.seen = await readSnapshot(session, null, () => clock.now(), signal);
      return stateWords(this.seen, locale);
    });
    return this.result('state', console, outcome);
  }

  async pool(pooled: Profile): Promise<LayerResult> {
    const stopped = this.seen && standstill(this.seen, pooled);
    if (stopped !== null) {
      const sentence = `Nothing gets through ${poolName(pooled)}: ${stopped}. No query was sent, for it could not be taken back.`;
      return { layer: 'pool', ok: false, ms: null, sentence };
    }
    return this.visit('pool', {
      profile: pooled,
      open: (signal, mayAsk) => this.newSession(pooled, signal, mayAsk),
      look: async (opened, signal) => {
        this.behindPool = await opened.ask(signal);
        return this.behindPool === null
          ? notPostgres(pooled)
          : { ok: true, sentence: `A login and a query through ${poolName(pooled)} went through.` };
      },
      whenLate: () => this.whyWaiting(pooled),
    });
  }

  postgres(postgres: Profile, pooled: Profile | null): Promise<LayerResult> {
    return this.visit('postgres', {
      profile: postgres,
      open: (signal, mayAsk) => this.newSession(postgres, signal, mayAsk),
      look: async (opened, signal) => {
        const facts = await opened.ask(signal);
        return facts === null ? notPostgres(postgres) : this.compared(facts, pooled);
      },
    });
  }

  private compared(facts: ServerFacts, pooled: Profile | null): Verdict {
    const answers = `PostgreSQL ${shortName(facts.version)} answers${facts.standby ? ' as a standby' : ''}`;
    if (this.behindPool === null || pooled === null) {
      return { ok: true, sentence: `${answers}. Whether it is the one behind the pool cannot be told.` };
    }
    return this.behindPool.started === facts.started
      ? { ok: true, sentence: `${answers}, and it is the one behind ${poolName(pooled)}.` }
      : {
          ok: false,
          sentence: `${answers}, but it is not the one behind ${poolName(pooled)}. Choose the connection that leads to that.`,
        };
  }

  /** The kept session of an endpoint has logged in long ago, and may hold a server connection already. */
  private async newSession(profile: Profile, signal: AbortSignal, mayAsk: boolean): Promise<OpenedSession> {
    const lease = await this.services.sessions.lease(profile, signal, mayAsk);
    if (!lease.warm) {
      return new OpenedSession(lease);
    }
    lease.discard();
    return this.newSession(profile, signal, mayAsk);
  }

  private async whyWaiting(pooled: Profile): Promise<string | null> {
    const { clock, locale } = this.services;
    const session = this.console;
    const snapshot =
      session?.alive === true
        ? await readSnapshot(session, null, () => clock.now(), this.signal).catch(() => null)
        : null;
    if (snapshot === null) {
      return null;
    }
    const why = waitReason(snapshot, pooled, locale);
    const queued = stillQueued(snapshot, locale);
    return why === null ? queued : `${why}. ${queued}`;
  }

  /**
   * Opens, looks and closes within the time. When a password is missing, the user is asked for it first, in their own time, and
   * then the layer is tried again.
   */
  private async visit<O extends { close(): Promise<void> }>(
    layer: HealthLayer,
    { profile, open, look, whenLate }: Visit<O>,
  ): Promise<LayerResult> {
    const attempt = () =>
      this.inTime(async signal => {
        const opened = await open(signal, false);
        try {
          return await look(opened, signal);
        } finally {
          await this.closeUnlessKept(opened);
        }
      }, whenLate);
    const outcome = await attempt();
    if (!this.services.mayAsk || outcome.kind !== 'failed' || !needsPassword(outcome.error)) {
      return this.result(layer, profile, outcome);
    }
    try {
      await (await open(this.signal, true)).close();
    } catch (error) {
      if (error instanceof Cancelled || needsPassword(error)) {
        return this.result(layer, profile, { kind: 'failed', error, ms: outcome.ms });
      }
      // What else is wrong the next attempt tells, within its time.
    }
    return this.result(layer, profile, await attempt());
  }

  private async closeUnlessKept(opened: { close(): Promise<void> }): Promise<void> {
    if (opened !== this.console) {
      await opened.close();
    }
  }

  private inTime(
    work: (signal: AbortSignal) => Promise<Verdict>,
    whenLate: () => Promise<string | null> = async () => null,
  ): Promise<BoundedOutcome<Verdict, string | null>> {
    const { clock, timeoutMs } = this.services;
    return bounded({ clock, timeoutMs, signal: this.signal, whenLate }, work);
  }

  private result(layer: HealthLayer, profile: Profile, outcome: BoundedOutcome<Verdict, string | null>): LayerResult {
    const { ms } = outcome;
    switch (outcome.kind) {
      case 'done':
        return { layer, ms, ...outcome.value };
      case 'failed':
        if (outcome.error instanceof Cancelled) {
          throw outcome.error;
        }
        return { layer, ms, ok: false, sentence: failureWords(outcome.error, profile) };
      case 'late': {
        const limit = formatMs(this.services.timeoutMs, this.services.locale);
        const where = layer === 'pool' ? `through ${poolName(profile)}` : `from ${profile.host}:${profile.port}`;
        const why = outcome.why === null ? '' : `: ${outcome.why}`;
        return { layer, ms, ok: false, sentence: `No answer ${where} within ${limit}${why}.` };
      }
    }
  }
}

/** A session that is used once. */
class OpenedSession {
  constructor(private readonly lease: Lease) {}

  /** Null when what answers is not PostgreSQL. */
  async ask(signal: AbortSignal): Promise<ServerFacts | null> {
    const { session } = this.lease;
    const stopListening = whenAborted(signal, () => void session.destroy());
    try {
      const answer = v.safeParse(server, (await session.query(whoAreYou)).rows[0]);
      return answer.success ? answer.output : null;
    } finally {
      stopListening();
    }
  }

  async close(): Promise<void> {
    this.lease.discard();
  }
}

function notPostgres({ host, port }: Profile): Verdict {
  return { ok: false, sentence: `${host}:${port} answers, but not as PostgreSQL does.` };
}

function needsPassword(error: unknown): boolean {
  return error instanceof ConnectFailed && (error.reason === 'passwordNeeded' || error.reason === 'passwordWrong');
}
