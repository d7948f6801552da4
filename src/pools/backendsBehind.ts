import type { Transaction } from '../connection/transaction';
import type { Activity, Backend } from '../workers/activity';
import { readActivity } from '../workers/readActivity';
import { joinServer } from './join';
import type { PooledConnection } from './model';

/** The backends behind server connections, by process id: only those that are proven to be (`joinServer`). */
export function backendsBehind(servers: readonly PooledConnection[], activity: Activity): ReadonlyMap<number, Backend> {
  const pids = new Set(servers.map(({ remotePid }) => remotePid));
  const concerned = { ...activity, backends: activity.backends.filter(({ pid }) => pids.has(pid)) };
  return new Map(
    servers.flatMap(server => {
      const { backend } = joinServer(server, concerned, 'en');
      return backend === null ? [] : [[backend.pid, backend] as const];
    }),
  );
}

/** What PostgreSQL says of the backends behind these server connections. */
export async function readBackends(
  tx: Transaction,
  servers: readonly PooledConnection[],
): Promise<ReadonlyMap<number, Backend>> {
  return backendsBehind(servers, await readActivity(tx, new Set()));
}
