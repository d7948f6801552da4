import { createServer, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { hasCode } from './errorCode';
import { StartFailure } from './startFailure';

const defaultPort = 8018;

/** The one address to remember. It passes everything on to the editor, whose own address with all it opens is long. */
export interface FriendlyAddress {
  readonly url: string;
  readonly port: number;
  /** From now on a browser that asks for `/` is sent to `path`, and everything is answered by `port` of this machine. */
  leadTo(port: number, path: string): void;
  close(): Promise<void>;
}

/** Rejects with `StartFailure` when the port of `PLANPOOL_PORT` (8018 unless set) is not free or no port. */
export async function openFriendlyAddress(environment: NodeJS.ProcessEnv): Promise<FriendlyAddress> {
  const port = Number(environment['PLANPOOL_PORT'] || defaultPort);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartFailure(`PLANPOOL_PORT=${environment['PLANPOOL_PORT']} is no port. Give a number from 1 to 65535.`);
  }
  let target: { readonly port: number; readonly path: string } | null = null;
  const server = createServer((message, response) => {
    if (target === null) {
      response.writeHead(503, { 'retry-after': '2' }).end('Planpool is still starting.\n');
      return;
    }
    if (message.url === '/') {
      response.writeHead(302, { location: `http://127.0.0.1:${port}${target.path}` }).end();
      return;
    }
    const { method, url, headers } = message;
    const onward = request({ host: '127.0.0.1', port: target.port, method, path: url, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    message.pipe(onward);
  });
  // The editor's WebSockets.
  server.on('upgrade', (message: IncomingMessage, socket, head: Buffer) => {
    if (target === null) {
      socket.destroy();
      return;
    }
    const onward = connect(target.port, '127.0.0.1', () => {
      onward.write(`${requestHead(message)}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    throw foreseen(error, port);
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    leadTo: (editorPort, path) => void (target = { port: editorPort, path }),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function requestHead(message: IncomingMessage): string {
  const { rawHeaders } = message;
  const lines = [`${message.method} ${message.url} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return lines.join('\r\n');
}

function foreseen(error: unknown, port: number): unknown {
  const retry = `Choose another one, for example: PLANPOOL_PORT=${port === 65_535 ? defaultPort : port + 1} npm start`;
  if (hasCode(error, 'EADDRINUSE')) return new StartFailure(`Port ${port} is in use by another program. ${retry}`);
  if (hasCode(error, 'EACCES')) return new StartFailure(`Port ${port} may not be used by you. ${retry}`);
  return error;
}
