import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { unwatchProcess, watchProcess } from './watched';

export interface ServerOptions {
  /** For messages: `PostgreSQL 18`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The user that it runs as; only root may ask for another one. */
  readonly identity?: Identity | undefined;
}

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** A running server. It never outlives this process, however this one ends. */
export interface ServerProcess {
  readonly pid: number;
  /** What it wrote to its standard output and error so far. */
  log(): string;
  isRunning(): boolean;
  /** Resolves when the log matches; rejects with the end of the log when the server ends before or takes too long. */
  waitForLog(pattern: RegExp, timeoutMs: number): Promise<void>;
  /** Sends `signal` (SIGINT unless told) to this one process and SIGKILL when that did not end it in time. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const stopMs = 10_000;

export async function spawnServer(options: ServerOptions): Promise<ServerProcess> {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    // A session of its own: Ctrl-C in the terminal ends us, and we end it.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    ...options.identity,
  });
  let log = '';
  const append = (text: string): void => void (log += text);
  child.stdout.setEncoding('utf8').on('data', append);
  child.stderr.setEncoding('utf8').on('data', append);
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${options.name} has no process id.`);
  watchProcess(pid, options.name);
  child.once('exit', () => unwatchProcess(pid));
  return {
    pid,
    log: () => log,
    isRunning: () => isRunning(child),
    waitForLog: (pattern, timeoutMs) => waitForLog(child, options.name, pattern, timeoutMs, () => log),
    stop: signal => stop(child, signal ?? 'SIGINT'),
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  const closed = once(child, 'close');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await closed;
  clearTimeout(timer);
}

function waitForLog(
  child: ChildProcess,
  name: string,
  pattern: RegExp,
  timeoutMs: number,
  log: () => string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (failure: string | null): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.stderr?.off('data', look);
      child.off('close', ended);
      if (failure === null) resolve();
      else reject(new Error(`${name} ${failure}. The end of its log:\n${log().slice(-2_000)}`));
    };
    const look = (): void => {
      if (pattern.test(log())) settle(null);
    };
    const ended = (): void => settle('ended while it started');
    const timer = setTimeout(() => settle(`was not ready after ${timeoutMs} ms`), timeoutMs);
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', ended);
    look();
    if (!isRunning(child)) ended();
  });
}
