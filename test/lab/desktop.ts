import { downloadAndUnzipVSCode, runTests, SilentReporter, TestRunFailedError } from '@vscode/test-electron';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from './cache';
import { cleanEnvironment } from './cleanEnvironment';
import { quietSettings } from './editorSettings';
import { Unavailable } from './unavailable';
import { removeFolder, temporaryFolder } from './watched';

export interface DesktopRun {
  readonly folder: string;
  readonly extension: string;
  /** A script with `run(): Promise<void>` for the extension host. */
  readonly tests: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where others may attach to the window with the DevTools protocol. */
  readonly cdpPort: number;
}

/** The oldest version that the extension promises to run in. */
const version = '1.100.3';

/**
 * The executable of a desktop VS Code: `VSCODE_EXECUTABLE` when set, else one that is downloaded into the cache.
 * Rejects with `Unavailable` when it cannot be downloaded or there is no display.
 */
export async function findDesktop(): Promise<string> {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new Unavailable('desktop VS Code needs a display; "xvfb-run -a npm run test:editor:desktop" makes one');
  }
  const named = process.env['VSCODE_EXECUTABLE'];
  if (named) return named;
  try {
    const cachePath = path.join(cacheFolder, 'desktop');
    return await downloadAndUnzipVSCode({ version, cachePath, reporter: new SilentReporter() });
  } catch (error) {
    const complaint = error instanceof Error ? error.message : String(error);
    throw new Unavailable(`VS Code ${version} cannot be downloaded (${complaint}); VSCODE_EXECUTABLE can name one`);
  }
}

/** Runs tests inside a desktop VS Code with data of its own and resolves to the exit code. Rejects like `findDesktop`. */
export async function runDesktop(run: DesktopRun): Promise<number> {
  const executable = await findDesktop();
  // Short: the editor's socket stands in it, and the name of a socket may not be long.
  const data = await temporaryFolder('planpool-code');
  try {
    await mkdir(path.join(data, 'User'));
    await writeFile(path.join(data, 'User', 'settings.json'), JSON.stringify(quietSettings, null, 2));
    return await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: run.extension,
      extensionTestsPath: run.tests,
      extensionTestsEnv: environment(run.environment),
      launchArgs: [
        run.folder,
        `--user-data-dir=${data}`,
        `--extensions-dir=${path.join(data, 'extensions')}`,
        `--remote-debugging-port=${run.cdpPort}`,
        '--window-size=1600,1000',
      ],
    });
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.code ?? 2;
    throw error;
  } finally {
    await removeFolder(data);
  }
}

/** The library adds these to this process's own variables: what must not be inherited has to be named. */
function environment(additions: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const clean = cleanEnvironment(additions);
  const removed = Object.keys(process.env).filter(name => !(name in clean));
  return { ...Object.fromEntries(removed.map(name => [name, undefined])), ...clean };
}
