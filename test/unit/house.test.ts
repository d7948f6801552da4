import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ESLint } from 'eslint';
import { importCycles, importGraph, sourceFiles } from '../lint/importGraph';

// Canaries: each rule of the house is shown to bite, and to let through what is allowed. The configuration is the one
// that `npm run lint` uses; only the rules that need types are left out, since these files do not exist.
const syntactic = ['max-lines', 'no-warning-comments', '@typescript-eslint/no-explicit-any'];
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => ruleId.startsWith('house/') || syntactic.includes(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

/** Those of the given lines, which together are the file, that the rule reports. */
async function refused(ruleId: string, file: string, lines: readonly string[]): Promise<readonly string[]> {
  const results = await eslint.lintText(lines.join('\n'), { filePath: file });
  const messages = results.flatMap(result => result.messages);
  assert.deepEqual(
    messages.filter(message => message.fatal),
    [],
  );
  const reported = new Set(messages.filter(message => message.ruleId === ruleId).map(message => message.line));
  return lines.filter((_, index) => reported.has(index + 1));
}

async function assertCanary(
  ruleId: string,
  file: string,
  lines: { readonly refused?: readonly string[]; readonly allowed?: readonly string[] },
): Promise<void> {
  const bad = lines.refused ?? [];
  assert.deepEqual(await refused(ruleId, file, [...bad, ...(lines.allowed ?? [])]), bad, file);
}

function rowsOf(table: string): readonly (readonly string[])[] {
  return table
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/));
}

describe('house: rooms', () => {
  // A row may import of a column: v values and types, t types only, - nothing; = is the room itself.
  const table = `
                sql  guc  plan  page  connection  runs  explain  labels  workers  pools  diagnosis  editor
    sql          =    -    -     -        -        -      -        -        -       -        -        -
    guc          -    =    -     -        -        -      -        -        -       -        -        -
    plan         v    v    =     -        -        -      -        -        -       -        -        -
    page         t    t    t     =        -        -      -        -        -       -        -        -
    connection   v    v    -     -        =        -      -        -        -       -        -        -
    runs         v    v    v     v        -        =      -        -        -       -        -        -
    explain      v    v    v     v        v        v      =        -        -       -        -        -
    labels       v    v    v     v        v        v      -        =        -       -        -        -
    workers      v    v    v     v        v        v      -        -        =       -        -        -
    pools        v    v    v     v        v        v      -        -        v       =        -        -
    diagnosis    v    v    v     v        v        v      v        v        v       -        =        -
    editor       -    -    -     -        -        -      -        -        -       -        -        =
  `;
  const [columns = [], ...rows] = rowsOf(table);

  for (const [room = '', ...cells] of rows) {
    const importing = (keyword: string, up: string, marks: string) =>
      columns
        .filter((_, index) => marks.includes(cells[index] ?? ''))
        .map(to => `${keyword} { a } from '${up}/${to}/a';`);

    it(`${room} imports what its row says`, async () => {
      const file = `src/${room}/canary.ts`;
      await assertCanary('house/imports', file, {
        refused: importing('import', '..', '-t'),
        allowed: importing('import', '..', 'v='),
      });
      await assertCanary('house/imports', file, {
        refused: importing('import type', '..', '-'),
        allowed: importing('import type', '..', 'tv='),
      });
    });

    it(`${room}/ui imports what its room may, and editor`, async () => {
      const isEditor = (line: string) => line.includes('/editor/');
      await assertCanary('house/imports', `src/${room}/ui/canary.ts`, {
        refused: importing('import', '../..', '-t').filter(line => !isEditor(line)),
        allowed: [...importing('import', '../..', 'v='), `import { b } from '../../editor/b';`],
      });
    });
  }

  it('every folder of src is a room of the table, and a folder that is not is refused', async () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter(entry => entry.isDirectory());
    for (const { name } of folders) {
      assert.ok(columns.includes(name), `src/${name} has no row in this test`);
      await assertCanary('house/imports', `src/${name}/canary.ts`, { allowed: ['export const a = 1;'] });
    }
    await assertCanary('house/imports', 'src/planner/canary.ts', { refused: ['export const a = 1;'] });
  });

  it('every file in src itself stands in the table, and another is refused', async () => {
    for (const { name } of readdirSync('src', { withFileTypes: true }).filter(entry => entry.isFile())) {
      await assertCanary('house/imports', `src/${name}`, { allowed: ['export const a = 1;'] });
    }
    await assertCanary('house/imports', 'src/helpers.ts', { refused: ['export const a = 1;'] });
  });

  it('a ui is its own room’s window only', async () => {
    await assertCanary('house/imports', 'src/explain/ui/canary.ts', {
      refused: [`import { a } from '../../connection/ui/a';`, `import { b } from '../../runs/ui/b';`],
      allowed: [`import { c } from './c';`, `import { d } from '../d';`, `import { e } from '../../connection/e';`],
    });
    await assertCanary('house/imports', 'src/explain/canary.ts', { refused: [`import { a } from './ui/a';`] });
    await assertCanary('house/imports', 'src/editor/canary.ts', { refused: [`import { a } from '../runs/ui/a';`] });
  });

  it('extension.ts imports every room and every ui', async () => {
    await assertCanary('house/imports', 'src/extension.ts', {
      refused: [`import { a } from '../webview/plan/a';`],
      allowed: [...columns.map(room => `import { a } from './${room}/a';`), `import { b } from './runs/ui/b';`],
    });
  });

  it('nobody imports extension.ts, everybody imports the shared files', async () => {
    await assertCanary('house/imports', 'src/sql/canary.ts', {
      refused: [`import { activate } from '../extension';`],
      allowed: ['ids', 'poller', 'assertNever'].map(name => `import { a } from '../${name}';`),
    });
  });

  it('ids.ts imports types of rooms and no values', async () => {
    await assertCanary('house/imports', 'src/ids.ts', {
      refused: [`import { a } from './plan/run';`],
      allowed: [`import type { Run } from './plan/run';`],
    });
  });

  it('sees every way to import', async () => {
    await assertCanary('house/imports', 'src/sql/canary.ts', {
      refused: [
        `import '../plan/a';`,
        `import * as b from '../plan/b';`,
        `import type { C } from '../plan/c';`,
        `import { type D } from '../plan/d';`,
        `export { e } from '../plan/e';`,
        `export * from '../plan/f';`,
        `export type { G } from '../plan/g';`,
        `const h = await import('../plan/h');`,
        `let i: import('../plan/i').I;`,
        `import j = require('../plan/j');`,
        `const k = require('../plan/k');`,
        `const l = await import(name);`,
        'const m = await import(`../plan/m`);',
      ],
      allowed: [`import { n } from './n';`],
    });
  });

  it('page takes types with `import type`, which leaves nothing behind', async () => {
    await assertCanary('house/imports', 'src/page/canary.ts', {
      refused: [`import { type A } from '../plan/a';`, `const b = await import('../plan/b');`],
      allowed: [`import type { C } from '../plan/c';`, `let d: import('../plan/d').D;`],
    });
  });
});

