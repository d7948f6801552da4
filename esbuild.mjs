// Builds the extension (`node esbuild.mjs [--production] [--watch]`) or the tests (`--tests`, file by file into out/).
import { context, transform } from 'esbuild';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeNotices } from './test/package/notices.mjs';

const has = flag => process.argv.includes(flag);
const production = has('--production');

async function sources(folder, extensions) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && extensions.includes(path.extname(entry.name)) && !entry.name.endsWith('.d.ts'))
    .map(entry => path.join(entry.parentPath, entry.name))
    .filter(file => !file.split(path.sep).includes('node_modules'));
}

const shared = {
  // In a watch the editor's problem matcher waits for the lines of each build.
  logLevel: has('--watch') ? 'info' : 'warning',
  sourcemap: production ? false : 'linked',
  minify: production,
  legalComments: 'none',
  metafile: true,
};

/**
 * esbuild splits a bundle only in ESM, and VS Code loads extensions as CommonJS: so what was split is turned into CommonJS, file by
 * file. What is imported dynamically (the driver, the Pools view) is then read when it is needed.
 */
const asCommonJs = {
  name: 'as CommonJS',
  setup: build =>
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path: file, text } of outputFiles) {
        const { code } = await transform(text, {
          format: 'cjs',
          platform: 'node',
          target: 'node20',
          supported: { 'dynamic-import': false },
          sourcemap: production ? false : 'inline',
          minify: production,
          legalComments: 'none',
        });
        await writeFile(file, code);
      }
    }),
};

async function extensionBuilds() {
  await rm('dist', { recursive: true, force: true });
  await mkdir('dist', { recursive: true });
  // The parser's glue looks for its WASM beside the bundle.
  await cp('node_modules/libpg-query/wasm/libpg-query.wasm', 'dist/libpg-query.wasm');
  const host = { ...shared, bundle: true, platform: 'node', target: 'node20', format: 'cjs', outdir: 'dist' };
  return [
    {
      ...host,
      format: 'esm',
      splitting: true,
      sourcemap: production ? false : 'inline',
      write: false,
      plugins: [asCommonJs],
      entryPoints: ['src/extension.ts'],
      // pg-native is an optional peer of pg that is never installed.
      external: ['vscode', 'pg-native'],
    },
    { ...host, entryPoints: { parserWorker: 'src/sql/parserWorker.ts' } },
    {
      ...shared,
      bundle: true,
      platform: 'browser',
      target: 'chrome134',
      format: 'esm',
      splitting: true,
      jsx: 'automatic',
      jsxImportSource: 'preact',
      entryPoints: { plan: 'webview/plan/index.tsx', poolHistory: 'webview/poolHistory/index.tsx' },
      outdir: 'dist/webview',
    },
  ];
}

async function testBuild() {
  return {
    ...shared,
    sourcemap: 'inline',
    minify: false,
    bundle: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    outdir: 'out',
    outbase: '.',
    entryPoints: [
      ...(await sources('src', ['.ts'])),
      ...(await sources('test', ['.ts'])),
      ...(await sources('webview', ['.ts', '.tsx'])),
    ],
  };
}

const builds = has('--tests') ? [await testBuild()] : await extensionBuilds();
const contexts = await Promise.all(builds.map(build => context(build)));
if (has('--watch')) {
  await Promise.all(contexts.map(one => one.watch()));
} else {
  const results = await Promise.all(contexts.map(one => one.rebuild()));
  if (production) await writeNotices(results.map(result => result.metafile));
  await Promise.all(contexts.map(one => one.dispose()));
}
