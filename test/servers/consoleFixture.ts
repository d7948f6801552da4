import type { Client } from 'pg';
import type { Consoles } from '../../src/connection/consoles';
import type { ConsoleAnswer } from '../../src/connection/consoleSession';
import type { Profile } from '../../src/connection/profile';
import { connect } from '../lab/connect';
import type { PgBouncerServer } from '../lab/pgbouncer';
import { never, profileOf, until } from './connectionFixture';

/** The console of a PgBouncer, for the superuser unless told. */
export function consoleOf(
  endpoint: { readonly host: string; readonly port: number },
  fields: Partial<Profile> = {},
): Profile {
  return profileOf(endpoint, { kind: 'pgbouncer', database: 'pgbouncer', ...fields });
}

/** One command over the kept connection. */
export function askConsole(consoles: Consoles, profile: Profile, command: string): Promise<ConsoleAnswer> {
  return consoles.use(profile, never, session => session.ask(command, { timeoutMs: 10_000 }), { mayAsk: false });
}

/** A connection of the lab's own to a console or to a database behind it; whoever asked for it ends it. */
export function labClient(pooler: PgBouncerServer, password = '', database = 'pgbouncer'): Promise<Client> {
  return connect({ host: pooler.host, port: pooler.port, database, user: 'postgres', password });
}

/** How many connections of ours the console has. */
export async function ownConnections(pooler: PgBouncerServer, password = ''): Promise<number> {
  const client = await labClient(pooler, password);
  try {
    const { rows } = await client.query<Record<string, unknown>>('SHOW CLIENTS');
    return rows.filter(row => row['application_name'] === 'Planpool').length;
  } finally {
    await client.end();
  }
}

/** None of ours is left at the console. */
export async function noConnectionLeft(pooler: PgBouncerServer, password = ''): Promise<void> {
  await until('every connection to the console is gone', async () => (await ownConnections(pooler, password)) === 0);
}
