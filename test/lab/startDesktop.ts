import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnvironment } from './cleanEnvironment';
import { isAlive } from './isAlive';
import { isRoot } from './unprivileged';
import { unwatchProcess, watchProcess } from './watched';

export interface DesktopEditor {
  /** Resolves when its window is closed. */
  readonly closed: Promise<void>;
  stop(): Promise<void>;
}

/**
 * The `code` on the PATH that opens desktop VS Code, or `null`: there is none, there is no screen, it is the one of a
 * terminal inside VS Code that would use the window it belongs to, or the user wants the browser (`PLANPOOL_EDITOR=browser`).
 */
export async function findDesktopCode(environment: NodeJS.ProcessEnv): Promise<string | null> {
  const noScreen = process.platform === 'linux' && !environment['DISPLAY'] && !environment['WAYLAND_DISPLAY'];
  const elsewhere = environment['VSCODE_IPC_HOOK_CLI'] || environment['WSL_DISTRO_NAME'];
  if (environment['PLANPOOL_EDITOR'] === 'browser' || noScreen || elsewhere) return null;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  for (const folder of (environment['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    const usable =
      folder !== '' &&
      (await access(file, constants.X_OK).then(
        () => true,
        () => false,
      ));
    if (usable) return file;
  }
  return null;
}

export interface DesktopOptions {
  readonly code: string;
  /** For its data, its extensions and its settings: the user's own are not touched. */
  readonly folder: string;
  readonly extension: string;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
}

export async function openDesktopEditor(options: DesktopOptions): Promise<DesktopEditor> {
  const data = path.join(options.folder, 'data');
  const args = [
    ...['--user-data-dir', data, '--extensions-dir', path.join(options.folder, 'extensions')],
    ...['--extensionDevelopmentPath', options.extension],
    ...['--disable-workspace-trust', '--disable-telemetry', '--skip-welcome', '--skip-release-notes'],
    // VS Code refuses to run as root with its sandbox.
    ...(isRoot ? ['--no-sandbox'] : []),
    ...['--wait', '--new-window', options.workspace],
  ];
  const child = spawn(options.code, args, {
    env: cleanEnvironment(options.environment),
    stdio: 'ignore',
    // Ctrl-C in the terminal is for us, and we close the window.
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32',
  });
  const closed = once(child, 'close').then(() => undefined);
  await once(child, 'spawn');
  if (child.pid !== undefined) watchProcess(child.pid, 'code');
  void closed.then(() => child.pid !== undefined && unwatchProcess(child.pid));
  return {
    closed,
    async stop() {
      // `code` is only a launcher: the program itself notes its process id beside its data.
      const pid = Number(await readFile(path.join(data, 'code.lock'), 'utf8').catch(() => '0'));
      if (isAlive(pid)) process.kill(pid, 'SIGTERM');
      for (let waited = 0; isAlive(pid) && waited < 5_000; waited += 50) await delay(50);
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      child.kill('SIGTERM');
      await closed;
    },
  };
}
