import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAlive } from '../../lab/isAlive';
import { repositoryFolder } from '../../lab/repository';
import { until } from '../../lab/until';

const lockFile = {
  packages: {
    '': { name: 'clone' },
    'node_modules/tool': { version: '1.2.3' },
    'node_modules/for-another-platform': { version: '1.0.0', optional: true },
  },
};
const installed = { packages: { 'node_modules/tool': { version: '1.2.3' } } };

/** A clone in which the builder and the programs only say that they ran. */
class Clone {
  private constructor(readonly folder: string) {}

  static async create(): Promise<Clone> {
    const clone = new Clone(await mkdtemp(path.join(tmpdir(), 'planpool-bootstrap-')));
    await clone.write('package-lock.json', JSON.stringify(lockFile));
    await clone.write('esbuild.mjs', `console.log('built', ...process.argv.slice(2));`);
    await clone.write('out/test/run.js', `console.log('ran', ...process.argv.slice(2)); process.exitCode = 7;`);
    await mkdir(path.join(clone.folder, 'test', 'lab'), { recursive: true });
    const bootstrap = path.join('test', 'lab', 'bootstrap.mjs');
    await copyFile(path.join(repositoryFolder, bootstrap), path.join(clone.folder, bootstrap));
    return clone;
  }

  async write(file: string, text: string): Promise<void> {
    const whole = path.join(this.folder, file);
    await mkdir(path.dirname(whole), { recursive: true });
    await writeFile(whole, text);
  }

  async install(): Promise<void> {
    await this.write('node_modules/.package-lock.json', JSON.stringify(installed));
  }

  /** Puts an `npm` on the PATH that notes its arguments and then runs `script`. */
  async fakeNpm(script: string): Promise<void> {
    await this.write('bin/npm', `#!/bin/sh\necho "$@" >> '${this.folder}/npm.log'\n${script}\n`);
    await chmod(path.join(this.folder, 'bin', 'npm'), 0o755);
  }

  npmCalls(): Promise<string> {
    return readFile(path.join(this.folder, 'npm.log'), 'utf8').catch(() => '');
  }

