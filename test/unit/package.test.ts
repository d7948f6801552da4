import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

// What can be said about the package without packing it; test/package/vsix.test.ts packs it.
const read = (file: string) => readFileSync(file, 'utf8');
const shipped = read('test/package/files.txt').trim().split('\n');

describe('package: manifest', () => {
  it('names only files that are shipped', () => {
    const named = [...read('package.json').matchAll(/"\.?\/?((?:dist|media)\/[^"]+)"/g)].map(match => match[1] ?? '');
    assert.ok(named.includes('dist/extension.js') && named.includes('media/icon.png'));
    for (const file of named) {
      assert.ok(shipped.includes(`extension/${file}`), `${file} is in test/package/files.txt`);
    }
  });

  it('depends on nothing at run time: what is bundled is a development dependency', () => {
    const manifest = JSON.parse(read('package.json')) as object;
    assert.equal('dependencies' in manifest, false);
  });
});

describe('package: allow-list', () => {
  const lines = read('.vscodeignore')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));

  it('excludes everything first and then only adds', () => {
    assert.equal(lines[0], '**');
    assert.deepEqual(
      lines.slice(1).filter(line => !line.startsWith('!')),
      [],
    );
  });

  it('adds single files and the scripts of two folders, and no sources, tests or maps', () => {
    const wide = lines.slice(1).filter(line => line.includes('*'));
    assert.deepEqual(wide, ['!dist/*.js', '!dist/webview/*.js', '!dist/webview/*.css']);
    assert.ok(shipped.every(file => !/\.(ts|tsx|map)$|node_modules|\/(src|test|docs)\//.test(file)));
  });
});
