import type { Socket } from 'node:net';

/**
 * Makes a connected socket fit for the driver, which wants to connect it by itself: its `connect` only reports success.
 * The driver's parser throws on messages it does not know (such as a GSSAPI request); inside a `data` event that would
 * reach the whole process, so it destroys this socket instead.
 */
export function driverStream(socket: Socket): Socket {
  const emit = socket.emit.bind(socket);
  return Object.defineProperties(socket, {
    connect: {
      value: () => {
        process.nextTick(emit, 'connect');
        return socket;
      },
    },
    emit: {
      value: (event: string, ...values: unknown[]): boolean => {
        if (event !== 'data') {
          return emit(event, ...values);
        }
        try {
          return emit(event, ...values);
        } catch (error) {
          socket.destroy(error instanceof Error ? error : new Error(String(error)));
          return true;
        }
      },
    },
  });
}
