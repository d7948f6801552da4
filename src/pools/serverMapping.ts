import { isLocalHost, type Profile } from '../connection/profile';
import type { Memory } from '../memory';
import type { PooledDatabase } from './model';

/**
 * Which connection leads to the PostgreSQL server behind a database of a PgBouncer, as the user has told it once: a console
 * knows an address, which may mean something else from here.
 */
export class ServerMapping {
  constructor(private readonly memory: Memory) {}

  /** Null when none was told, or there is no such connection any more. */
  of(console: Profile, database: string, profiles: readonly Profile[]): Profile | null {
    const name = this.memory.get(keyOf(console, database));
    return profiles.find(profile => profile.kind === 'postgresql' && profile.name === name) ?? null;
  }

  async map(console: Profile, database: string, postgres: Profile): Promise<void> {
    await this.memory.update(keyOf(console, database), postgres.name);
  }

  async forget(console: Profile, database: string): Promise<void> {
    await this.memory.update(keyOf(console, database), '');
  }
}

/** Of the PgBouncer, not of the profile: each that leads to its console shares the answer. */
function keyOf({ host, port }: Profile, database: string): string {
  return `pooledServer ${host}:${port} ${database}`;
}

/**
 * The connections that may lead to the server behind the database, likeliest first: address and database equal, then the
 * address, then the database. Those that lead through this PgBouncer are left out.
 */
export function candidates(
  profiles: readonly Profile[],
  console: Profile,
  database: PooledDatabase,
): readonly Profile[] {
  return profiles
    .filter(profile => profile.kind === 'postgresql' && !sameEndpoint(profile, console))
    .map((profile, place) => ({ profile, place, score: likeness(profile, console, database) }))
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .map(({ profile }) => profile);
}

/** The connections that lead through this PgBouncer to the database. */
export function pooledProfiles(profiles: readonly Profile[], console: Profile, database: string): readonly Profile[] {
  return profiles.filter(
    profile => profile.kind === 'postgresql' && sameEndpoint(profile, console) && profile.database === database,
  );
}

function likeness(profile: Profile, console: Profile, database: PooledDatabase): number {
  const sameHost = leadsTo(profile.host, console.host, database.host);
  const samePort = profile.port === database.port;
  const sameDatabase = profile.database === database.database;
  return (sameHost && samePort ? 4 : 0) + (sameDatabase ? 2 : 0) + (sameHost ? 1 : 0);
}

/** Without a host, or with a local one, PgBouncer means the machine it runs on itself. */
function leadsTo(host: string, consoleHost: string, serverHost: string | null): boolean {
  return sameHost(host, serverHost === null || isLocalHost(serverHost) ? consoleHost : serverHost);
}

function sameEndpoint(one: Profile, other: Profile): boolean {
  return one.port === other.port && sameHost(one.host, other.host);
}

function sameHost(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase() || (isLocalHost(one) && isLocalHost(other));
}
