import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cached } from '../lab/cache';
import { npm } from '../lab/npmPackages';
import { repositoryFolder } from '../lab/repository';

/** The cache folder with the `node_modules` of `test/bench/packages/pev2`. Rejects with `Unavailable` when npm cannot install. */
export async function pev2Packages(): Promise<string> {
  const source = path.join(repositoryFolder, 'test', 'bench', 'packages', 'pev2');
  const files = ['package.json', 'package-lock.json'];
  const fingerprint = await Promise.all(files.map(file => readFile(path.join(source, file), 'utf8')));
  return cached('pev2', JSON.stringify(fingerprint), async folder => {
    await Promise.all(files.map(file => copyFile(path.join(source, file), path.join(folder, file))));
    await npm(folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  });
}
