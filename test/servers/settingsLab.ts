import type { Client } from 'pg';
import { openSession } from '../../src/connection/openSession';
import { rolledBack } from '../../src/connection/rolledBack';
import { settingsFindings } from '../../src/guc/findings';
import { parallelSettings } from '../../src/guc/parallelSettings';
import type { ServerSize, SettingsFacts } from '../../src/guc/settingsFacts';
import type { SettingsFinding } from '../../src/guc/settingsFinding';
import { formatBytes } from '../../src/plan/figures';
import { splitStatements } from '../../src/sql/statements';
import { lookOptions } from '../../src/workers/look';
import { readSettings } from '../../src/workers/settingsQuery';
import { superuser } from '../lab/connect';
import type { PostgresServer } from '../lab/postgres';
import { applicationName, never, profileOf } from './connectionFixture';

type Endpoint = Pick<PostgresServer, 'host' | 'port' | 'superuserPassword'>;

export interface Who {
  readonly user: string;
  readonly database: string;
}

/** What a role that connects anew is told of the settings. */
export async function lookAt(server: Endpoint, who: Who): Promise<SettingsFacts> {
  const options = { connectTimeoutMs: 10_000, applicationName };
  const session = await openSession(profileOf(server, who), null, options);
  try {
    return await rolledBack(session, lookOptions, never, readSettings);
  } finally {
    await session.close();
  }
}

export const inWords = (bytes: number): string => formatBytes(bytes, 'en');

export const sizeUnknown: ServerSize = { cores: null, memoryBytes: null };

export async function findingsFor(server: Endpoint, who: Who, size: ServerSize): Promise<readonly SettingsFinding[]> {
  return settingsFindings(await lookAt(server, who), size, inWords);
}

export async function asSuperuser<T>(server: Endpoint, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await superuser(server);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs what a user would paste into psql: one statement after the other, none in a transaction. */
export async function runScript(server: Endpoint, script: string): Promise<void> {
  await asSuperuser(server, async client => {
    for (const { start, end } of splitStatements(script)) {
      await client.query(script.slice(start, end));
    }
  });
}

const questions = [
  `SELECT name, setting, source, sourcefile, boot_val, reset_val, pending_restart FROM pg_settings
    WHERE name = ANY ($1) ORDER BY name`,
  `SELECT setdatabase, setrole, entry FROM pg_db_role_setting, unnest(setconfig) entry WHERE $1::text[] IS NOT NULL
    ORDER BY 1, 2, 3`,
  `SELECT name, setting FROM pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf' AND $1::text[] IS NOT NULL
    ORDER BY name`,
  `SELECT oid::regclass::text AS relation, reloptions FROM pg_class
    WHERE relkind IN ('r', 'm') AND oid >= 16384 AND $1::text[] IS NOT NULL ORDER BY 1`,
];

/** All that a remedy may change, as a superuser who connects anew sees it. */
export async function written(server: Endpoint): Promise<readonly unknown[]> {
  const names = parallelSettings.map(({ name }) => name);
  return asSuperuser(server, async client => {
    const answers: unknown[] = [];
    for (const question of questions) {
      answers.push((await client.query(question, [names])).rows);
    }
    return answers;
  });
}
