import assert from 'node:assert/strict';
import { holdQuery, parallelSettings, untilWorkers, type HeldQuery } from '../lab/heldQueries';
import { connect } from '../lab/connect';
import type { PostgresServer } from '../lab/postgres';

/** The sample's PostgreSQL, as whoever started it or the environment of the extension host tells. */
export type ShopServer = Pick<PostgresServer, 'host' | 'port' | 'superuserPassword'>;

/** The `PG*` variables of the sample's user. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Its leader waits for rows, since its workers sleep. */
export const workersSleep = 'SELECT count(*) FROM orders WHERE pg_sleep(60) IS NOT NULL';

/** Its workers wait until the leader reads, which sleeps above the Gather. */
export const leaderSleeps =
  'SELECT order_id, note, pg_sleep(60) FROM (SELECT order_id, note FROM orders OFFSET 0) AS o';

/** Held queries of the sample's user, and of others. */
export class HeldQueries {
  readonly #held: HeldQuery[] = [];

  constructor(
    private readonly server: ShopServer,
    private readonly environment: Environment,
  ) {}

  /** In parallel, as the sample's user; resolves when it has that many workers. */
  async hold(sql: string, workers: number): Promise<HeldQuery & { readonly workers: readonly number[] }> {
    const query = await holdQuery(
      { ...loginOf(this.server, this.environment), settings: parallelSettings(workers) },
      sql,
    );
    this.#held.push(query);
    return { ...query, workers: await untilWorkers(this.server, query.pid, workers) };
  }

  /** As the superuser, serially. */
  async holdAsSuperuser(sql: string): Promise<HeldQuery> {
    const { database } = loginOf(this.server, this.environment);
    const query = await holdQuery({ server: this.server, database }, sql);
    this.#held.push(query);
    return query;
  }

  async release(): Promise<void> {
    await Promise.all(this.#held.splice(0).map(query => query.release()));
  }
}

/** Runs statements one after the other in a session of the sample's user. */
export async function asUser(server: ShopServer, environment: Environment, ...statements: string[]): Promise<void> {
  const { database, user, password } = loginOf(server, environment);
  const client = await connect({ host: server.host, port: server.port, database, user, password });
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function loginOf(server: ShopServer, { PGDATABASE: database, PGUSER: user, PGPASSWORD: password }: Environment) {
  assert.ok(database && user && password);
  return { server, database, user, password };
}
