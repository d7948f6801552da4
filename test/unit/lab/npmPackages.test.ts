import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { npm } from '../../lab/npmPackages';
import { repositoryFolder } from '../../lab/repository';
import { Unavailable } from '../../lab/unavailable';

describe('lab: npm packages', () => {
  let folder: string;
  let script: string | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'planpool-npm-test-'));
    script = process.env['npm_execpath'];
    process.env['npm_execpath'] = path.join(folder, 'npm.js');
  });
  afterEach(async () => {
    if (script === undefined) delete process.env['npm_execpath'];
    else process.env['npm_execpath'] = script;
    await rm(folder, { recursive: true });
  });

  async function failureOf(npmSays: string): Promise<Unavailable> {
    await writeFile(path.join(folder, 'npm.js'), `console.error(${JSON.stringify(npmSays)}); process.exit(1);`);
    await chmod(path.join(folder, 'npm.js'), 0o755);
    const error: unknown = await npm(folder, ['ci']).then(
      () => null,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Unavailable);
    return error;
  }

  it('runs the npm that runs us, in the folder', async () => {
    await writeFile(
      path.join(folder, 'npm.js'),
      `require('node:fs').writeFileSync('ran', process.argv.slice(2).join(' '));`,
    );
    await npm(folder, ['ci', '--x']);
    assert.equal(await readFile(path.join(folder, 'ran'), 'utf8'), 'ci --x');
  });

  it('are unavailable, with a reason, when npm fails', async () => {
    assert.match(
      (await failureOf('npm error code ENOTFOUND')).message,
      /^unavailable: npm ci failed in .*: it cannot reach/,
    );
    assert.match((await failureOf('npm error code ENOSPC')).reason, /the disk is full/);
    const other = await failureOf(
      'npm warn x\nnpm error code E404\nnpm error 404 no\nnpm error A complete log of this run',
    );
    assert.match(other.reason, /: code E404 404 no$/);
    assert.match((await failureOf('')).reason, /: Command failed: /);
  });

  it('have a lock file each that names no registry and holds every package', async () => {
    const packages = path.join(repositoryFolder, 'test', 'lab', 'packages');
    const names = await readdir(packages);
    assert.ok(names.includes('postgres13') && names.includes('postgres18'));
    for (const project of [repositoryFolder, ...names.map(name => path.join(packages, name))]) {
      const name = path.basename(project);
      const read = (file: string): Promise<string> => readFile(path.join(project, file), 'utf8');
      const lock = JSON.parse(await read('package-lock.json')) as {
        packages: Record<string, { resolved?: string; dependencies?: object; optionalDependencies?: object }>;
      };
      for (const [place, entry] of Object.entries(lock.packages)) {
        assert.equal(entry.resolved, undefined, `${name}: ${place}`);
        // `npm ci` refuses a lock file that lacks an optional package, though it would not install it here.
        for (const wanted of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
          const found = Object.keys(lock.packages).some(known => known.endsWith(`node_modules/${wanted}`));
          assert.ok(found, `${name}: ${place || 'it'} needs ${wanted}`);
        }
      }
      assert.match(await read('.npmrc'), /^omit-lockfile-registry-resolved=true$/m, name);
    }
  });
});
