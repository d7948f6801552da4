import assert from 'node:assert/strict';
import path from 'node:path';
import type { EditorRelease } from '../lab/editorInstallation';
import { repositoryFolder } from '../lab/repository';
import { startShop } from '../lab/shop';
import { eventsEnvironment } from '../suites/events';
import { runInEditor } from './inEditor';

/**
 * Installs a packaged extension as a user would and runs the tests of test/editor whose title matches `grep` against it,
 * with the sample database at hand. Rejects when one of them fails; the report is printed.
 */
export async function testPackaged(vsix: string, grep: string, release: EditorRelease = 'minimum'): Promise<void> {
  const shop = await startShop();
  try {
    const code = await runInEditor({
      release,
      shop,
      choice: { grep },
      failures: path.join(repositoryFolder, 'out', 'failures', 'packaged'),
      vsix: path.resolve(vsix),
      // They are part of one test of whoever calls, and not counted on their own.
      environment: eventsEnvironment(''),
    });
    assert.equal(code, 0, `${grep} fails with ${vsix} installed.`);
  } finally {
    await shop.stop();
  }
}
