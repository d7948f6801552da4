import { chown, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { debianPackage, type DebianRelease } from './debianPackage';
import { freePort } from './freePort';
import type { PostgresServer } from './postgres';
import { type ServerProcess, spawnServer } from './processes';
import { reachable, serverIdentity } from './unprivileged';
import { removeFolder, temporaryFolder } from './watched';

export interface PgBouncerOptions {
  /** `native` (unless told): this machine's own Debian or Ubuntu package. */
  readonly release?: DebianRelease;
  readonly postgres: PostgresServer;
  readonly databases: readonly string[];
  /** User names with their passwords, for clients and for the server alike. All may use the console. */
  readonly users: Readonly<Record<string, string>>;
  readonly poolMode: 'session' | 'transaction' | 'statement';
  /** Of the section `[pgbouncer]`, over the lab's own; `auth_type` is `scram-sha-256` unless told. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Text files beside its configuration, by name, for the settings to name (`auth_hba.conf`, a certificate). */
  readonly files?: Readonly<Record<string, string>>;
  /** A free one unless told. */
  readonly port?: number;
}

export interface PgBouncerServer {
  /** As the server says it: `1.18.0`. */
  readonly version: string;
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly pid: number;
  /** Writes its configuration anew, with these settings over those it started with. It takes a RELOAD to be read. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
  log(): Promise<string>;
}

const readyMs = 10_000;

/** Rejects with `Unavailable` when this machine cannot have that PgBouncer. */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncerServer> {
  const program = await findProgram(await reachable(await debianPackage('pgbouncer', options.release ?? 'native')));
  const folder = await temporaryFolder('planpool-pgbouncer');
  try {
    for (let attempt = 1; ; attempt += 1) {
      const port = options.port ?? (await freePort());
      const configuration = await writeConfiguration(folder, port, options);
      const server = await spawnServer({
        name: 'PgBouncer',
        command: program.command,
        args: [...program.args, configuration],
        cwd: folder,
        env: { PATH: process.env['PATH'], LC_ALL: 'C' },
        identity: await serverIdentity(),
      });
      if (await isReady(server, attempt)) return running(server, port, folder, options);
    }
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** `false` when another process took the port in the meantime and it is worth another try. */
async function isReady(server: ServerProcess, attempt: number): Promise<boolean> {
  try {
    await server.waitForLog(/process up: PgBouncer/, readyMs);
    return true;
  } catch (error) {
    await server.stop();
    if (attempt < 3 && server.log().includes('Address already in use')) return false;
    throw error;
  }
}

function running(server: ServerProcess, port: number, folder: string, options: PgBouncerOptions): PgBouncerServer {
  return {
    version: /process up: PgBouncer ([\d.]+)/.exec(server.log())?.[1] ?? 'unknown',
    host: '127.0.0.1',
    port,
    pid: server.pid,
    log: async () => server.log(),
    async configure(settings) {
      await writeConfiguration(folder, port, { ...options, settings: { ...options.settings, ...settings } });
    },
    async stop() {
      await server.stop();
      await removeFolder(folder);
    },
  };
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** A package of another release needs that release's libraries, libc's loader included: so it is always run with its own. */
async function findProgram(root: string): Promise<Program> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const find = (pattern: RegExp): string => {
    const entry = entries.find(one => !one.isDirectory() && pattern.test(path.join(one.parentPath, one.name)));
    if (entry === undefined) throw new Error(`The unpacked package ${root} has no file like ${pattern.source}.`);
    return path.join(entry.parentPath, entry.name);
  };
  const loader = find(/\/ld-linux[^/]*\.so\.\d$/);
  const libraries = new Set(entries.filter(entry => /\.so(\.\d+)*$/.test(entry.name)).map(entry => entry.parentPath));
  return {
    command: loader,
    args: ['--library-path', [...libraries].join(':'), find(/\/s?bin\/pgbouncer$/)],
  };
}

async function writeConfiguration(folder: string, port: number, options: PgBouncerOptions): Promise<string> {
  const { host, port: serverPort } = options.postgres;
  const userFile = path.join(folder, 'users.txt');
  const names = Object.keys(options.users).join(', ');
  const settings: Record<string, string> = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: userFile,
    admin_users: names,
    stats_users: names,
    pool_mode: options.poolMode,
    ...options.settings,
  };
  const text = [
    '[databases]',
    ...options.databases.map(name => `${databaseKey(name)} = host=${host} port=${serverPort}`),
    '[pgbouncer]',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    '',
  ].join('\n');
  const users = Object.entries(options.users).map(([name, password]) => `${quoted(name)} ${quoted(password)}\n`);
  const configuration = path.join(folder, 'pgbouncer.ini');
  const identity = await serverIdentity();
  for (const [file, content] of [
    [configuration, text],
    [userFile, users.join('')],
    ...Object.entries(options.files ?? {}).map(([name, content]) => [path.join(folder, name), content] as const),
  ] as const) {
    await writeFile(file, content, { mode: 0o600 });
    if (identity !== undefined) await chown(file, identity.uid, identity.gid);
  }
  return configuration;
}

/** The ini file knows no quoting of names; `*` stands for whatever database a client asks for. */
function databaseKey(name: string): string {
  return /^\w+$/.test(name) ? name : '*';
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
