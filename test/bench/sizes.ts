import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { repositoryFolder } from '../lab/repository';
import type { Bench } from './bench';
import { type Figure, figure } from './figure';
import { productionVsix } from './production';

/** Sizes of what is shipped and of what the host and each page have to read before they run. */
export const sizes: Bench = {
  name: 'sizes',
  run: async () => {
    const vsix = await productionVsix();
    const metafiles = await readFile(path.join(repositoryFolder, 'out', 'metafiles.json'), 'utf8');
    const outputs = outputsOf(JSON.parse(metafiles) as readonly Metafile[]);
    const pages = [...outputs].filter(
      ([file, { entryPoint }]) => entryPoint?.startsWith('webview/') && file.endsWith('.js'),
    );
    return [
      size('vsix', (await stat(vsix)).size, 1_200),
      size('extension.js', loadedBytes('dist/extension.js', outputs), 300),
      ...pages.map(([file]) => size(`page script ${path.basename(file)}`, loadedBytes(file, outputs), 450)),
    ];
  },
};

type Outputs = ReadonlyMap<string, Metafile['outputs'][string]>;

function outputsOf(metafiles: readonly Metafile[]): Outputs {
  return new Map(metafiles.flatMap(metafile => Object.entries(metafile.outputs)));
}

/** Of a script and of the chunks that it imports before it runs. */
function loadedBytes(script: string, outputs: Outputs): number {
  const files = new Set([script]);
  for (const file of files) {
    for (const imported of outputs.get(file)?.imports ?? []) {
      if (imported.kind === 'import-statement' && imported.external !== true) files.add(imported.path);
    }
  }
  return [...files].reduce((sum, file) => sum + (outputs.get(file)?.bytes ?? NaN), 0);
}

function size(name: string, bytes: number, atMostKilobytes: number): Figure {
  return figure({ name, value: bytes / 1_000, unit: 'kB', budget: { of: 'value', atMost: atMostKilobytes } });
}
