import { greeting, loginFailure, NoPassword } from './connectFailure';
import type { LoginProgress } from './connectFailure';
import type { Client, CustomTypesConfig } from 'pg';
import type { Socket } from 'node:net';
import { driverStream } from './driverStream';
import { ConnectFailed } from './errors';
import type { Profile } from './profile';
import { openSocket } from './socket';
import { whenAborted } from './timing';

export interface SessionOptions {
  readonly signal?: AbortSignal;
  readonly connectTimeoutMs: number;
  readonly applicationName: string;
}

/** A connection that is logged in and waits for its first question. Whoever has it closes its socket. */
export interface Login {
  readonly client: Client;
  readonly socket: Socket;
  /** The driver's own. */
  readonly types: CustomTypesConfig;
  /** As the server or the pooler announced it, such as `18.4` or `1.18.0/bouncer`. */
  readonly announcedVersion: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Connects and logs in. The only startup parameters are user, database and `application_name`, for PgBouncer refuses others.
 * The driver is given every field, so that it never reads the environment or a password file. Rejects with ConnectFailed,
 * at once when the signal is aborted, and then leaves no socket.
 */
export async function login(profile: Profile, password: string | null, options: SessionOptions): Promise<Login> {
  const deadline = Date.now() + options.connectTimeoutMs;
  const { Client, types } = await import('pg');
  const socket = await openSocket(profile, { signal: options.signal, timeoutMs: deadline - Date.now() });
  const progress: Writable<LoginProgress> = { greeting: 'none', passwordGiven: false, authenticated: false };
  const client = new Client({
    host: profile.host,
    port: profile.port,
    database: profile.database,
    user: profile.user,
    application_name: options.applicationName,
    ssl: false,
    sslnegotiation: 'postgres',
    stream: () => driverStream(socket),
    // A function is asked only when the server wants a password; without one the driver would look into files.
    password: () => {
      if (password === null || password === '') {
        throw new NoPassword();
      }
      progress.passwordGiven = true;
      return password;
    },
  });
  // The driver would add `options` and `replication` from the environment.
  client.getStartupConf = () => ({
    user: profile.user,
    database: profile.database,
    application_name: options.applicationName,
  });
  let announcedVersion = '';
  client.connection.on('parameterStatus', (parameter: { parameterName: string; parameterValue: string }) => {
    if (parameter.parameterName === 'server_version') {
      announcedVersion = parameter.parameterValue;
    }
  });
  socket.once('data', (bytes: Buffer) => (progress.greeting = greeting(bytes)));
  client.connection.on('authenticationOk', () => (progress.authenticated = true));
  // What a dying connection says after the login has failed already is not news.
  client.on('error', () => undefined);
  const given: { failure: ConnectFailed | null } = { failure: null };
  const giveUp = (reason: 'aborted' | 'timedOut', message: string): void => {
    given.failure ??= new ConnectFailed(reason, message);
    socket.destroy();
  };
  const timer = setTimeout(giveUp, Math.max(0, deadline - Date.now()), 'timedOut', 'The connection timed out');
  const stopListening = whenAborted(options.signal, () => giveUp('aborted', 'Cancelled'));
  try {
    await client.connect();
    if (given.failure !== null) {
      throw given.failure;
    }
    return { client, socket, types, announcedVersion };
  } catch (error) {
    socket.destroy();
    throw given.failure ?? loginFailure(error, progress);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}
