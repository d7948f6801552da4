import { Client } from 'pg';
import type { PostgresServer } from './postgres';

/** A plain connection of the superuser, to arrange and to look; whoever asked for it ends it. */
export async function superuser(
  server: Pick<PostgresServer, 'host' | 'port' | 'superuserPassword'>,
  database = 'postgres',
): Promise<Client> {
  const { host, port, superuserPassword } = server;
  return connect({ host, port, database, user: 'postgres', password: superuserPassword ?? '' });
}

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** A plain connection of anybody to anything that speaks the protocol, without TLS. */
export async function connect(login: Login): Promise<Client> {
  const client = new Client({ ...login, ssl: false, application_name: 'planpool lab' });
  // A server that is stopped under an idle connection is what some tests are about: it must not end the test process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
