import { Socket } from 'node:net';
import { Client } from 'pg';
import { superuser } from './connect';
import type { PostgresServer } from './postgres';

export interface PoolLoadOptions {
  readonly postgres: PostgresServer;
  readonly pooler: { readonly host: string; readonly port: number };
  /** As PgBouncer calls it. */
  readonly database?: string;
  /** The one behind it, where the lock is held; `postgres` unless told. */
  readonly serverDatabase?: string;
  readonly user?: string;
  readonly password?: string;
}

/** Advisory locks that nobody else in the lab takes: each load has its own. */
let nextLock = 7_340_033;

/**
 * Clients of a pool that do what is asked of them until they are let go. Running queries wait for an advisory lock that a
 * connection past the pool holds, so nothing sleeps.
 */
export class PoolLoad {
  readonly #options: PoolLoadOptions;
  readonly #keeper: Client;
  readonly #lock: number;
  readonly #clients: Client[] = [];
  readonly #sockets: Socket[] = [];
  readonly #answers: Promise<unknown>[] = [];
  #served = 0;
  readonly #failed: string[] = [];

  private constructor(options: PoolLoadOptions, keeper: Client, lock: number) {
    this.#options = options;
    this.#keeper = keeper;
    this.#lock = lock;
  }

  static async start(options: PoolLoadOptions): Promise<PoolLoad> {
    const keeper = await superuser(options.postgres, options.serverDatabase);
    const lock = nextLock;
    nextLock += 1;
    await keeper.query('SELECT pg_advisory_lock($1)', [lock]);
    return new PoolLoad(options, keeper, lock);
  }

  /** Clients that are connected and do nothing. */
  async idle(count: number, application = 'load idle'): Promise<void> {
    await Promise.all(this.#clientsFor(count, application).map(client => client.connect()));
  }

  /** Clients in a transaction, between two statements. */
  async hold(count: number, application = 'load holds'): Promise<void> {
    for (const client of this.#clientsFor(count, application)) {
      await client.connect();
      await client.query('BEGIN');
      await client.query('SELECT 1');
    }
  }

  /** Clients whose query runs, or waits for a server. */
  run(count: number, application = 'load runs'): void {
    this.#send(
      this.#clientsFor(count, application),
      `SELECT pg_advisory_lock_shared(${this.#lock}), pg_advisory_unlock_shared(${this.#lock})`,
    );
  }

  /** Clients that want a short answer. */
  ask(count: number, application = 'load asks'): void {
    this.#send(this.#clientsFor(count, application), 'SELECT 1');
  }

  /** Ends transactions and lets queries go on; resolves when all who asked have their answer, with their number. */
  async release(): Promise<{ readonly served: number; readonly failed: readonly string[] }> {
    await this.#keeper.query('SELECT pg_advisory_unlock_all()');
    const holding = this.#clients.filter(client => client.getTransactionStatus() === 'T');
    await Promise.all(holding.map(client => client.query('ROLLBACK').catch(() => undefined)));
    await Promise.all(this.#answers);
    return { served: this.#served, failed: this.#failed };
  }

  /** Breaks every connection, whatever it does: one that waits for its login could not say good-bye. */
  async end(): Promise<void> {
    this.#sockets.forEach(socket => socket.destroy());
    await Promise.all(this.#answers);
    await this.#keeper.end();
  }

  /** A pool without any server lets nobody in before it has one: the login is part of what is waited for. */
  #send(clients: readonly Client[], sql: string): void {
    for (const client of clients) {
      const answer = client
        .connect()
        .then(() => client.query(sql))
        .then(
          () => (this.#served += 1),
          (error: unknown) => this.#failed.push(String(error)),
        );
      this.#answers.push(answer);
    }
  }

  #clientsFor(count: number, application: string): readonly Client[] {
    return Array.from({ length: count }, () => {
      const { pooler, database, user, password } = this.#options;
      const socket = new Socket();
      const client = new Client({
        host: pooler.host,
        port: pooler.port,
        database: database ?? 'postgres',
        user: user ?? 'postgres',
        password: password ?? '',
        application_name: application,
        ssl: false,
        stream: () => socket,
      });
      // What a broken connection means is told by its query.
      client.on('error', () => undefined);
      this.#sockets.push(socket);
      this.#clients.push(client);
      return client;
    });
  }
}
