import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A stub's answer to one command: columns by name, all of type text; or an error's message. */
export type StubAnswer =
  string | { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface StubConsole {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Every command that has come. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/**
 * A stub of a console: it lets everybody in and knows these commands only. For poolers that cannot be had here, and for
 * columns that no version has. Speaks the protocol's version 3 (PostgreSQL documentation, "Message Formats").
 */
export async function startStubConsole(
  announcedVersion: string,
  answers: Readonly<Record<string, StubAnswer>>,
): Promise<StubConsole> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.once('data', () => {
      const parameter = Buffer.from(`server_version\0${announcedVersion}\0`);
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), message('S', parameter), ready]));
      socket.on('data', bytes => {
        if (bytes[0] === 0x51) {
          const command = bytes.toString('utf8', 5, bytes.readInt32BE(1));
          asked.push(command);
          socket.write(answer(answers[command] ?? `invalid command '${command}', use SHOW HELP;`));
        }
      });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    asked,
    async stop() {
      sockets.forEach(socket => socket.destroy());
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const ready = message('Z', Buffer.from('I'));

function answer(what: StubAnswer): Buffer {
  if (typeof what === 'string') {
    return Buffer.concat([message('E', Buffer.from(`SERROR\0VERROR\0C08P01\0M${what}\0\0`)), ready]);
  }
  const fields = what.columns.map(name => Buffer.concat([Buffer.from(`${name}\0`), fieldTail]));
  const rows = what.rows.map(row => message('D', Buffer.concat([int16(row.length), ...row.map(cell)])));
  const columns = message('T', Buffer.concat([int16(fields.length), ...fields]));
  return Buffer.concat([columns, ...rows, message('C', Buffer.from('SHOW\0')), ready]);
}

/** No table, no column, type text (25), any length, no modifier, sent as text. */
const fieldTail = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]);

function cell(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
