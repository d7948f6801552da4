import type { PooledConnection } from './model';

/** Whether a connection has every word of the filter in its user, application, state, address or pid, in capitals or not. */
export function connectionMatcher(filter: string): (connection: PooledConnection) => boolean {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) {
    return () => true;
  }
  return ({ user, application, state, address, port, remotePid, id }) => {
    const shown = [user, application, state, `${address}:${String(port)}`, remotePid, id].join('\n').toLowerCase();
    return wanted.every(word => shown.includes(word));
  };
}
