import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const cacheScript = JSON.stringify(path.join(__dirname, '..', '..', 'lab', 'cache.js'));

describe('lab: cache', function () {
  this.timeout(20_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'planpool-cache-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /**
   * Asks for a thing in a process of its own and returns its folder. The fill notes each of its runs in `fills`, takes a
   * moment and then runs `more`.
   */
  async function ask(fingerprint: string, more = ''): Promise<string> {
    const script = `
      const { cached } = require(${cacheScript});
      const fs = require('node:fs');
      const { setTimeout: delay } = require('node:timers/promises');
      cached('thing', ${JSON.stringify(fingerprint)}, async target => {
        fs.appendFileSync(process.env.PLANPOOL_LAB_CACHE + '/fills', '.');
        fs.writeFileSync(target + '/content', ${JSON.stringify(fingerprint)});
        await delay(300);
        ${more}
      }).then(found => process.stdout.write(found));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      env: { ...process.env, PLANPOOL_LAB_CACHE: folder },
    });
    return stdout;
  }

  async function fills(): Promise<number> {
    return (await readFile(path.join(folder, 'fills'), 'utf8')).length;
  }

  it('fills once for several processes at the same time, and all get the whole', async () => {
    const found = await Promise.all(['a', 'a', 'a', 'a'].map(fingerprint => ask(fingerprint)));
    assert.equal(new Set(found).size, 1);
    assert.equal(await readFile(path.join(found[0] ?? '', 'content'), 'utf8'), 'a');
    assert.equal(await fills(), 1);
  });

  it('does not fill again what is there', async () => {
    assert.equal(await ask('a'), await ask('a'));
    assert.equal(await fills(), 1);
  });

  it('fills anew for another fingerprint and keeps the older one', async () => {
    const [first, second] = [await ask('a'), await ask('b')];
    assert.notEqual(first, second);
    assert.equal(await readFile(path.join(first, 'content'), 'utf8'), 'a');
    assert.equal(await readFile(path.join(second, 'content'), 'utf8'), 'b');
  });

  it('fills anew what lost its marker', async () => {
    await rm(path.join(await ask('a'), 'complete.json'));
    await ask('a');
    assert.equal(await fills(), 2);
  });

  it('keeps nothing of a fill that failed', async () => {
    await assert.rejects(ask('a', `throw new Error('the registry is down')`), /the registry is down/);
    assert.deepEqual(await readdir(folder), ['fills']);
    await ask('a');
    assert.equal(await fills(), 2);
  });

  it('cleans up after a process that was killed in the middle', async () => {
    await assert.rejects(ask('a', `process.kill(process.pid, 'SIGKILL')`));
    assert.equal((await readdir(folder)).length, 3);
    await ask('a');
    assert.equal((await readdir(folder)).length, 2);
  });

  it('takes over a lock that nobody keeps up, even when its process id is in use again', async () => {
    const lock = `${await ask('a')}.lock`;
    await rm(lock.replace(/\.lock$/, ''), { recursive: true });
    await writeFile(lock, String(process.pid));
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    await ask('a');
    assert.equal(await fills(), 2);
  });
});
