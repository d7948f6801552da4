import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** How long a folder is meant to live: `process` is not a leftover while this process runs. */
export type Lifetime = 'explicit' | 'process';

let watcher: ChildProcess | undefined;
const processes = new Map<number, string>();
const folders = new Map<string, Lifetime>();

/** From now on the process is ended when this one ends, however it ends. */
export function watchProcess(pid: number, name: string): void {
  processes.set(pid, name);
  tell('+pid', String(pid));
}

export function unwatchProcess(pid: number): void {
  if (processes.delete(pid)) tell('-pid', String(pid));
}

/** A new folder below the system's temporary one, open to other users (0755), removed when this process ends. */
export async function temporaryFolder(prefix: string, lifetime: Lifetime = 'explicit'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), `${prefix}-`));
  folders.set(folder, lifetime);
  tell('+folder', folder);
  await chmod(folder, 0o755);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  if (folders.delete(folder)) tell('-folder', folder);
}

/** Removes every folder of this process, whatever its lifetime: for a program that is about to end. */
export async function removeFolders(): Promise<void> {
  await Promise.all([...folders.keys()].map(removeFolder));
}

/** What was started or made here and is not ended or removed yet, one line each: empty at the end of a good suite. */
export function leftovers(): readonly string[] {
  return [
    ...[...processes].map(([pid, name]) => `process ${pid} (${name})`),
    ...[...folders].filter(([, lifetime]) => lifetime === 'explicit').map(([folder]) => `folder ${folder}`),
  ];
}

/** The watcher is a process of its own, so that it also works when this one is killed. It sees its standard input end. */
function tell(verb: string, argument: string): void {
  watcher ??= startWatcher();
  watcher.stdin?.write(`${verb} ${argument}\n`);
}

function startWatcher(): ChildProcess {
  const child = spawn(process.execPath, [path.join(__dirname, 'watcher.js')], {
    // A session of its own: Ctrl-C in the terminal is for us, not for it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: tmpdir(),
    env: {},
    windowsHide: true,
  });
  child.unref();
  const input = child.stdin;
  if (input instanceof Socket) input.unref();
  // Without a watcher the lab still works; only a crash would leave something behind.
  input.on('error', () => undefined);
  child.on('error', () => undefined);
  return child;
}
