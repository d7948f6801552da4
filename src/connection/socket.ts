import { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { ConnectFailed, messageOf } from './errors';
import type { ConnectFailure } from './errors';
import { isSocketFolder } from './profile';
import type { Profile } from './profile';
import { whenAborted } from './timing';
import { tlsOptions } from './tls';
import type { TlsOptions } from './tls';

export type Endpoint = Pick<Profile, 'host' | 'port' | 'sslmode' | 'sslrootcert'>;

export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Limit for all of it: name look-up, TCP, TLS. */
  readonly timeoutMs: number;
}

/** SSLRequest (documentation, "Message Formats"): its length, 8, and the code 80877103. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * A socket to a PostgreSQL server or a pooler on which nothing of the protocol has been said yet, encrypted when the
 * profile wants it. Rejects with ConnectFailed, also at once when the signal is aborted; then nothing stays open.
 */
export async function openSocket(endpoint: Endpoint, patience: Patience): Promise<Socket> {
  const deadline = Date.now() + patience.timeoutMs;
  const tls = await tlsOptions(endpoint);
  const socket = new Socket();
  let current = socket;
  const given: { failure: ConnectFailed | null } = { failure: null };
  const giveUp = (reason: ConnectFailure, message: string): void => {
    given.failure ??= new ConnectFailed(reason, message);
    current.destroy(given.failure);
    socket.destroy(given.failure);
  };
  const timer = setTimeout(giveUp, Math.max(0, deadline - Date.now()), 'timedOut', 'The connection timed out');
  const stopListening = whenAborted(patience.signal, () => giveUp('aborted', 'Cancelled'));
  try {
    await connected(socket, endpoint);
    socket.setNoDelay(true).setKeepAlive(true, 30_000);
    if (tls !== null) {
      await agreeOnTls(socket);
      current = await secured(socket, tls, wrapped => (current = wrapped));
    }
    if (given.failure !== null) {
      throw given.failure;
    }
    return current;
  } catch (error) {
    current.destroy();
    socket.destroy();
    throw given.failure ?? (error instanceof ConnectFailed ? error : systemFailure(error));
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

function connected(socket: Socket, { host, port }: Endpoint): Promise<void> {
  return settled(socket, 'connect', () => {
    if (isSocketFolder(host)) {
      socket.connect(`${host}/.s.PGSQL.${port}`);
    } else {
      socket.connect(port, host);
    }
  });
}

/** One byte answers: `S` or `N`. More than one is somebody in between who slips in plain text (CVE-2021-23222). */
async function agreeOnTls(socket: Socket): Promise<void> {
  let answer = '';
  socket.once('data', (bytes: Buffer) => (answer = bytes.toString('latin1')));
  await settled(socket, 'data', () => socket.write(sslRequest));
  if (answer === 'S') {
    return;
  }
  if (answer === 'N') {
    throw new ConnectFailed('tlsRefused', 'The server does not support TLS');
  }
  throw new ConnectFailed(
    answer.startsWith('E') ? 'tlsRefused' : 'notPostgres',
    'The answer to the request for TLS is not one of PostgreSQL',
  );
}

async function secured(socket: Socket, tls: TlsOptions, made: (wrapped: TLSSocket) => void): Promise<TLSSocket> {
  const wrapped = connectTls({ ...tls, socket });
  made(wrapped);
  try {
    await settled(wrapped, 'secureConnect', () => undefined);
  } catch (error) {
    throw new ConnectFailed(isVerification(error) ? 'tlsUntrusted' : 'other', messageOf(error));
  }
  return wrapped;
}

/** Resolves on the event; rejects when the socket fails or closes first. */
function settled(socket: Socket, event: string, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (action: () => void): void => {
      socket.off(event, onEvent).off('error', onError).off('close', onClose);
      // A late error of a destroyed socket must find a listener, or the process would hear of it.
      socket.on('error', () => undefined);
      action();
    };
    const onEvent = (): void => done(resolve);
    const onError = (error: Error): void => done(() => reject(error));
    const onClose = (): void =>
      done(() => reject(new ConnectFailed('notPostgres', 'The server closed the connection before it had answered')));
    socket.on(event, onEvent).on('error', onError).on('close', onClose);
    start();
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** OpenSSL's verification results have names of their own; failures of the handshake or the network have these. */
function isVerification(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' || (code !== '' && !/^(ERR_|E[A-Z]+$)/.test(code));
}

const systemReasons: Readonly<Record<string, ConnectFailure>> = {
  ECONNREFUSED: 'refused',
  ENOENT: 'refused',
  ENOTFOUND: 'unknownHost',
  EAI_AGAIN: 'unknownHost',
  ETIMEDOUT: 'timedOut',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
};

/** The reason in an error of the operating system, or of TLS. */
export function systemFailure(error: unknown): ConnectFailed {
  // TLS 1.3 tells only after the handshake, which we think is over (RFC 8446, 6.2).
  if (codeOf(error) === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') {
    return new ConnectFailed('rejected', 'it asks for a certificate of the client, and Planpool has none to show');
  }
  return new ConnectFailed(systemReasons[codeOf(error)] ?? 'other', messageOf(error));
}
