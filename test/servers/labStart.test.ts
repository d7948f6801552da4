import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../lab/connect';
import { freePort } from '../lab/freePort';
import { isAlive } from '../lab/isAlive';
import { processesIn } from '../lab/processesIn';
import { repositoryFolder } from '../lab/repository';
import { Unavailable } from '../lab/unavailable';
import { removeFolder, temporaryFolder } from '../lab/watched';

const addressLine = /\nCtrl-C stops everything\. Now open (http:\/\/127\.0\.0\.1:\d+\/)\n$/;

/** One `npm start`, but for the build, with a TMPDIR of its own: what is in it afterwards was left behind. */
class Start {
  output = '';
  readonly exit: Promise<unknown>;
  private readonly child: ChildProcess;

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [path.join(__dirname, '..', 'lab', 'start.js')], {
      env: { ...process.env, TMPDIR: folder, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const append = (data: Buffer): void => void (this.output += data.toString());
    this.child.stdout?.on('data', append);
    this.child.stderr?.on('data', append);
    this.exit = once(this.child, 'close').then(([code]) => code as unknown);
  }

  /** Resolves with the match; rejects with the output when the program ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      assert.equal(this.child.exitCode, null, `it ended:\n${this.output}`);
      await delay(25);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** For the end of a test that failed in the middle: its watcher cleans up. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

/** What libpq's variables say in the environment of a process. */
async function postgresVariables(pid: number): Promise<Readonly<Record<string, string>>> {
  const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(entry => entry.startsWith('PG'));
  return Object.fromEntries(
    entries.map(entry => {
      const equals = entry.indexOf('=');
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** The id of the one PostgreSQL whose data is below `folder`, as soon as it is there. */
async function postmaster(folder: string): Promise<number> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(50)) {
    const data = (await readdir(folder)).find(name => name.startsWith('planpool-postgres'));
    const file = path.join(folder, data ?? '', 'data', 'postmaster.pid');
    const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
    if (pid > 0) return pid;
  }
  return assert.fail('no PostgreSQL runs');
}

async function empty(folder: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; (await readdir(folder)).length > 0; await delay(50)) {
    assert.ok(Date.now() < deadline, `left behind: ${(await readdir(folder)).join(', ')}`);
  }
}

describe('lab: npm start', function () {
  this.timeout(180_000);
  let folder: string;
  let started: Start[];

  before(() => {
    if (process.platform !== 'linux') throw new Unavailable('what runs is found by what only Linux tells of a process');
  });
  beforeEach(async () => {
    folder = await temporaryFolder('planpool-start-test');
    started = [];
  });
  afterEach(async () => {
    for (const one of started) one.kill();
    await removeFolder(folder);
  });

  function start(environment: Readonly<Record<string, string>>, inFolder = folder): Start {
    const one = new Start(inFolder, { PLANPOOL_EDITOR: 'browser', ...environment });
    started.push(one);
    return one;
  }

  it('starts PostgreSQL and an editor, refuses a second start and a port in use, and leaves nothing', async () => {
    const port = await freePort();
    const first = start({ PLANPOOL_PORT: String(port), PGPASSWORD: 'of the user', PGSERVICE: 'production' });
    const [, address] = await first.says(addressLine);
    assert.equal(address, `http://127.0.0.1:${port}/`);
    assert.match(first.output, /^PostgreSQL 18 with sample data … [\d.]+ s\nVS Code in the browser … [\d.]+ s\n/);

    const page = await fetch(address);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /workbench/);
    const { searchParams } = new URL(page.url);
    const workspace = searchParams.get('folder') ?? '';
    assert.equal(path.basename(workspace), 'shop');
    assert.ok((await readdir(workspace)).includes('01-scan.sql'));
    assert.ok(searchParams.get('payload')?.includes(`vscode-remote://127.0.0.1:${port}${repositoryFolder}`));

    const pids = await processesIn(folder, 0);
    const environments = await Promise.all(pids.map(postgresVariables));
    const variables = environments.find(({ PGPORT }) => PGPORT !== undefined) ?? {};
    const { PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE, ...others } = variables;
    assert.deepEqual([PGHOST, PGDATABASE, PGUSER, PGSSLMODE, others], ['127.0.0.1', 'shop', 'planpool', 'disable', {}]);
    const login = { host: '127.0.0.1', port: Number(PGPORT), database: 'shop', user: 'planpool' };
    const client = await connect({ ...login, password: PGPASSWORD ?? '' });
    const { rows } = await client.query(
      `SELECT count(*)::int AS orders, current_setting('is_superuser') AS super FROM orders`,
    );
    assert.deepEqual(rows, [{ orders: 500_000, super: 'off' }]);
    await assert.rejects(connect({ ...login, password: 'of the user' }), { code: '28P01' });
    await assert.rejects(connect({ ...login, user: 'postgres', password: '' }));

    const second = start({});
    assert.equal(await second.exit, 1);
    assert.match(
      second.output,
      /^\nPlanpool already runs from this clone at http:[^ ]+ \(process \d+\)\. Use that one, or /,
    );
    assert.ok(second.output.includes(address));

    const elsewhere = await temporaryFolder('planpool-start-test');
    const third = start({ PLANPOOL_PORT: String(port) }, elsewhere);
    assert.equal(await third.exit, 1);
    assert.match(
      third.output,
      new RegExp(`^\\nPort ${port} is in use by another program\\. .*PLANPOOL_PORT=\\d+ npm start\\n$`),
    );
    await empty(elsewhere);
    await removeFolder(elsewhere);

    const all = [...(await processesIn(folder, 0)), await postmaster(folder)];
    assert.ok(all.length >= 3, 'the start itself, the editor and PostgreSQL');
    first.signal('SIGINT');
    first.signal('SIGINT');
    assert.equal(await first.exit, 0);
    assert.match(first.output, /\n\nStopping …\nStopped\.\n$/);
    // The connection of this test is still open: nobody waits for it.
    await empty(folder);
    assert.deepEqual(all.filter(isAlive), []);
    assert.deepEqual(await Promise.all([accepts(port), accepts(login.port)]), [false, false]);
    await client.end().catch(() => undefined);
  });

  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
    it(`leaves nothing after a ${signal} in the middle of the start`, async () => {
      const one = start({ PLANPOOL_PORT: String(await freePort()) });
      const pid = await postmaster(folder);
      one.signal(signal);
      assert.equal(await one.exit, signal === 'SIGKILL' ? null : 0);
      if (signal === 'SIGKILL') {
        // Only the note about the running start stays, and the next start sees that it is out of date.
        for (const deadline = Date.now() + 20_000; (await readdir(folder)).length > 1; await delay(50)) {
          assert.ok(Date.now() < deadline, (await readdir(folder)).join(', '));
        }
        const next = start({ PLANPOOL_PORT: String(await freePort()) });
        await next.says(/PostgreSQL 18/);
        next.signal('SIGTERM');
        await next.exit;
      }
      await empty(folder);
      // The watcher ends it, and removes its folder; the process itself may take a moment longer.
      for (const deadline = Date.now() + 10_000; isAlive(pid); await delay(50)) {
        assert.ok(Date.now() < deadline, `PostgreSQL (${pid}) still runs`);
      }
    });
  }

  it('opens desktop VS Code with folders of its own, and stops when its window is closed', async () => {
    // A stand-in for the launcher: it notes how it was called, and the test closes its window.
    const programs = await temporaryFolder('planpool-start-test');
    const note = path.join(programs, 'note');
    const code = path.join(programs, 'code');
    await writeFile(
      code,
      `#!/bin/sh\nenv | grep ^PG >'${note}.new'\nprintf '%s\\n' "$@" >>'${note}.new'\nmv '${note}.new' '${note}'\n` +
        `while [ -e '${note}' ]; do sleep 0.05; done\n`,
    );
    await chmod(code, 0o755);
    const one = start({ PLANPOOL_EDITOR: '', DISPLAY: ':0', PATH: `${programs}:${process.env['PATH'] ?? ''}` });
    await one.says(/VS Code opens in a window of its own/);
    let lines: readonly string[] = [];
    while (lines.length === 0) {
      lines = await readFile(note, 'utf8').then(
        text => text.split('\n'),
        () => [],
      );
      await delay(25);
    }
    const following = (flag: string): string => lines[lines.indexOf(flag) + 1] ?? '';
    assert.ok(following('--user-data-dir').startsWith(folder), following('--user-data-dir'));
    assert.ok(following('--extensions-dir').startsWith(folder), following('--extensions-dir'));
    assert.equal(following('--extensionDevelopmentPath'), repositoryFolder);
    assert.ok(lines.includes('--wait') && lines.includes('--new-window'));
    assert.deepEqual(lines.filter(line => /^PG(HOST|DATABASE|USER|SSLMODE)=/.test(line)).sort(), [
      'PGDATABASE=shop',
      'PGHOST=127.0.0.1',
      'PGSSLMODE=disable',
      'PGUSER=planpool',
    ]);
    const second = start({});
    assert.equal(await second.exit, 1);
    assert.match(second.output, /already runs from this clone/);
    await removeFolder(programs);
    assert.equal(await one.exit, 0);
    await empty(folder);
  });
});
