import path from 'node:path';
import { repositoryFolder } from '../lab/repository';

/** One row of the runner's table. */
export interface Suite {
  readonly name: string;
  /** A word that stands for several suites; `lint` is ESLint, Prettier and knip. */
  readonly group?: string;
  /** Arguments of Node. */
  readonly command: readonly string[];
  /** `check` counts as one test, passed when the exit code is 0; `tests` sends events. */
  readonly kind: 'check' | 'tests';
  /** Whether it runs when no suite is named. */
  readonly usual: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The script behind a command of an installed package. */
function script(packageName: string, file: string): string {
  return path.join(repositoryFolder, 'node_modules', packageName, file);
}

function compiled(...parts: readonly string[]): string {
  return path.join(repositoryFolder, 'out', 'test', ...parts);
}

function check(name: string, group: string, command: readonly string[]): Suite {
  return { name, group, command, kind: 'check', usual: true };
}

function tests(name: string, command: readonly string[]): Suite {
  return { name, command, kind: 'tests', usual: true };
}

/** In the order in which they run: what is quick and says most comes first. */
const suites: readonly Suite[] = [
  check('eslint', 'lint', [script('eslint', 'bin/eslint.js'), '.', '--max-warnings=0']),
  check('prettier', 'lint', [
    script('prettier', 'bin/prettier.cjs'),
    '--check',
    '--log-level=warn',
    '--cache',
    '--cache-location=out/prettier',
    '.',
  ]),
  check('knip', 'lint', [script('knip', 'bin/knip.js')]),
  check('types:host', 'types', [script('typescript', 'bin/tsc'), '-p', '.']),
  check('types:page', 'types', [script('typescript', 'bin/tsc'), '-p', 'webview']),
  tests('unit', [compiled('mocha.js'), 'unit']),
  tests('servers', [compiled('mocha.js'), 'servers']),
  tests('package', [compiled('mocha.js'), 'package']),
  tests('editor', [compiled('editor', 'run.js'), 'minimum']),
  { ...tests('editor:latest', [compiled('editor', 'run.js'), 'latest']), usual: false },
  { ...tests('editor:desktop', [compiled('editor', 'run.js'), 'desktop']), usual: false },
  tests('browser', [compiled('mocha.js'), 'browser']),
  // The server suites on every PostgreSQL and PgBouncer, and everything seeded in its long form.
  {
    ...tests('matrix', [compiled('mocha.js'), 'servers']),
    usual: false,
    environment: { PLANPOOL_TEST_MATRIX: '1' },
  },
  {
    ...tests('soak:unit', [compiled('mocha.js'), 'unit']),
    group: 'soak',
    usual: false,
    environment: { PLANPOOL_TEST_SOAK: '1' },
  },
  {
    ...tests('soak:servers', [compiled('mocha.js'), 'servers']),
    group: 'soak',
    usual: false,
    environment: { PLANPOOL_TEST_SOAK: '1' },
  },
];

/** The named suites, in their own order; the usual ones for no name. Throws on a name that does not exist. */
export function chosenSuites(names: readonly string[]): readonly Suite[] {
  const unknown = names.find(name => !suites.some(suite => suite.name === name || suite.group === name));
  if (unknown !== undefined) {
    const known = [...new Set(suites.flatMap(suite => [suite.group ?? suite.name, suite.name]))];
    throw new Error(`There is no suite ${unknown}. Suites: ${known.join(', ')}.`);
  }
  if (names.length === 0) return suites.filter(suite => suite.usual);
  return suites.filter(
    suite => names.includes(suite.name) || (suite.group !== undefined && names.includes(suite.group)),
  );
}
