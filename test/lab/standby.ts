import { appendFile, chmod, chown, cp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { superuser } from './connect';
import { freePort } from './freePort';
import type { PostgresServer } from './postgres';
import { postgresPrograms } from './postgresPrograms';
import { spawnServer } from './processes';
import { serverIdentity } from './unprivileged';
import { removeFolder, temporaryFolder } from './watched';

/** A hot standby that follows its primary. */
export type Standby = Pick<PostgresServer, 'major' | 'host' | 'port' | 'superuserPassword' | 'log' | 'stop'>;

/** What a primary must be started with, so that it can have a standby. */
export const primarySettings: Readonly<Record<string, string>> = { wal_level: 'replica', max_wal_senders: '2' };

const readyMs = 30_000;

/** Makes a standby of a primary that goes on running (documentation, "Making a Base Backup Using the Low Level API"). */
export async function startStandby(primary: PostgresServer): Promise<Standby> {
  const folder = await temporaryFolder('planpool-standby');
  try {
    const data = path.join(folder, 'data');
    const label = await copyCluster(primary, data);
    await writeFile(path.join(data, 'backup_label'), label);
    await writeFile(path.join(data, 'standby.signal'), '');
    await appendFile(
      path.join(data, 'postgresql.conf'),
      `primary_conninfo = 'host=${primary.host} port=${primary.port} user=postgres'\nhot_standby = 'on'\n`,
    );
    await giveToServer(data);
    const port = await freePort();
    const server = await spawnServer({
      name: `PostgreSQL ${primary.major}, standby`,
      command: path.join(await postgresPrograms(primary.major), 'postgres'),
      args: ['-D', data, '-p', String(port)],
      cwd: folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      identity: await serverIdentity(),
    });
    try {
      await server.waitForLog(/ready to accept read[- ]only connections/, readyMs);
    } catch (error) {
      await server.stop('SIGQUIT');
      throw error;
    }
    return {
      major: primary.major,
      host: primary.host,
      port,
      superuserPassword: primary.superuserPassword,
      log: async () => server.log(),
      async stop() {
        await server.stop();
        await removeFolder(folder);
      },
    };
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** Returns what must be the copy's `backup_label`. The functions have other names from 15 on. */
async function copyCluster(primary: PostgresServer, data: string): Promise<string> {
  const renamed = primary.major >= 15;
  const admin = await superuser(primary);
  try {
    await admin.query(renamed ? `SELECT pg_backup_start('copy', true)` : `SELECT pg_start_backup('copy', true, false)`);
    await cp(path.join(primary.folder, 'data'), data, { recursive: true });
    const { rows } = await admin.query<{ labelfile: string }>(
      renamed ? 'SELECT labelfile FROM pg_backup_stop(false)' : 'SELECT labelfile FROM pg_stop_backup(false, false)',
    );
    await rm(path.join(data, 'postmaster.pid'), { force: true });
    return rows[0]!.labelfile;
  } finally {
    await admin.end();
  }
}

/** PostgreSQL refuses a data folder that is another user's, or that others may read. */
async function giveToServer(data: string): Promise<void> {
  await chmod(data, 0o700);
  const identity = await serverIdentity();
  if (identity === undefined) return;
  const entries = await readdir(data, { recursive: true });
  for (const entry of ['', ...entries]) {
    await chown(path.join(data, entry), identity.uid, identity.gid);
  }
}
