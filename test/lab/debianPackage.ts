import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache';
import { Unavailable } from './unavailable';

/** Whose package: this machine's own distribution and release, or another release of Debian (only on Debian). */
export type DebianRelease = 'native' | 'bookworm' | 'trixie' | 'sid';

const run = promisify(execFile);

/**
 * A folder with the files of a Debian or Ubuntu package and of all libraries it needs, down to libc: nothing of it is
 * installed. Packages once fetched stay (`packages/`, with `SHA256SUMS`), so that a moving release does not move here.
 * Rejects with `Unavailable` when this machine has no apt or cannot reach its package source.
 */
export async function debianPackage(name: string, release: DebianRelease): Promise<string> {
  const system = await readSystem();
  const suite = release === 'native' ? system.codename : release;
  const fingerprint = JSON.stringify([name, suite, system.id, process.arch, 'layout 1']);
  const folder = await cached(`${name}-${suite}`, fingerprint, async target => {
    try {
      await fetchAndUnpack(name, suite === system.codename ? null : suite, system, target);
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      throw new Unavailable(`${name} of ${suite} could not be fetched: ${reason(error)}`);
    }
  });
  return path.join(folder, 'root');
}

interface System {
  readonly id: string;
  readonly codename: string;
}

async function readSystem(): Promise<System> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (key: string): string => new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? '';
  const system = { id: value('ID'), codename: value('VERSION_CODENAME') };
  if (
    system.codename === '' ||
    !(await run('apt-get', ['--version']).then(
      () => true,
      () => false,
    ))
  ) {
    throw new Unavailable('this machine has no apt-get: PgBouncer comes from the packages of Debian or Ubuntu');
  }
  return system;
}

async function fetchAndUnpack(name: string, otherSuite: string | null, system: System, target: string): Promise<void> {
  const work = path.join(target, 'work');
  const packages = path.join(target, 'packages');
  const root = path.join(target, 'root');
  for (const folder of [path.join(work, 'lists', 'partial'), path.join(work, 'cache', 'archives', 'partial')]) {
    await mkdir(folder, { recursive: true });
  }
  await Promise.all([mkdir(packages), mkdir(root)]);

  const options = [
    `Dir::State::lists=${work}/lists`,
    `Dir::Cache=${work}/cache`,
    'Dir::State::status=/dev/null',
    'APT::Sandbox::User=root',
  ];
  if (otherSuite !== null) {
    await writeFile(path.join(work, 'sources.list'), await sourceLine(otherSuite, system));
    options.push(`Dir::Etc::sourcelist=${work}/sources.list`, 'Dir::Etc::sourceparts=-');
  }
  const flags = options.flatMap(option => ['-o', option]);
  // One dead source among many fails the update; what matters is whether the package is known afterwards.
  const failure = await run('apt-get', [...flags, '-qq', 'update']).then(() => null, reason);
  const wanted = await libraryClosure(name, flags);
  if (wanted.length === 0)
    throw new Unavailable(`apt knows no package ${name}${failure === null ? '' : ` (${failure})`}`);

  await run('apt-get', [...flags, '-qq', 'download', ...wanted], { cwd: packages });
  const files = (await readdir(packages)).sort();
  const sums = await Promise.all(
    files.map(async file => {
      const content = await readFile(path.join(packages, file));
      return `${createHash('sha256').update(content).digest('hex')}  ${file}\n`;
    }),
  );
  for (const file of files) await run('dpkg', ['-x', path.join(packages, file), root]);
  await writeFile(path.join(packages, 'SHA256SUMS'), sums.join(''));
  await rm(work, { recursive: true });
}

/** The machine's own Debian source with another suite; its address stands in the machine's configuration only. */
async function sourceLine(suite: string, system: System): Promise<string> {
  if (system.id !== 'debian') throw new Unavailable(`the packages of Debian ${suite} are only known on Debian`);
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT) $(SIGNED_BY)';
  const { stdout } = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const own = stdout.split('\n').find(line => line.includes(` ${system.codename} main `));
  const [address, , , keyring] = own?.split(' ') ?? [];
  if (address === undefined) throw new Unavailable(`apt has no source for ${system.codename} main`);
  return `deb ${keyring?.startsWith('/') === true ? `[signed-by=${keyring}] ` : ''}${address} ${suite} main\n`;
}

/** The package and the libraries that it and they depend on: what its programs load, not what its set-up scripts use. */
async function libraryClosure(name: string, flags: readonly string[]): Promise<readonly string[]> {
  const closure = new Set<string>();
  let next = [name];
  while (next.length > 0) {
    const { stdout } = await run('apt-cache', [...flags, 'depends', ...next]).catch(() => ({ stdout: '' }));
    if (stdout === '') break;
    for (const known of next) closure.add(known);
    next = [...new Set(dependencies(stdout))].filter(dependency => !closure.has(dependency));
  }
  return [...closure];
}

/** In the listing of apt-cache an alternative is marked with a bar; the first of the alternatives is taken. */
function dependencies(listing: string): readonly string[] {
  const found: string[] = [];
  let satisfied = false;
  for (const line of listing.split('\n')) {
    const [, bar, name] = /^ ([ |])(?:Pre)?Depends: (\S+)$/.exec(line) ?? [];
    if (!satisfied && name !== undefined && /^(lib|zlib)/.test(name)) found.push(name);
    satisfied = bar === '|';
  }
  return found;
}

function reason(error: unknown): string {
  const output = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  const line = output.split('\n').find(text => text.startsWith('E: ')) ?? (error instanceof Error ? error.message : '');
  return line.split('\n')[0] ?? '';
}
