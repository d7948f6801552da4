import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../lab/freePort';
import { openFriendlyAddress } from '../../lab/startAddress';
import { findDesktopCode } from '../../lab/startDesktop';
import { advice, StartFailure } from '../../lab/startFailure';
import { Unavailable } from '../../lab/unavailable';

describe('lab: the address of npm start', () => {
  it('leads a browser to the editor and passes everything else on', async () => {
    const editor = createServer((message, response) => {
      response.writeHead(201, { 'x-host': message.headers.host }).end(`${message.method} ${message.url}`);
    });
    const editorPort = await freePort();
    await new Promise<void>(resolve => editor.listen(editorPort, '127.0.0.1', resolve));
    const port = await freePort();
    const address = await openFriendlyAddress({ PLANPOOL_PORT: String(port) });
    try {
      assert.equal(address.url, `http://127.0.0.1:${port}/`);
      assert.equal((await fetch(address.url)).status, 503);
      address.leadTo(editorPort, '/?folder=/shop');
      const first = await fetch(address.url, { redirect: 'manual' });
      assert.deepEqual([first.status, first.headers.get('location')], [302, `${address.url}?folder=/shop`]);
      const page = await fetch(address.url, { headers: { accept: 'text/html' } });
      assert.deepEqual([page.status, await page.text()], [201, 'GET /?folder=/shop']);
      assert.equal(page.headers.get('x-host'), `127.0.0.1:${port}`);
      const posted = await fetch(`${address.url}log`, { method: 'POST', body: 'x'.repeat(100_000) });
      assert.equal(await posted.text(), 'POST /log');
      await new Promise(resolve => editor.close(resolve).closeAllConnections());
      await assert.rejects(fetch(`${address.url}log`));
    } finally {
      await address.close();
    }
    await assert.rejects(fetch(address.url));
  });

  it('says that the port is in use, and what to do', async () => {
    const port = await freePort();
    const first = await openFriendlyAddress({ PLANPOOL_PORT: String(port) });
    try {
      await assert.rejects(openFriendlyAddress({ PLANPOOL_PORT: String(port) }), {
        message: `Port ${port} is in use by another program. Choose another one, for example: PLANPOOL_PORT=${port + 1} npm start`,
      });
    } finally {
      await first.close();
    }
  });

  for (const value of ['0', '65536', '80.5', 'http', '-1']) {
    it(`refuses PLANPOOL_PORT=${value}`, () =>
      assert.rejects(openFriendlyAddress({ PLANPOOL_PORT: value }), {
        message: `PLANPOOL_PORT=${value} is no port. Give a number from 1 to 65535.`,
      }));
  }
});

describe('lab: the editor that npm start opens', () => {
  let folder: string;
  let code: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'planpool-start-test-'));
    code = path.join(folder, process.platform === 'win32' ? 'code.cmd' : 'code');
    await writeFile(code, '');
    await chmod(code, 0o755);
  });
  after(() => rm(folder, { recursive: true }));

  it('is the code on the PATH', async () => {
    const PATH = ['/nonexistent', '', folder].join(path.delimiter);
    assert.equal(await findDesktopCode({ PATH, DISPLAY: ':0' }), code);
    assert.equal(await findDesktopCode({ PATH: '/nonexistent', DISPLAY: ':0' }), null);
    assert.equal(await findDesktopCode({ DISPLAY: ':0' }), null);
  });

  it('is the browser when the user wants it, or when code would open a window somewhere else', async () => {
    const environment = { PATH: folder, DISPLAY: ':0' };
    for (const [name, value] of [
      ['PLANPOOL_EDITOR', 'browser'],
      ['VSCODE_IPC_HOOK_CLI', '/tmp/hook.sock'],
      ['WSL_DISTRO_NAME', 'Debian'],
    ] as const) {
      assert.equal(await findDesktopCode({ ...environment, [name]: value }), null, name);
    }
  });

  describe('on a Linux without a screen', () => {
    before(() => {
      if (process.platform !== 'linux') throw new Unavailable('only a Linux can be without a screen');
    });

    it('is the browser', async () => {
      assert.equal(await findDesktopCode({ PATH: folder }), null);
    });
  });
});

describe('lab: failures of npm start', () => {
  const systemError = (code: string): Error => Object.assign(new Error(code), { code, path: '/var/x' });

  it('are sentences when they can be foreseen', () => {
    assert.equal(advice(new StartFailure('A sentence.')), 'A sentence.');
    assert.equal(advice(new Unavailable('no npm')), 'The sample cannot start: no npm.');
    for (const code of ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']) {
      assert.match(
        advice(systemError(code)) ?? '',
        /^\/var\/x cannot be written to\. Give yourself .*PLANPOOL_LAB_CACHE=/,
      );
    }
    for (const code of ['ENOSPC', '53100']) assert.match(advice(systemError(code)) ?? '', /^The disk is full\./);
  });

  it('are shown in full when they cannot', () => {
    assert.equal(advice(new TypeError('x is not a function')), null);
    assert.equal(advice(systemError('EPIPE')), null);
    assert.equal(advice('text'), null);
  });
});
