import { ConsoleSession } from './consoleSession';
import { Cancelled, ConnectFailed, ConnectionLost, NoAnswer, RouteRefused, ServerError } from './errors';
import { login } from './login';
import type { SessionOptions } from './login';
import type { Profile } from './profile';
import { isConsoleVersion } from './serverVersion';

/**
 * Opens a connection to the console of a PgBouncer. Rejects with ConnectFailed, at once when the signal is aborted, and
 * with RouteRefused `notAConsole` (what it is instead in its message) when something else answers: a PostgreSQL, a database
 * behind a pooler, or another pooler, which are told by the announced version and by `SHOW VERSION`. No socket is left then.
 */
export async function openConsole(
  profile: Profile,
  password: string | null,
  options: SessionOptions,
): Promise<ConsoleSession> {
  const deadline = Date.now() + options.connectTimeoutMs;
  const session = new ConsoleSession(profile, await login(profile, password, options));
  try {
    const version = await shownVersion(session, Math.max(1, deadline - Date.now()), options.signal);
    if (isConsoleVersion(session.announcedVersion) && version?.startsWith('PgBouncer ') === true) {
      return session;
    }
    throw new RouteRefused('notAConsole', `it is ${version ?? `PostgreSQL ${session.announcedVersion}`}`);
  } catch (error) {
    session.destroy();
    throw connectFailure(error);
  }
}

/** Null when it does not know the question, as PostgreSQL does not. */
async function shownVersion(
  session: ConsoleSession,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    const { rows } = await session.ask('SHOW VERSION', { timeoutMs, ...(signal === undefined ? {} : { signal }) });
    const [version] = Object.values(rows[0] ?? {});
    return version === undefined ? null : String(version);
  } catch (error) {
    if (error instanceof ServerError) {
      return null;
    }
    throw error;
  }
}

function connectFailure(error: unknown): unknown {
  if (error instanceof Cancelled) {
    return new ConnectFailed('aborted', error.message);
  }
  return error instanceof ConnectionLost
    ? new ConnectFailed(error instanceof NoAnswer ? 'timedOut' : 'other', error.message, error.server)
    : error;
}
