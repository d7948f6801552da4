// Builds the extension for users and packs it into out/planpool.vsix.
import { createVSIX } from '@vscode/vsce';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const build = spawnSync(process.execPath, ['esbuild.mjs', '--production'], { stdio: 'inherit' });
if (build.status === 0) {
  mkdirSync('out', { recursive: true });
  // Everything is bundled: nothing of node_modules belongs into the vsix.
  await createVSIX({ dependencies: false, packagePath: 'out/planpool.vsix' });
} else {
  process.exitCode = build.status ?? 1;
}
