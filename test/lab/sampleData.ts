import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { escapeLiteral } from 'pg';
import { connect, superuser } from './connect';
import type { PostgresServer } from './postgres';
import { repositoryFolder } from './repository';

export const sampleFolder = path.join(repositoryFolder, 'test', 'lab', 'sample');

export interface SampleDatabase {
  readonly database: 'shop';
  readonly user: 'planpool';
}

/**
 * The database of a web shop, owned by a new role `planpool` that is no superuser: about 300 MB, the same in every load,
 * at sizes where PostgreSQL's default settings lead to parallel plans. Analyzed, and vacuumed for index-only scans.
 */
export async function createSampleDatabase(server: PostgresServer, password: string): Promise<SampleDatabase> {
  const admin = await superuser(server);
  try {
    await admin.query(`CREATE ROLE planpool LOGIN PASSWORD ${escapeLiteral(password)}`);
    await admin.query('CREATE DATABASE shop OWNER planpool');
  } finally {
    await admin.end();
  }
  const run = (statements: readonly string[]): Promise<void> => runInSession(server, password, statements);
  const file = (name: string): Promise<string> => readFile(path.join(sampleFolder, name), 'utf8');
  // Two sessions, for a load keeps one core busy. None vacuums before both are done: an open transaction would hide its rows.
  await Promise.all([run([await file('orders.sql')]), run([await file('history.sql')])]);
  await Promise.all([
    run([await file('functions.sql'), 'VACUUM (ANALYZE) orders, events, shop_settings']),
    run(['VACUUM (ANALYZE) order_items, sales, customers, products']),
  ]);
  return { database: 'shop', user: 'planpool' };
}

async function runInSession(server: PostgresServer, password: string, statements: readonly string[]): Promise<void> {
  const { host, port } = server;
  const client = await connect({ host, port, database: 'shop', user: 'planpool', password });
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
