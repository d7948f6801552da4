import type { Client } from 'pg';
import { superuser } from '../lab/connect';
import { majorsUnderTest } from '../lab/matrix';
import { type PgBouncerOptions, type PgBouncerServer, startPgBouncer } from '../lab/pgbouncer';
import { type PostgresMajor, type PostgresOptions, type PostgresServer, startPostgres } from '../lab/postgres';
import { noBackendLeft } from './connectionFixture';

/** The oldest one always, because what we send must hold on it too. */
export const majorsWithOldest: readonly PostgresMajor[] = [...new Set<PostgresMajor>([13, ...majorsUnderTest])];

/** What a suite starts. At its end all of it is ended, the newest first. */
export interface SuiteServers {
  /** With a `superuserPassword` it asks for it. When it is stopped, no session may be left at it. */
  postgres(options: PostgresOptions): Promise<PostgresServer>;
  /** For the superuser and the database `postgres`, unless told. */
  pgBouncer(
    options: Partial<PgBouncerOptions> & Pick<PgBouncerOptions, 'postgres' | 'poolMode'>,
  ): Promise<PgBouncerServer>;
  superuser(server: PostgresServer, database?: string): Promise<Client>;
  atEnd(end: () => Promise<void>): void;
}

/** To be called in a `describe`. A start that fails half-way ends what had been started, too. */
export function suiteServers(): SuiteServers {
  const ends: (() => Promise<void>)[] = [];
  const atEnd = (end: () => Promise<void>): void => void ends.unshift(end);
  after('everything is ended, and nothing is left', () => runAll(ends));
  return {
    postgres: async options => {
      const auth = options.superuserPassword === undefined ? {} : { auth: 'scram-sha-256' as const };
      const server = await startPostgres({ ...auth, ...options });
      atEnd(() => server.stop());
      atEnd(() => noBackendLeft(server));
      return server;
    },
    pgBouncer: async options => {
      const users = { postgres: options.postgres.superuserPassword ?? '' };
      const pooler = await startPgBouncer({ databases: ['postgres'], users, ...options });
      atEnd(() => pooler.stop());
      return pooler;
    },
    superuser: async (server, database) => {
      const client = await superuser(server, database);
      atEnd(() => client.end());
      return client;
    },
    atEnd,
  };
}

/** One after the other, each of them though one before it failed; rejects with what failed first. */
async function runAll(ends: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends) {
    await end().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