  start(args: readonly string[], nodeFlags: readonly string[] = []): ReturnType<typeof spawn> {
    const file = path.join(this.folder, 'test', 'lab', 'bootstrap.mjs');
    return spawn(process.execPath, [...nodeFlags, file, ...args], {
      env: { PATH: path.join(this.folder, 'bin') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async run(
    args: readonly string[],
    nodeFlags: readonly string[] = [],
  ): Promise<{ code: unknown; output: string; complaint: string }> {
    const child = this.start(args, nodeFlags);
    let output = '';
    let complaint = '';
    child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (complaint += data.toString()));
    const [code] = (await once(child, 'close')) as unknown[];
    return { code, output, complaint: complaint.trim() };
  }
}

describe('lab: bootstrap', function () {
  this.timeout(20_000);
  let clone: Clone;

  beforeEach(async () => {
    clone = await Clone.create();
  });
  afterEach(() => rm(clone.folder, { recursive: true }));

  it('builds, passes the arguments on and keeps the exit code, without npm when all is installed', async () => {
    await clone.install();
    const { code, output, complaint } = await clone.run(['test', 'unit', '-g', 'lab: x']);
    assert.deepEqual(
      { code, output, complaint },
      { code: 7, output: 'built --tests\nran unit -g lab: x\n', complaint: '' },
    );
    assert.equal(await clone.npmCalls(), '');
  });

  it('installs what is missing', async () => {
    await clone.fakeNpm('/bin/mkdir node_modules; exit 0');
    const { code, output } = await clone.run(['test']);
    assert.equal(code, 7);
    assert.match(output, /^Installing the dependencies … \d+\.\d s\nbuilt/);
    assert.match(await clone.npmCalls(), /^ci /);
  });

  it('installs again when another version is there than the lock file says, or a package is missing', async () => {
    await clone.fakeNpm('exit 0');
    for (const packages of [{ 'node_modules/tool': { version: '1.2.2' } }, {}]) {
      await clone.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
      await clone.run(['test']);
    }
    assert.equal((await clone.npmCalls()).split('\n').filter(line => line.startsWith('ci ')).length, 2);
  });

  for (const [what, npmSays, sentence] of [
    [
      'no right to write',
      'npm error code EACCES\nnpm error syscall mkdir',
      /cannot be written to\. Give yourself the right/,
    ],
    ['a read-only disk', 'npm error code EROFS', /cannot be written to/],
    ['a full disk', 'npm error code ENOSPC', /^The disk is full\. Free about/],
    ['no network', 'npm error code ENOTFOUND', /^npm cannot reach its registry\. Check the network/],
    [
      'anything else',
      'npm error code EUSAGE\nnpm error out of sync',
      /It says:\nnpm error code EUSAGE\nnpm error out of sync$/,
    ],
  ] as const) {
    it(`says what to do about ${what}`, async () => {
      await clone.fakeNpm(`printf '${npmSays}\\n' >&2; exit 243`);
      const { code, output, complaint } = await clone.run(['test']);
      assert.equal(code, 1);
      assert.match(complaint, sentence);
      assert.doesNotMatch(complaint, /^\s+at /m);
      assert.equal(output, 'Installing the dependencies … failed\n');
    });
  }

  it('says that npm is missing', async () => {
    const { code, complaint } = await clone.run(['test']);
    assert.deepEqual(
      { code, complaint },
      {
        code: 1,
        complaint: 'npm is not on the PATH. It comes with Node: install both and try again.',
      },
    );
  });

  it('says which Node it needs', async () => {
    const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.18.9'}})`;
    const { code, complaint } = await clone.run(['test'], ['--import', older]);
    assert.deepEqual(
      { code, complaint },
      {
        code: 1,
        complaint: 'Planpool needs Node 20.19 or newer, and this is Node 20.18.9. Install a newer Node and try again.',
      },
    );
  });

  it('says what to do when the build may not write, and shows the errors of a build', async () => {
    await clone.install();
    await clone.write('esbuild.mjs', `console.error('EACCES: permission denied, mkdir out'); process.exit(1);`);
    const denied = await clone.run(['test']);
    assert.equal(denied.code, 1);
    assert.match(denied.complaint, /cannot be written to/);
    await clone.write('esbuild.mjs', `console.error('src/x.ts:1:1: Unexpected "{"'); process.exit(1);`);
    const broken = await clone.run(['test']);
    assert.deepEqual([broken.code, broken.complaint], [1, 'The build failed:\nsrc/x.ts:1:1: Unexpected "{"']);
  });

  it('names the programs when none or an unknown one is asked for', async () => {
    for (const args of [[], ['toString']]) {
      const { code, complaint } = await clone.run(args);
      assert.deepEqual(
        [code, complaint],
        [1, 'Say what to run: node test/lab/bootstrap.mjs start|test|tour|bench|package'],
      );
    }
  });

  it('ends what it has started when a signal ends it', async () => {
    await clone.install();
    const pidFile = path.join(clone.folder, 'pid');
    await clone.write(
      'esbuild.mjs',
      `import { writeFileSync } from 'node:fs';
       setTimeout(() => {}, 15_000);
       writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`,
    );
    const child = clone.start(['test']);
    const pid = await until('the build', () =>
      readFile(pidFile, 'utf8').then(
        text => Number(text) || undefined,
        () => undefined,
      ),
    );
    const closed = once(child, 'close');
    child.kill('SIGINT');
    assert.deepEqual((await closed) as unknown[], [null, 'SIGINT']);
    assert.equal(isAlive(pid), false);
  });

  it('leaves signals to the program', async () => {
    await clone.install();
    await clone.write(
      'out/test/run.js',
      `setInterval(() => {}, 1000);
       process.on('SIGINT', () => { console.log('stopped in order'); process.exit(3); });
       console.log('ready');`,
    );
    const child = clone.start(['test']);
    let output = '';
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.endsWith('ready\n')) child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as unknown[];
    assert.deepEqual([code, output.split('\n').slice(-3)], [3, ['ready', 'stopped in order', '']]);
  });
});
