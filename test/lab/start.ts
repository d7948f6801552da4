// `npm start`: a PostgreSQL with sample data and a VS Code with the extension, until Ctrl-C.
import path from 'node:path';
import { editorUrl, startEditor } from './editor';
import { installEditor } from './editorInstallation';
import { repositoryFolder } from './repository';
import { type Shop, startShop } from './shop';
import { openFriendlyAddress } from './startAddress';
import { findDesktopCode, openDesktopEditor } from './startDesktop';
import { advice } from './startFailure';
import { takeStartLock } from './startLock';
import { removeFolder, removeFolders, temporaryFolder } from './watched';

/** What is running, in the order of its start. */
const running: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

async function start(): Promise<void> {
  const lock = await takeStartLock();
  running.push(() => lock.release());
  const code = await findDesktopCode(process.env);
  const address = code === null ? await openFriendlyAddress(process.env) : null;
  if (address !== null) running.push(() => address.close());

  // The first time it has to be fetched, which takes as long as the database does.
  if (code === null) installEditor('minimum').catch(() => undefined);
  const shop = await step('PostgreSQL 18 with sample data', startShop);
  running.push(() => shop.stop());
  const { workspace, environment } = shop;
  if (code !== null) {
    await lock.setAddress('its VS Code window');
    await openWindow(code, workspace, environment);
  } else if (address !== null) {
    const editor = await step('VS Code in the browser', () => startEditor({ release: 'minimum', environment }));
    running.push(() => editor.stop());
    const target = new URL(
      editorUrl(
        { ...editor, port: address.port },
        { folder: workspace, extension: repositoryFolder, openFile: path.join(workspace, '01-scan.sql') },
      ),
    );
    address.leadTo(editor.port, `${target.pathname}${target.search}`);
    await lock.setAddress(address.url);
    console.log(`\nCtrl-C stops everything. Now open ${address.url}`);
  }
}

async function openWindow(code: string, workspace: string, environment: Shop['environment']): Promise<void> {
  const folder = await temporaryFolder('planpool-desktop');
  running.push(() => removeFolder(folder));
  const editor = await openDesktopEditor({ code, folder, extension: repositoryFolder, workspace, environment });
  running.push(() => editor.stop());
  console.log('\nVS Code opens in a window of its own. Close it or press Ctrl-C here to stop everything.');
  void editor.closed.then(stopAndExit);
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  process.stdout.write(`${name} … `);
  const result = await work();
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  return result;
}

/** In the reverse order of the start, and only once, whoever asks for it. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const end of running.splice(0).reverse()) await end();
    await removeFolders();
  })();
  return stopping;
}

async function stopAndExit(): Promise<void> {
  if (stopping === undefined) console.log('\nStopping …');
  await stop();
  console.log('Stopped.');
  // What was still starting is left to the watcher, which sees this process end.
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopAndExit());

start().catch(async (error: unknown) => {
  if (stopping !== undefined) return;
  const text = advice(error);
  console.error(text === null ? error : `\n${text}`);
  await stop();
  process.exit(1);
});
