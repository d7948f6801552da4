import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * `dropsCancel` takes CancelRequests and does not pass them on; `deaf` accepts and says nothing; `diesOnce` ends the connection,
 * also an old one, whose client next says something, and is honest again; `stalls` passes on half of what the server answers
 * next, and nothing more of it.
 */
export type Mood = 'honest' | 'dropsCancel' | 'deaf' | 'diesOnce' | 'stalls';

/** A network that fails on purpose, in front of a real server. */
export interface FaultyProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  mood: Mood;
  /** How many CancelRequests have come. */
  readonly cancelRequests: number;
  stop(): Promise<void>;
}

export async function startFaultyProxy(target: { readonly host: string; readonly port: number }): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  let cancelRequests = 0;
  const remember = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer(client => {
    remember(client);
    if (proxy.mood === 'deaf') {
      client.resume();
      return;
    }
    const upstream = remember(connect(target.port, target.host));
    client.on('data', message => {
      const cancels = message.length === 16 && message.readInt32BE(4) === 80_877_102;
      cancelRequests += cancels ? 1 : 0;
      if (proxy.mood === 'diesOnce' || (cancels && proxy.mood === 'dropsCancel')) {
        proxy.mood = proxy.mood === 'diesOnce' ? 'honest' : proxy.mood;
        client.destroy();
      } else {
        if (proxy.mood === 'stalls') {
          upstream.unpipe(client).once('data', (answer: Buffer) => client.write(answer.subarray(0, answer.length / 2)));
          upstream.resume();
        }
        upstream.write(message);
      }
    });
    upstream.pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultyProxy = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    mood: 'honest',
    get cancelRequests() {
      return cancelRequests;
    },
    async stop() {
      sockets.forEach(socket => socket.destroy());
      await new Promise(resolve => server.close(resolve));
    },
  };
  return proxy;
}

/** A server that is none: it answers every connection's first message with these bytes, and closes when it should. */
export async function startImpostor(
  answer: Buffer,
  closes: boolean,
): Promise<Omit<FaultyProxy, 'mood' | 'cancelRequests'>> {
  const sockets = new Set<Socket>();
  const server = createServer(client => {
    sockets.add(client);
    client.on('error', () => undefined).on('close', () => sockets.delete(client));
    client.once('data', () => (closes ? client.end(answer) : client.write(answer)));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    async stop() {
      sockets.forEach(socket => socket.destroy());
      await new Promise(resolve => server.close(resolve));
    },
  };
}
