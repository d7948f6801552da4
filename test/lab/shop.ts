import { randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { type PostgresServer, startPostgres } from './postgres';
import { createSampleDatabase, sampleFolder } from './sampleData';
import { removeFolder, temporaryFolder } from './watched';

/** A PostgreSQL 18 with the sample data, and a folder with the sample SQL, for an editor to use. */
export interface Shop {
  readonly postgres: PostgresServer;
  /** A copy: tests may write into it. */
  readonly workspace: string;
  /** The `PG*` variables of the sample's user, who is no superuser. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Rejects with `Unavailable` when this machine cannot have PostgreSQL 18. */
export async function startShop(): Promise<Shop> {
  const superuserPassword = randomBytes(12).toString('hex');
  const password = randomBytes(12).toString('hex');
  const postgres = await startPostgres({ major: 18, auth: 'scram-sha-256', superuserPassword });
  const folder = await temporaryFolder('planpool-shop');
  const stop = async (): Promise<void> => {
    await postgres.stop();
    await removeFolder(folder);
  };
  try {
    const { database, user } = await createSampleDatabase(postgres, password);
    // The folder's name is what the editor shows.
    const workspace = path.join(folder, 'shop');
    await cp(path.join(sampleFolder, 'workspace'), workspace, { recursive: true });
    const environment = {
      PGHOST: postgres.host,
      PGPORT: String(postgres.port),
      PGDATABASE: database,
      PGUSER: user,
      PGPASSWORD: password,
      PGSSLMODE: 'disable',
    };
    return { postgres, workspace, environment, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
