import { openSocket } from './socket';
import type { Endpoint } from './socket';

/** What a CancelRequest names: through a pooler these are the pooler's own, not those of the backend. */
export interface CancelKey {
  readonly processId: number;
  readonly secret: number;
}

/** CancelRequest (documentation, "Message Formats"): its length, 16; the code 80877102; process id; secret. */
export function cancelRequest(key: CancelKey): Buffer {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(80_877_102, 4);
  message.writeInt32BE(key.processId, 8);
  message.writeInt32BE(key.secret, 12);
  return message;
}

/**
 * Asks the server, on a connection of its own (with TLS when the session has it), to cancel what the key's session runs.
 * Resolves when the server has closed that connection: by then it has passed the request on, so that a statement sent
 * afterwards is not hit by it. True when that happened in time. Never rejects. The server never says whether it helped.
 */
export async function sendCancelRequest(endpoint: Endpoint, key: CancelKey, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  try {
    const socket = await openSocket(endpoint, { timeoutMs });
    return await new Promise(resolve => {
      const timer = setTimeout(() => socket.destroy(), Math.max(0, deadline - Date.now()));
      let ended = false;
      socket.on('end', () => (ended = true));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(ended);
      });
      socket.resume();
      socket.write(cancelRequest(key));
    });
  } catch {
    return false;
  }
}
