import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { testPackaged } from '../editor/packaged';

const vsix = 'out/planpool.vsix';

describe('package: installed', function () {
  // A production build, sample data and an editor, on two busy cores.
  this.timeout(240_000);

  it('has its commands and shows a plan', async () => {
    const packing = spawnSync(process.execPath, ['test/package/package.mjs'], { encoding: 'utf8' });
    assert.equal(packing.status, 0, packing.stdout + packing.stderr);
    await testPackaged(vsix, 'editor: smoke|shows the Gather and the Parallel Seq Scan');
  });
});
