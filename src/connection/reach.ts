import type { Profile } from './profile';
import { openSocket } from './socket';
import type { Patience } from './socket';

/**
 * Whether something accepts connections at the host and port: resolves when one was accepted, and closes it without a word.
 * Rejects with ConnectFailed, at once when the signal is aborted.
 */
export async function reach({ host, port }: Pick<Profile, 'host' | 'port'>, patience: Patience): Promise<void> {
  const socket = await openSocket({ host, port, sslmode: 'disable', sslrootcert: null }, patience);
  socket.destroy();
}
