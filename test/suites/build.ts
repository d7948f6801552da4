import { execFile } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../lab/errorCode';
import { repositoryFolder } from '../lab/repository';

/**
 * Builds the tests into `out/` and, when asked for, the extension into `dist/`. Compiled files whose source is gone are
 * removed first: a test that was deleted must not run. Rejects with the compiler's words.
 */
export async function build(withExtension: boolean): Promise<void> {
  await Promise.all(['src', 'test', 'webview'].map(removeStale));
  await esbuild(['--tests']);
  if (withExtension) await esbuild([]);
}

async function removeStale(folder: string): Promise<void> {
  const compiled = path.join(repositoryFolder, 'out', folder);
  const files = (await entries(compiled)).filter(file => file.endsWith('.js'));
  await Promise.all(
    files.map(async file => {
      const source = path.join(repositoryFolder, folder, file.slice(0, -'.js'.length));
      if (!(await exists(`${source}.ts`)) && !(await exists(`${source}.tsx`))) await rm(path.join(compiled, file));
    }),
  );
}

async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function esbuild(args: readonly string[]): Promise<void> {
  const script = path.join(repositoryFolder, 'esbuild.mjs');
  try {
    await promisify(execFile)(process.execPath, [script, ...args], { cwd: repositoryFolder });
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`The build failed.\n\n${words}`, { cause: error });
  }
}
