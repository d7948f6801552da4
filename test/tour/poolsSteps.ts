import assert from 'node:assert/strict';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { palette, pick } from '../editor/workbench';
import { parallelSettings } from '../lab/heldQueries';
import { startPgBouncer, type PgBouncerServer } from '../lab/pgbouncer';
import { PoolLoad } from '../lab/poolLoad';
import type { Tour, TourStep } from './tour';
import { answer, chooseFromMenu, node, toggle } from './views';

/** A healthy fleet, an overloaded pool, the join down to parallel workers, the history page and the snapshot. */
export const poolsSteps: readonly TourStep[] = [
  { title: 'adds two PgBouncers and sees them well', run: fleet },
  { title: 'sees an overloaded pool and why it waits', run: overloaded },
  { title: 'opens the history of the pool', run: history },
  { title: 'writes an incident snapshot', run: incident },
  { title: 'follows a client to the workers of its query', run: join },
  { title: 'is asked before a database is paused', run: pause },
];

const bouncers: PgBouncerServer[] = [];
let load: PoolLoad | undefined;
const clients: Client[] = [];

/** The sample's user, who may use the consoles too. */
function login({ shop }: Tour) {
  const { PGDATABASE: database, PGUSER: user, PGPASSWORD: password } = shop.environment;
  assert.ok(database && user && password);
  return { database, user, password };
}

async function fleet(tour: Tour): Promise<void> {
  const { page, shot, shop, editor } = tour;
  const { database, user, password } = login(tour);
  for (const label of ['east', 'west']) {
    const bouncer = await startPgBouncer({
      postgres: shop.postgres,
      databases: [database],
      users: { [user]: password },
      poolMode: 'transaction',
      settings: { default_pool_size: label === 'east' ? '4' : '20' },
    });
    bouncers.push(bouncer);
    tour.atEnd(() => bouncer.stop());
  }
  const [east, west] = bouncers;
  assert.ok(east && west);
  const { host, port } = shop.postgres;
  const console = { kind: 'pgbouncer', label: 'production', host: '127.0.0.1', user, sslmode: 'disable' };
  await editor.changeMachineSettings({
    'planpool.connections': [
      { name: 'shop', host, port, database, user, sslmode: 'disable' },
      { ...console, name: 'east', port: east.port },
      { ...console, name: 'west', port: west.port },
    ],
  });
  load = await PoolLoad.start({
    postgres: shop.postgres,
    pooler: east,
    database,
    serverDatabase: database,
    user,
    password,
  });
  tour.atEnd(() => Promise.allSettled([load?.end(), ...clients.map(client => client.end())]));
  await load.idle(3, 'shop api');
  await palette(page, 'View: Close All Editors');
  await palette(page, 'Planpool: Focus on Pools View');
  for (const name of ['east', 'west']) {
    await node(page, `${name} `).first().waitFor();
  }
  await palette(page, 'Planpool: Refresh Pools');
  await answer(page, 'for east', password);
  await answer(page, 'for west', password);
  await node(page, '1 pool').first().waitFor();
  await toggle(page, /^east/);
  await node(page, '0 wait').first().waitFor();
  await shot('pools-healthy');
}

async function overloaded({ page, shot }: Tour): Promise<void> {
  assert.ok(load);
  load.run(4, 'nightly report');
  await node(page, '4/4').first().waitFor();
  load.ask(6, 'shop api');
  await node(page, 'pool full').first().waitFor();
  await toggle(page, /^shop\/planpool/);
  await toggle(page, /^Clients/);
  await node(page, 'waits').first().waitFor();
  await shot('pools-overloaded');
}

async function history({ page, shot }: Tour): Promise<void> {
  await chooseFromMenu(page, /^shop\/planpool/, 'Show Pool History');
  await page.locator('.tab', { hasText: 'Pool history' }).waitFor();
  await page.waitForTimeout(6000);
  await shot('pools-history');
}

async function incident({ page, shot }: Tour): Promise<void> {
  await chooseFromMenu(page, /^east/, 'Write Incident Snapshot');
  await page.locator('.view-line', { hasText: 'east' }).first().waitFor();
  await shot('pools-incident');
  await palette(page, 'View: Revert and Close Editor');
  await load?.release();
}

/** A parallel query that runs through the pool, so that its client has a server connection, a backend and workers. */
async function join(tour: Tour): Promise<void> {
  const { page, shot } = tour;
  const [, west] = bouncers;
  assert.ok(west);
  const { database, user, password } = login(tour);
  const connection = new Client({
    host: west.host,
    port: west.port,
    database,
    user,
    password,
    application_name: 'shop api',
  });
  await connection.connect();
  clients.push(connection);
  await connection.query('BEGIN');
  for (const [name, value] of Object.entries(parallelSettings(2))) {
    await connection.query('SELECT set_config($1, $2, true)', [name, value]);
  }
  connection
    .query('SELECT status, count(*) FROM orders WHERE pg_sleep(0.01) IS NOT NULL GROUP BY status')
    .catch(() => undefined);
  await toggle(page, /^east/);
  await toggle(page, /^west/);
  await toggle(page, /^shop\/planpool/);
  await toggle(page, /^Clients/);
  await tellServer(page);
  await toggle(page, /^planpool 127/);
  await node(page, /^backend \d/).waitFor();
  await shot('pools-join');
}

/** A console does not say which connection leads to its server: the user does, once. */
async function tellServer(page: Page): Promise<void> {
  await chooseFromMenu(page, /^shop\/planpool/, 'Tell Which Connection');
  await pick(page, 'shop');
}

async function pause({ page, shot }: Tour): Promise<void> {
  await chooseFromMenu(page, /^shop\/planpool/, '(PAUSE)');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  await shot('pools-pause');
  await page.keyboard.press('Escape');
}
