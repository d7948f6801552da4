// Third-party notices for the packages that really end up in the bundles, by esbuild's metafiles.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Names of the packages of which at least one byte is in an output, sorted. */
function bundledPackages(metafiles) {
  const inputs = metafiles
    .flatMap(metafile => Object.values(metafile.outputs))
    .flatMap(output => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[0])
    .filter(folder => folder !== undefined);
  return [...new Set(inputs)].sort();
}

const mitTerms = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The licence as the package ships it; the terms of MIT in its author's name when it ships none. */
async function licenceText(folder, manifest) {
  const names = (await readdir(folder))
    .filter(name => /^(licen[cs]e|notices?|copying)(\.(md|txt))?$/i.test(name))
    .sort();
  if (names.length > 0) {
    const texts = await Promise.all(names.map(name => readFile(path.join(folder, name), 'utf8')));
    return texts.map(text => text.trim()).join('\n\n');
  }
  const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name;
  if (manifest.license !== 'MIT' || !author) {
    throw new Error(`${manifest.name} ships no licence text: find it and add it before shipping the package.`);
  }
  return `Copyright (c) ${author.replace(/\s*<.*>/, '')}\n\n${mitTerms}`;
}

async function notice(folder) {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${await licenceText(folder, manifest)}`;
}

const rule = `\n\n${'-'.repeat(80)}\n\n`;

/**
 * Writes `dist/THIRD-PARTY-NOTICES.txt`, and the metafiles to `out/metafiles.json` for the test of the package.
 * Rejects when a bundled package has no licence that could be passed on.
 */
export async function writeNotices(metafiles) {
  const notices = await Promise.all(bundledPackages(metafiles).map(notice));
  const compiled = await readFile('test/package/wasm-notices.txt', 'utf8');
  const opening = 'Planpool contains the following software of others, under these terms.';
  await writeFile('dist/THIRD-PARTY-NOTICES.txt', `${[opening, ...notices, compiled.trim()].join(rule)}\n`);
  await mkdir('out', { recursive: true });
  await writeFile('out/metafiles.json', JSON.stringify(metafiles));
}
