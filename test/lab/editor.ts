import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment } from './cleanEnvironment';
import { type EditorInstallation, type EditorRelease, installEditor } from './editorInstallation';
import { quietSettings } from './editorSettings';
import { freePort } from './freePort';
import { processesIn } from './processesIn';
import { spawnServer } from './processes';
import { removeFolder, temporaryFolder } from './watched';

export interface EditorOptions {
  readonly release: EditorRelease;
  /** A free one unless told. */
  readonly port?: number;
  /** Over `quietSettings`. */
  readonly userSettings?: Readonly<Record<string, unknown>>;
  /** Settings of scope `machine`. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Reaches the extension host. No `PG*` variable of this process does. */
  readonly environment?: Readonly<Record<string, string>>;
  /** An extension to install before the start. */
  readonly vsix?: string;
  /** Whether every folder is trusted (it is, unless told); else VS Code asks, as it does at home. */
  readonly trustEverything?: boolean;
}

/** A VS Code that is used through a browser. Its data, its home and its TMPDIR are temporary. */
export interface EditorServer {
  /** Of VS Code: `1.100.3`. */
  readonly version: string;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** What the server wrote to its standard output and error so far. */
  log(): Promise<string>;
  /** Writes other settings of scope `machine`, as a user does in an editor of that file. */
  changeMachineSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Ends the server, its extension hosts and what those started, and removes its folder. */
  stop(): Promise<void>;
}

const readyMs = 30_000;
const endMs = 5_000;

/** Rejects with `Unavailable` when that release cannot be had here. */
export async function startEditor(options: EditorOptions): Promise<EditorServer> {
  const installation = await installEditor(options.release);
  const root = await temporaryFolder('planpool-editor');
  try {
    return await startIn(root, installation, options);
  } catch (error) {
    await endProcessesIn(root);
    await removeFolder(root);
    throw error;
  }
}

async function startIn(root: string, installation: EditorInstallation, options: EditorOptions): Promise<EditorServer> {
  const folders = await prepareFolders(root, options);
  const environment = cleanEnvironment({ ...options.environment, TMPDIR: folders.temporary, HOME: folders.home });
  const main = path.join(installation.folder, 'out', 'server-main.js');
  if (options.vsix !== undefined) {
    const args = [main, '--accept-server-license-terms', ...folders.flags, '--install-extension', options.vsix];
    await promisify(execFile)(installation.node, args, { cwd: installation.folder, env: environment });
  }
  const port = options.port ?? (await freePort());
  const server = await spawnServer({
    name: `VS Code ${installation.version}`,
    command: installation.node,
    args: [
      main,
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'],
      ...(options.trustEverything === false ? [] : ['--disable-workspace-trust']),
      '--disable-telemetry',
      // The newest release takes the payload of `editorUrl` only with it; but then it refuses to show a modal.
      ...(options.release === 'latest' ? ['--enable-smoke-test-driver'] : []),
      ...folders.flags,
    ],
    cwd: installation.folder,
    env: environment,
  });
  try {
    await server.waitForLog(/Extension host agent listening on/, readyMs);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    version: installation.version,
    url: `http://127.0.0.1:${port}`,
    port,
    pid: server.pid,
    log: async () => server.log(),
    changeMachineSettings: settings => writeMachineSettings(root, settings),
    stop: async () => {
      await server.stop();
      await endProcessesIn(root);
      await removeFolder(root);
    },
  };
}

interface EditorFolders {
  readonly temporary: string;
  readonly home: string;
  readonly flags: readonly string[];
}

async function prepareFolders(root: string, options: EditorOptions): Promise<EditorFolders> {
  const data = path.join(root, 'data');
  const extensions = path.join(root, 'extensions');
  const temporary = path.join(root, 'tmp');
  const home = path.join(root, 'home');
  // Without a folder for its logs the server complains when it ends.
  const folders = [path.join(data, 'logs'), path.join(data, 'User'), path.join(data, 'Machine'), extensions];
  await Promise.all([...folders, temporary, home].map(folder => mkdir(folder, { recursive: true })));
  const settings = { ...quietSettings, ...options.userSettings };
  await writeFile(path.join(data, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  await writeMachineSettings(root, options.machineSettings ?? {});
  const flags = [
    '--user-data-dir',
    data,
    '--extensions-dir',
    extensions,
    '--server-data-dir',
    path.join(root, 'server'),
  ];
  return { temporary, home, flags };
}

async function writeMachineSettings(root: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await writeFile(path.join(root, 'data', 'Machine', 'settings.json'), JSON.stringify(settings, null, 2));
}

/** Extension hosts notice by themselves that their server is gone; those that do not are ended. */
async function endProcessesIn(root: string): Promise<void> {
  const left = await processesIn(root, endMs);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  if (left.length > 0) await processesIn(root, endMs);
}

/** What the editor opens. Every path is absolute. */
export interface EditorView {
  readonly folder: string;
  /** The folder of an extension that is loaded from source. */
  readonly extension?: string;
  readonly openFile?: string;
  /** A script with `run(): Promise<void>`; the extension host runs it and the editor closes. */
  readonly tests?: string;
}

/** The address that shows `view`, for a browser. */
export function editorUrl(editor: EditorServer, view: EditorView): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${editor.port}${file}`;
  const payload = [
    ...(view.extension === undefined ? [] : [['extensionDevelopmentPath', remote(view.extension)]]),
    ...(view.tests === undefined ? [] : [['extensionTestsPath', remote(view.tests)]]),
    ...(view.openFile === undefined ? [] : [['openFile', remote(view.openFile)]]),
    ['skipWelcome', 'true'],
  ];
  const url = new URL(editor.url);
  url.searchParams.set('folder', view.folder);
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
