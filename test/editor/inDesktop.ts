import { rm } from 'node:fs/promises';
import path from 'node:path';
import { runDesktop } from '../lab/desktop';
import { freePort } from '../lab/freePort';
import { repositoryFolder } from '../lab/repository';
import { type EditorRun, suiteEnvironment } from './inEditor';

/** Runs test/editor inside the extension host of a desktop VS Code. Resolves to its exit code. */
export async function runInDesktop(run: Pick<EditorRun, 'shop' | 'choice' | 'failures'>): Promise<number> {
  await rm(run.failures, { recursive: true, force: true });
  const cdpPort = await freePort();
  return runDesktop({
    folder: run.shop.workspace,
    extension: repositoryFolder,
    tests: path.join(repositoryFolder, 'out', 'test', 'editor', 'index.js'),
    environment: { ...run.shop.environment, ...suiteEnvironment(run, cdpPort) },
    cdpPort,
  });
}
