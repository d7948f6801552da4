// `npm start`: a PostgreSQL with sample data and a VS Code with the extension, until Ctrl-C.
import { randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { editorUrl, startEditor } from './editor';
import { installEditor } from './editorInstallation';
import { startPostgres } from './postgres';
import { repositoryFolder } from './repository';
import { createSampleDatabase, sampleFolder } from './sampleData';
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
  const environment = await startDatabase();
  const workspace = await copyWorkspace();
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

/** Returns the environment in which libpq's programs, and the extension, find the sample database. */
async function startDatabase(): Promise<Record<string, string>> {
  const password = randomBytes(18).toString('base64url');
  const postgres = await step('PostgreSQL 18', () =>
    startPostgres({
      major: 18,
      auth: 'scram-sha-256',
      superuserPassword: randomBytes(18).toString('base64url'),
      settings: { autovacuum: 'on' },
    }),
  );
  running.push(() => postgres.stop());
  const { database, user } = await step('Sample data', () => createSampleDatabase(postgres, password));
  return {
    PGHOST: postgres.host,
    PGPORT: String(postgres.port),
    PGDATABASE: database,
    PGUSER: user,
    PGPASSWORD: password,
    PGSSLMODE: 'disable',
  };
}

/** The user may edit the samples, so they get a copy. */
async function copyWorkspace(): Promise<string> {
  const folder = await temporaryFolder('planpool-sample');
  running.push(() => removeFolder(folder));
  const workspace = path.join(folder, 'shop');
  await cp(path.join(sampleFolder, 'workspace'), workspace, { recursive: true });
  return workspace;
}

async function openWindow(code: string, workspace: string, environment: Record<string, string>): Promise<void> {
  const folder = await temporaryFolder('planpool-desktop');
  running.push(() => removeFolder(folder));
  const editor = await openDesktopEditor({ code, folder, extension: repositoryFolder, workspace, environment });
  running.push(() => editor.stop());
  console.log('\nVS Code opens in a window of its own. Close it or press Ctrl-C here to stop everything.');
  void editor.closed.then(() => stop());
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

async function stopOnSignal(): Promise<void> {
  if (stopping === undefined) console.log('\nStopping …');
  await stop();
  // What was still starting is left to the watcher, which sees this process end.
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopOnSignal());

start().catch(async (error: unknown) => {
  if (stopping !== undefined) return;
  const text = advice(error);
  console.error(text === null ? error : `\n${text}`);
  await stop();
  process.exit(1);
});
