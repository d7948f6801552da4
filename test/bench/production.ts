import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { repositoryFolder } from '../lab/repository';

let packed: Promise<string> | undefined;

/** What users get: builds `dist` for production and packs it, once in this process. Resolves to the file of the vsix. */
export function productionVsix(): Promise<string> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<string> {
  const script = path.join(repositoryFolder, 'test', 'package', 'package.mjs');
  await promisify(execFile)(process.execPath, [script], { cwd: repositoryFolder, maxBuffer: 16 * 1024 * 1024 });
  return path.join(repositoryFolder, 'out', 'planpool.vsix');
}

/**
 * `test/bench/<name>.ts` with everything of ours that it imports in one file, built as the extension is: compiled file by
 * file, as tests are, each use of another file's constant costs a call. Resolves to that file.
 */
export async function bundled(name: string): Promise<string> {
  const outfile = path.join(repositoryFolder, 'out', 'bench', `${name}.js`);
  await build({
    absWorkingDir: repositoryFolder,
    entryPoints: [path.join('test', 'bench', `${name}.ts`)],
    outfile,
    bundle: true,
    packages: 'external',
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
  return outfile;
}