describe('house: webview', () => {
  it('imports src/page, src/plan, its own folder and kit', async () => {
    await assertCanary('house/imports', 'webview/plan/canary.tsx', {
      refused: [
        `import { a } from '../../src/sql/a';`,
        `import type { B } from '../../src/guc/b';`,
        `import { c } from '../../src/runs/ui/c';`,
        `import { d } from '../../src/ids';`,
        `import { e } from '../diagnosis/e';`,
        `import { f } from '../../test/unit/f';`,
      ],
      allowed: [
        `import { g } from '../../src/page/g';`,
        `import { h } from '../../src/plan/h';`,
        `import { i } from '../../src/assertNever';`,
        `import { j } from './j';`,
        `import { k } from '../kit/k';`,
      ],
    });
    await assertCanary('house/imports', 'webview/kit/canary.ts', { refused: [`import { a } from '../plan/a';`] });
  });

  it('is not imported by src, and nothing imports tests', async () => {
    await assertCanary('house/imports', 'src/runs/ui/canary.ts', {
      refused: [`import { a } from '../../../webview/plan/a';`, `import { b } from '../../../test/lab/b';`],
    });
  });
});

describe('house: packages', () => {
  // A file may import a package: x yes, - no. Files are named without `src/`.
  const table = `
                                  extension.ts  editor/a.ts  connection/a.ts  plan/a.ts  runs/ui/a.ts  sql/a.ts  sql/parserWorker.ts
    vscode                             x             x              -             -           x           -               -
    pg                                 -             -              x             -           -           -               -
    pg/lib/defaults                    -             -              x             -           -           -               -
    libpg-query                        -             -              -             -           -           -               x
    node:net                           -             -              x             -           -           -               -
    net                                -             -              x             -           -           -               -
    node:tls                           -             -              x             -           -           -               -
    tls                                -             -              x             -           -           -               -
    node:fs                            x             x              x             -           x           -               -
    node:fs/promises                   x             x              x             -           x           -               -
    fs/promises                        x             x              x             -           x           -               -
    node:os                            x             x              x             -           x           -               -
    node:worker_threads                -             -              -             -           -           x               x
    worker_threads                     -             -              -             -           -           x               x
    node:path                          x             x              x             x           x           x               x
    node:crypto                        x             x              x             x           x           x               x
    valibot                            x             x              x             x           x           x               x
    preact                             -             -              -             -           -           -               -
    @vscode/webview-ui-toolkit         -             -              -             -           -           -               -
    node:child_process                 -             -              -             -           -           -               -
    child_process                      -             -              -             -           -           -               -
    node:http                          -             -              -             -           -           -               -
    https                              -             -              -             -           -           -               -
    node:module                        -             -              -             -           -           -               -
    lodash                             -             -              -             -           -           -               -
  `;
  const [files = [], ...rows] = rowsOf(table);

  for (const [column, file] of files.entries()) {
    it(`src/${file} imports only what the table gives it`, async () => {
      const importing = (mark: string) =>
        rows.filter(cells => cells[column + 1] === mark).map(([name]) => `import '${name}';`);
      await assertCanary('house/imports', `src/${file}`, { refused: importing('-'), allowed: importing('x') });
    });
  }

  it('a page imports preact, d3-hierarchy and valibot, and the toolkit through one file', async () => {
    const allowed = ['preact', 'preact/hooks', 'd3-hierarchy', 'valibot'].map(name => `import '${name}';`);
    const never = ['vscode', 'pg', 'libpg-query', 'node:path', 'lodash'].map(name => `import '${name}';`);
    const toolkit = `import { vsCodeButton } from '@vscode/webview-ui-toolkit';`;
    const part = `import { vsCodeButton } from '@vscode/webview-ui-toolkit/dist/button';`;
    for (const file of ['webview/plan/a.tsx', 'webview/kit/a.ts']) {
      await assertCanary('house/imports', file, { refused: [...never, toolkit, part], allowed });
    }
    await assertCanary('house/imports', 'webview/kit/toolkit.ts', {
      refused: never,
      allowed: [...allowed, toolkit, part],
    });
  });

  it('types of a package count like the package', async () => {
    await assertCanary('house/imports', 'src/plan/a.ts', {
      refused: [`import type { Client } from 'pg';`, `let a: import('vscode').Uri;`, `const b = await import('pg');`],
    });
  });
});

