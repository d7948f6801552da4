import { access, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { npm, npmPackages } from './npmPackages';
import { Unavailable } from './unavailable';

/** `minimum` is the oldest VS Code that the extension promises to run in, `latest` the newest one we have tried. */
export type EditorRelease = 'minimum' | 'latest';

/** A VS Code server on this machine. */
export interface EditorInstallation {
  /** Of VS Code: `1.100.3`. */
  readonly version: string;
  /** The server's working directory, which holds `out/server-main.js`. */
  readonly folder: string;
  /** The Node that this release runs on. */
  readonly node: string;
}

const latestNeedsNodeMajor = 24;

/** Fetches what is missing, which takes a quarter of a minute. Rejects with `Unavailable` when npm cannot install. */
export async function installEditor(release: EditorRelease): Promise<EditorInstallation> {
  const packages = await npmPackages(`editor-${release}`, { version: '1', run: finishServer });
  const folder = serverFolder(packages);
  const manifest: unknown = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) {
    throw new Error(`${folder} has no version.`);
  }
  return {
    version: String(manifest.version),
    folder,
    node: release === 'minimum' ? process.execPath : await newerNode(),
  };
}

function serverFolder(packages: string): string {
  return path.join(packages, 'node_modules', 'code-server', 'lib', 'vscode');
}

/** The package brings the server without its dependencies, and with a lock file too loose for `npm ci`. */
async function finishServer(packages: string): Promise<void> {
  const folder = serverFolder(packages);
  await npm(folder, ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  // The server looks for the archive that desktop VS Code packs its modules into.
  await symlink('node_modules', path.join(folder, 'node_modules.asar'), 'junction');
}

/** In a folder of its own, so that no npm script ever finds it on its PATH. */
async function newerNode(): Promise<string> {
  if (Number.parseInt(process.versions.node, 10) >= latestNeedsNodeMajor) return process.execPath;
  const packages = await npmPackages('node24');
  const file = path.join(packages, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  try {
    await access(file);
  } catch {
    throw new Unavailable(`the newest VS Code needs Node ${latestNeedsNodeMajor}, this is ${process.versions.node}`);
  }
  return file;
}
