import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between us and a console, and hears everything that we say. */
export interface ListeningProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Every command we have sent, in order. */
  readonly commands: readonly string[];
  /** CancelRequests (documentation, "Message Formats"). */
  readonly cancels: number;
  /** Commands like this are passed on so much later than they were sent, also when their sender is gone by then. */
  slow: { readonly pattern: RegExp; readonly delayMs: number } | null;
  /** Ends every connection, and lets nobody in any more. */
  cutOff(): void;
  /** Ends the connection that has sent such a command. */
  cut(pattern: RegExp): void;
  stop(): Promise<void>;
}

interface Line {
  readonly client: Socket;
  readonly commands: string[];
}

export async function startListeningProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<ListeningProxy> {
  const sockets = new Set<Socket>();
  const lines = new Set<Line>();
  const commands: string[] = [];
  const seen = { cancels: 0, cutOff: false };
  const remember = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer(client => {
    remember(client);
    if (seen.cutOff) {
      client.destroy();
      return;
    }
    const upstream = remember(connect(target.port, target.host));
    const line: Line = { client, commands: [] };
    lines.add(line);
    const held = { until: Promise.resolve() };
    client.on('data', message => {
      if (message.length === 16 && message.readInt32BE(4) === 80_877_102) {
        seen.cancels += 1;
      }
      const command = message[0] === 0x51 ? message.toString('utf8', 5, message.readInt32BE(1)) : null;
      if (command !== null) {
        commands.push(command);
        line.commands.push(command);
      }
      if (command !== null && proxy.slow?.pattern.test(command) === true) {
        const { delayMs } = proxy.slow;
        held.until = new Promise(resolve => setTimeout(resolve, delayMs));
      }
      void held.until.then(() => upstream.write(message));
    });
    upstream.on('data', bytes => client.write(bytes));
    client.on('close', () => {
      lines.delete(line);
      void held.until.then(() => upstream.end());
    });
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const proxy: ListeningProxy = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    commands,
    get cancels() {
      return seen.cancels;
    },
    slow: null,
    cutOff() {
      seen.cutOff = true;
      sockets.forEach(socket => socket.destroy());
    },
    cut(pattern) {
      lines.forEach(({ client, commands: said }) => said.some(command => pattern.test(command)) && client.destroy());
    },
    async stop() {
      sockets.forEach(socket => socket.destroy());
      await new Promise(resolve => server.close(resolve));
    },
  };
  return proxy;
}