describe('house: world', () => {
  const worldly = [
    'const a = Date.now();',
    'const b = new Date();',
    'const c = Date();',
    `const d = process.env['HOME'];`,
    'const e = performance.now();',
    'const f = globalThis.process;',
    `const g = fetch('x');`,
  ];

  it('is taken as an argument by the rooms', async () => {
    const allowed = ['const h = new Date(0);', 'const i = row.process;', 'const j = (process: number) => process;'];
    for (const file of ['src/plan/canary.ts', 'src/explain/canary.ts', 'src/poller.ts']) {
      await assertCanary('house/world', file, { refused: worldly, allowed });
    }
  });

  it('is real in extension.ts, editor, connection and ui', async () => {
    for (const file of ['src/extension.ts', 'src/editor/a.ts', 'src/connection/a.ts', 'src/explain/ui/a.ts']) {
      await assertCanary('house/world', file, { allowed: worldly });
    }
  });
});

describe('house: syntax', () => {
  it('no text becomes markup or code', async () => {
    await assertCanary('house/html', 'webview/plan/canary.tsx', {
      refused: [
        'a.innerHTML = text;',
        `b['innerHTML'] = text;`,
        'c.outerHTML = text;',
        `d.insertAdjacentHTML('beforeend', text);`,
        'const e = <i dangerouslySetInnerHTML={{ __html: text }} />;',
        'const f = { dangerouslySetInnerHTML: text };',
        'const g = <iframe srcDoc={text} />;',
        'document.write(text);',
        'document.writeln(text);',
        'eval(text);',
        'new Function(text);',
        'Function(text)();',
        `setTimeout('text', 1);`,
      ],
      allowed: ['h.textContent = text;', 'const i = <i title={text}>{text}</i>;', 'setTimeout(() => text, 1);'],
    });
    await assertCanary('house/html', 'src/runs/ui/canary.ts', {
      refused: ['eval(text);', 'new Function(text);'],
      allowed: ['panel.webview.html = page;'],
    });
  });

  it('exports are named and have one home', async () => {
    await assertCanary('house/modules', 'src/plan/canary.ts', {
      refused: [
        'export default 1;',
        `export * from './a';`,
        `export { b } from './b';`,
        `export type { C } from './c';`,
        'export { e };',
        'export { f as default };',
        'export = e;',
      ],
      allowed: [`import { e } from './e';`, 'const f = e;', 'export { f };', 'export const g = 1;'],
    });
    await assertCanary('house/modules', 'src/plan/index.ts', { refused: [`export { a } from './a';`] });
    await assertCanary('house/modules', 'test/lab/canary.ts', { refused: ['export default 1;'] });
  });

  it('no cast hides what a value is', async () => {
    for (const file of ['src/plan/canary.ts', 'webview/plan/canary.ts', 'test/unit/canary.ts']) {
      await assertCanary('house/casts', file, {
        refused: ['const a = b as unknown as string;', 'const c = d as never;'],
        allowed: ['const e = f as string;', 'const g = h as unknown;'],
      });
      await assertCanary('@typescript-eslint/no-explicit-any', file, { refused: ['let a: any;'] });
    }
  });

  it('no comment switches a check off', async () => {
    for (const file of ['src/plan/canary.ts', 'test/unit/canary.ts', 'esbuild.mjs']) {
      await assertCanary('house/directives', file, {
        refused: [
          '// eslint-disable-next-line house/imports',
          '/* eslint-disable */',
          '/* eslint eqeqeq: off */',
          '// prettier-ignore',
          '/* c8 ignore next */',
        ],
        allowed: ['// eslint is a linter.'.replace('eslint is', 'ESLint is'), 'export const a = 1;'],
      });
    }
    // Even without the rule such a comment does nothing.
    await assertCanary('@typescript-eslint/no-explicit-any', 'src/plan/canary.ts', {
      refused: ['/* eslint-disable */ let a: any;'],
    });
  });

  it('no file is longer than 500 lines, and nothing is left for later', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `// ${index}`);
    assert.equal((await refused('max-lines', 'src/plan/canary.ts', lines(501))).length, 1);
    assert.equal((await refused('max-lines', 'src/plan/canary.ts', lines(500))).length, 0);
    await assertCanary('no-warning-comments', 'src/plan/canary.ts', { refused: ['// TODO: later'] });
  });
});

