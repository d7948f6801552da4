import { connect, superuser, type Login } from './connect';
import type { PostgresServer } from './postgres';
import { until } from './until';

/** A query that runs until it is released, with whatever workers it got. */
export interface HeldQuery {
  readonly pid: number;
  /** How it ended: null when it was released, else the SQLSTATE. */
  readonly ended: Promise<string | null>;
  /** Lets it go on; resolves when it has ended and its session is closed. */
  release(): Promise<void>;
}

type Endpoint = Pick<PostgresServer, 'host' | 'port' | 'superuserPassword'>;

export interface HeldQueryOptions {
  readonly server: Endpoint;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** A table that every held parallel query can read; `rows` of about a kilobyte, so that workers cannot send them all ahead. */
export async function createHeldTable(server: PostgresServer, database = 'postgres', rows = 20_000): Promise<void> {
  const client = await superuser(server, database);
  try {
    await client.query(
      `CREATE TABLE held AS SELECT g AS n, repeat('x', 1000) AS filler FROM generate_series(1, ${rows}) AS g`,
    );
    await client.query('GRANT SELECT ON held TO PUBLIC');
    await client.query('ANALYZE held');
  } finally {
    await client.end();
  }
}

/** Cheap workers, as many as are asked for, and none of the leader's help. */
export function parallelSettings(workers: number): Readonly<Record<string, string>> {
  return {
    max_parallel_workers_per_gather: String(workers),
    parallel_setup_cost: '0',
    parallel_tuple_cost: '0',
    min_parallel_table_scan_size: '0',
    enable_indexscan: 'off',
    parallel_leader_participation: 'off',
  };
}

/** Its leader waits for rows in ExecuteGather, since its workers sleep. */
export const workersSleep = 'SELECT count(*) FROM held WHERE pg_sleep(60) IS NOT NULL';

/** Its workers wait in MessageQueueSend for the leader, which sleeps above the Gather (`pg_sleep` cannot run below the OFFSET). */
export const leaderSleeps = 'SELECT n, filler, pg_sleep(60) FROM (SELECT n, filler FROM held OFFSET 0) AS h';

/** Starts the statement in a session of its own and leaves it running; `release` cancels it. */
export async function holdQuery(options: HeldQueryOptions, sql: string): Promise<HeldQuery> {
  const { server } = options;
  const login: Login = {
    host: server.host,
    port: server.port,
    database: options.database ?? 'postgres',
    user: options.user ?? 'postgres',
    password: options.password ?? server.superuserPassword ?? '',
  };
  const client = await connect(login);
  for (const [name, value] of Object.entries(options.settings ?? {})) {
    await client.query('SELECT set_config($1, $2, false)', [name, value]);
  }
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]!.pid;
  const ended = client.query(sql).then(
    () => null,
    (error: unknown) => sqlState(error),
  );
  return {
    pid,
    ended,
    async release() {
      const admin = await superuser(server);
      try {
        await admin.query('SELECT pg_cancel_backend($1)', [pid]);
        await ended;
      } finally {
        await admin.end();
        await client.end().catch(() => undefined);
      }
    },
  };
}

function sqlState(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'connection lost';
}

/** Waits until the leader has so many workers, all of them as `condition` over pg_stat_activity says. */
export async function untilWorkers(
  server: Endpoint,
  leaderPid: number,
  count: number,
  condition = 'true',
): Promise<readonly number[]> {
  const admin = await superuser(server);
  try {
    return await until(`${count} workers of ${leaderPid} with ${condition}`, async () => {
      const { rows } = await admin.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE leader_pid = $1 AND ${condition} ORDER BY pid`,
        [leaderPid],
      );
      return rows.length === count ? rows.map(({ pid }) => pid) : undefined;
    });
  } finally {
    await admin.end();
  }
}
