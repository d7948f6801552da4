import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
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