describe('house: configuration', () => {
  it('every rule is an error or off, and the rules that need types are on', async () => {
    for (const file of [
      'src/plan/a.ts',
      'src/explain/ui/a.ts',
      'webview/plan/a.tsx',
      'test/unit/a.ts',
      'esbuild.mjs',
    ]) {
      const config = (await eslint.calculateConfigForFile(file)) as { rules: Record<string, readonly [number]> };
      const warnings = Object.entries(config.rules).filter(([, [severity]]) => severity === 1);
      assert.deepEqual(warnings, [], file);
      if (!file.endsWith('.mjs')) {
        for (const rule of ['no-floating-promises', 'no-unsafe-assignment', 'switch-exhaustiveness-check']) {
          assert.equal(config.rules[`@typescript-eslint/${rule}`]?.[0], 2, `${rule} in ${file}`);
        }
      }
    }
  });

  it('no source file is ignored', async () => {
    for (const file of [...sourceFiles('.', 'src'), ...sourceFiles('.', 'webview'), ...sourceFiles('.', 'test')]) {
      assert.equal(await eslint.isPathIgnored(file), false, file);
    }
  });
});

describe('house: cycles', () => {
  it('are found, through types and dynamic imports too', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'planpool-cycles-'));
    try {
      mkdirSync(path.join(root, 'src/a'), { recursive: true });
      const write = (file: string, text: string) => writeFileSync(path.join(root, file), text);
      write('src/a/one.ts', `import type { Two } from './two';`);
      write('src/a/two.ts', `export const three = await import('../three');`);
      write('src/three.ts', `import { one } from './a/one';`);
      write('src/four.ts', `import { three } from './three';`);
      const cycles = importCycles(importGraph(root, sourceFiles(root, 'src')));
      assert.equal(cycles.length, 1);
      assert.deepEqual(new Set(cycles[0]), new Set(['src/a/one.ts', 'src/a/two.ts', 'src/three.ts']));
      write('src/three.ts', 'export const one = 1;');
      assert.deepEqual(importCycles(importGraph(root, sourceFiles(root, 'src'))), []);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('there are none in src, webview and test', () => {
    const files = ['src', 'webview', 'test'].flatMap(folder => sourceFiles('.', folder));
    assert.ok(files.length > 0);
    assert.deepEqual(importCycles(importGraph('.', files)), []);
  });
});
