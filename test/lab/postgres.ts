import { execFile } from 'node:child_process';
import { appendFile, chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './freePort';
import { postgresPrograms } from './postgresPrograms';
import { type ServerProcess, spawnServer } from './processes';
import { serverIdentity } from './unprivileged';
import { removeFolder, temporaryFolder } from './watched';

export type PostgresMajor = 13 | 14 | 15 | 16 | 17 | 18;

export interface PostgresOptions {
  readonly major: PostgresMajor;
  /** Written to postgresql.conf, over the lab's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How every connection is authenticated; `trust` unless told. */
  readonly auth?: 'trust' | 'scram-sha-256';
  /** The password of the superuser `postgres`, needed with `scram-sha-256`. */
  readonly superuserPassword?: string;
  /** PEM text, not file names. Connections with and without TLS are accepted. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** A PostgreSQL of its own: a fresh cluster (UTF8, locale C, superuser `postgres`) that listens on 127.0.0.1. */
export interface PostgresServer {
  readonly major: PostgresMajor;
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Of the postmaster; another one after a restart. */
  readonly pid: number;
  readonly folder: string;
  /** `null` with `trust`. */
  readonly superuserPassword: string | null;
  /** What the server logged since it was started or restarted. */
  log(): Promise<string>;
  /** Closes every connection at once and removes the cluster. */
  stop(): Promise<void>;
  /** An immediate shutdown, as in a crash, and a start on the same port and data. */
  restart(): Promise<void>;
}

const readyMs = 30_000;

/** What every server of the lab has: no background work that would change a plan in the middle of a test. */
const labSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  autovacuum: 'off',
  fsync: 'off',
  full_page_writes: 'off',
  // A table loaded in the transaction that creates it then needs no WAL.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_worker_processes: '16',
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Rejects with `Unavailable` when this machine cannot have that version. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const programs = await postgresPrograms(options.major);
  const folder = await temporaryFolder('planpool-postgres');
  try {
    const data = await createCluster(programs, folder, options);
    const started = await startOnFreePort(programs, folder, data, options.major);
    const { port } = started;
    let { server } = started;
    return {
      major: options.major,
      host: '127.0.0.1',
      port,
      get pid() {
        return server.pid;
      },
      folder,
      superuserPassword: options.superuserPassword ?? null,
      log: async () => server.log(),
      async stop() {
        await server.stop();
        await removeFolder(folder);
      },
      async restart() {
        await server.stop('SIGQUIT');
        server = await start(programs, folder, data, options.major, port);
      },
    };
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** As root the data folder belongs to `nobody`, as whom the server runs. */
async function createCluster(programs: string, folder: string, options: PostgresOptions): Promise<string> {
  const data = path.join(folder, 'data');
  const auth = options.auth ?? 'trust';
  const identity = await serverIdentity();
  const own = async (file: string): Promise<void> => {
    await chmod(file, 0o600);
    if (identity !== undefined) await chown(file, identity.uid, identity.gid);
  };
  await mkdir(data, { mode: 0o700 });
  if (identity !== undefined) await chown(data, identity.uid, identity.gid);

  const args = ['-D', data, '-U', 'postgres', `--auth=${auth}`, '--encoding=UTF8', '--locale=C', '--no-sync'];
  if (options.superuserPassword !== undefined) {
    const passwordFile = path.join(folder, 'password');
    await writeFile(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600 });
    await own(passwordFile);
    args.push(`--pwfile=${passwordFile}`);
  }
  await promisify(execFile)(path.join(programs, 'initdb'), args, { cwd: folder, ...identity });

  const settings: Record<string, string> = { ...labSettings };
  if (options.tls !== undefined) {
    for (const [name, text] of [
      ['server.crt', options.tls.certificate],
      ['server.key', options.tls.key],
    ] as const) {
      await writeFile(path.join(data, name), text, { mode: 0o600 });
      await own(path.join(data, name));
    }
    settings['ssl'] = 'on';
  }
  await appendFile(path.join(data, 'postgresql.conf'), configuration({ ...settings, ...options.settings }));
  return data;
}

function configuration(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

/** Another process may take the free port before the server does: then the next one is tried. */
async function startOnFreePort(
  programs: string,
  folder: string,
  data: string,
  major: PostgresMajor,
): Promise<{ port: number; server: ServerProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { port, server: await start(programs, folder, data, major, port) };
    } catch (error) {
      const portTaken = error instanceof Error && /could not bind|Address already in use/.test(error.message);
      if (!portTaken || attempt === 3) throw error;
    }
  }
}

async function start(
  programs: string,
  folder: string,
  data: string,
  major: PostgresMajor,
  port: number,
): Promise<ServerProcess> {
  const server = await spawnServer({
    name: `PostgreSQL ${major}`,
    command: path.join(programs, 'postgres'),
    args: ['-D', data, '-p', String(port)],
    cwd: folder,
    // A PG* variable or a language of the user must not reach the server.
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    identity: await serverIdentity(),
  });
  try {
    await server.waitForLog(/database system is ready to accept connections/, readyMs);
  } catch (error) {
    await server.stop('SIGQUIT');
    throw error;
  }
  return server;
}
