import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import type { Metafile } from 'esbuild';
import { zipEntries, type ZipEntry } from './zip';

const vsix = 'out/planpool.vsix';

/** Chunks that pages share have a hash in their names. */
const withoutHash = (name: string) => name.replace(/-[A-Z0-9]{8}\.js$/, '-*.js');

describe('package: vsix', function () {
  // A production build and vsce, on two busy cores.
  this.timeout(120_000);

  let entries: readonly ZipEntry[] = [];
  let metafiles: readonly Metafile[] = [];

  before(() => {
    const packing = spawnSync(process.execPath, ['test/package/package.mjs'], { encoding: 'utf8' });
    assert.equal(packing.status, 0, packing.stdout + packing.stderr);
    entries = zipEntries(readFileSync(vsix));
    metafiles = JSON.parse(readFileSync('out/metafiles.json', 'utf8')) as readonly Metafile[];
  });

  const sizeOf = (name: string) => {
    const entry = entries.find(one => one.name === `extension/${name}`);
    assert.ok(entry, `${name} is in the vsix`);
    return entry.bytes;
  };

  const outputs = () => metafiles.flatMap(metafile => Object.entries(metafile.outputs));

  it('holds the files of test/package/files.txt and no others', () => {
    const expected = readFileSync('test/package/files.txt', 'utf8').trim().split('\n');
    assert.deepEqual(entries.map(entry => withoutHash(entry.name)).sort(), expected);
  });

  it('stays within the budgets of docs/architecture.md', () => {
    assert.ok(statSync(vsix).size <= 1_200_000, `vsix: ${statSync(vsix).size} bytes`);
    const atStart = bytesLoadedBy('dist/extension.js');
    assert.ok(atStart <= 300_000, `extension.js loads ${atStart} bytes`);
    const pages = outputs().filter(([file, output]) => file.startsWith('dist/webview/') && output.entryPoint);
    assert.ok(pages.length > 0);
    for (const [page] of pages.filter(([file]) => file.endsWith('.js'))) {
      const bytes = bytesLoadedBy(page);
      assert.ok(bytes <= 450_000, `${page} loads ${bytes} bytes of script`);
    }
  });

  it('holds no source map and no trace of one', () => {
    assert.deepEqual(
      entries.filter(entry => entry.name.endsWith('.map')),
      [],
    );
    for (const [file] of outputs().filter(([name]) => name.endsWith('.js'))) {
      assert.doesNotMatch(readFileSync(file, 'utf8'), /\/\/# sourceMappingURL=/, file);
    }
  });

  it('has the parser in its worker and nowhere else', () => {
    const withParser = outputs()
      .filter(([, output]) => Object.keys(output.inputs).some(input => input.includes('node_modules/libpg-query/')))
      .map(([file]) => file);
    assert.deepEqual(withParser, ['dist/parserWorker.js']);
  });

  it('names the licence of every package in it', () => {
    const notices = readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8');
    const inputs = outputs().flatMap(([, output]) => Object.keys(output.inputs));
    const names = new Set(inputs.map(input => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]));
    assert.ok(names.has('pg') && names.has('libpg-query'));
    for (const name of names) {
      assert.ok(name === undefined || notices.includes(`\n${name} `), `${name} is in the notices`);
    }
    for (const compiled of ['PostgreSQL 18', 'libpg_query', 'protobuf-c', 'xxHash', 'musl', 'Emscripten']) {
      assert.ok(notices.includes(`\n${compiled} `), `${compiled} is in the notices`);
    }
  });

  /** Of a script and the chunks that it imports before it runs. */
  function bytesLoadedBy(script: string): number {
    const all = new Map(outputs());
    const files = new Set([script]);
    for (const file of files) {
      for (const { path, kind, external } of all.get(file)?.imports ?? []) {
        if (kind === 'import-statement' && external !== true) files.add(path);
      }
    }
    return [...files].reduce((sum, file) => sum + sizeOf(file), 0);
  }
});
