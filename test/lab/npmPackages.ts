import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache';
import { repositoryFolder } from './repository';
import { Unavailable } from './unavailable';

/** What is left to do after npm has installed; a change of `run` needs another `version`. */
export interface FinishingStep {
  readonly version: string;
  run(folder: string): Promise<void>;
}

/**
 * The cache folder with the `node_modules` of `test/lab/packages/<name>`, exactly as its lock file says. No install
 * script runs, for npm's rules about them differ by version and by user: what has to be done is `finish`.
 * Rejects with `Unavailable` when npm cannot install.
 */
export async function npmPackages(name: string, finish?: FinishingStep): Promise<string> {
  const source = path.join(repositoryFolder, 'test', 'lab', 'packages', name);
  const manifest = await readFile(path.join(source, 'package.json'), 'utf8');
  const lockFile = await readFile(path.join(source, 'package-lock.json'), 'utf8');
  const fingerprint = JSON.stringify([manifest, lockFile, process.platform, process.arch, finish?.version ?? null]);
  return cached(name, fingerprint, async folder => {
    await Promise.all(
      ['package.json', 'package-lock.json'].map(file => copyFile(path.join(source, file), path.join(folder, file))),
    );
    await npm(folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    await finish?.run(folder);
  });
}

/** Runs npm in `folder`. Rejects with `Unavailable`, which says why it failed and what can be done. */
export async function npm(folder: string, args: readonly string[]): Promise<void> {
  // npm names its own script to the scripts it runs; on Windows the npm on the PATH is a shell script.
  const script = process.env['npm_execpath'];
  const [command, ...first] = script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
  try {
    await promisify(execFile)(command, [...first, ...args], {
      cwd: folder,
      shell: command === 'npm' && process.platform === 'win32',
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    throw new Unavailable(`npm ${args[0] ?? ''} failed in ${folder}: ${complaint(error)}`);
  }
}

function complaint(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const output = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN/.test(output)) {
    return 'it cannot reach its registry, so check the network and the proxy settings (npm config list) and try again';
  }
  if (/\bENOSPC\b/.test(output)) return 'the disk is full, so free about 2 GB and try again';
  const lines = output.split('\n').filter(line => line.startsWith('npm error') && !line.includes('A complete log'));
  return lines.slice(0, 3).join(' ').replaceAll('npm error ', '') || error.message;
}
