import assert from 'node:assert/strict';
import { palette } from '../editor/workbench';
import { connect } from '../lab/connect';
import { holdQuery, parallelSettings, untilWorkers, type HeldQuery } from '../lab/heldQueries';
import type { Shop } from '../lab/shop';
import type { Tour, TourStep } from './tour';
import { answer, ask, node, toggle, widenSideBar } from './views';

/** Who runs in parallel, who could not, and whether the settings are sane. */
export const workersSteps: readonly TourStep[] = [
  { title: 'opens the Workers view of a quiet server', run: openView },
  { title: 'sees a busy server', run: busy },
  { title: 'sees a query that is starved of workers', run: starved },
  { title: 'is asked before a query is cancelled', run: cancel },
  { title: 'sees which statements were starved', run: statements },
  { title: 'checks the settings', run: settingsBefore },
  { title: 'follows a finding and checks again', run: settingsAfter },
  { title: 'asks how many workers an index build would get', run: countWorkers },
];

/** Each row takes its time in the workers; the constants do not count in pg_stat_statements. */
const byStatus = (seconds: string) =>
  `SELECT status, count(*), avg(total) FROM orders WHERE pg_sleep(${seconds}) IS NOT NULL GROUP BY status`;
const byCountry =
  'SELECT ship_country, sum(total) FROM orders WHERE pg_sleep(0.02) IS NOT NULL GROUP BY ship_country ORDER BY 2 DESC';

const held: HeldQuery[] = [];

async function openView({ page, shot, shop }: Tour): Promise<void> {
  await ask(shop, 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  await palette(page, 'View: Close All Editors');
  await palette(page, 'Planpool: Focus on Workers View');
  await node(page, 'No session runs a query').waitFor();
  await widenSideBar(page, 640);
  await shot('workers-quiet');
}

async function busy({ page, shot, shop }: Tour): Promise<void> {
  held.push(await hold(shop, byStatus('0.01'), 2), await hold(shop, byCountry, 3));
  await node(page, '· 3 workers').waitFor();
  await shot('workers-busy');
}

/** What has finished once is known to pg_stat_statements; then others have taken all slots but one. */
async function starved({ page, shot, shop }: Tour): Promise<void> {
  await runOnce(shop, byStatus('0.0'), 4);
  held.push(await hold(shop, byCountry.replace('sum', 'avg'), 2), await hold(shop, byStatus('0.02'), 4, 1));
  await palette(page, 'Planpool: Refresh Workers');
  await node(page, 'usually asks for').first().waitFor();
  await shot('workers-starved');
}

async function cancel({ page, shot }: Tour): Promise<void> {
  await node(page, 'usually asks for').first().click({ button: 'right' });
  await page.locator('.context-view .action-item', { hasText: 'Cancel Query' }).first().waitFor();
  await shot('workers-menu');
  await page.locator('.context-view .action-item', { hasText: 'Cancel Query' }).first().click();
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  await shot('workers-cancel');
  await dialog.getByRole('button', { name: 'Let It Run' }).click();
  await Promise.all(held.splice(0).map(query => query.release()));
  await node(page, 'No session runs a query').waitFor();
}

async function statements({ page, shot }: Tour): Promise<void> {
  await toggle(page, 'Now');
  await toggle(page, 'Statements');
  await node(page, 'launched').first().waitFor();
  await node(page, 'starved of workers').waitFor();
  await shot('workers-statements');
  await toggle(page, 'Statements');
}

async function settingsBefore({ page, shot, shop }: Tour): Promise<void> {
  await ask(shop, 'ALTER ROLE planpool SET max_parallel_workers_per_gather = 0');
  await ask(shop, 'ALTER SYSTEM SET max_parallel_workers = 32');
  await ask(shop, 'SELECT pg_reload_conf()');
  await palette(page, 'Planpool: Tell Cores and Memory of the Server');
  await answer(page, '1 of 2', '8');
  await answer(page, '2 of 2', '32');
  await toggle(page, 'Settings');
  await node(page, 'Recommended for 8 cores').waitFor();
  await toggle(page, 'Off for role planpool');
  await node(page, 'RESET max_parallel_workers_per_gather').first().waitFor();
  await node(page, 'findings').waitFor();
  await shot('workers-settings-before');
}

async function settingsAfter({ page, shot, shop }: Tour): Promise<void> {
  await ask(shop, 'ALTER ROLE planpool RESET max_parallel_workers_per_gather');
  await ask(shop, 'ALTER SYSTEM RESET max_parallel_workers');
  await ask(shop, 'SELECT pg_reload_conf()');
  await palette(page, 'Planpool: Refresh Workers');
  await node(page, 'Off for role planpool').waitFor({ state: 'detached' });
  await toggle(page, 'Recommended for 8 cores');
  await node(page, 'Try as override set').waitFor();
  await shot('workers-settings-after');
}

async function countWorkers({ page, shot }: Tour): Promise<void> {
  await palette(page, 'View: Show Explorer');
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: '07-maintenance.sql' }).dblclick();
  const lens = page.locator('.codelens-decoration').getByRole('button', { name: 'How many workers?' });
  await lens.first().click();
  await page.locator('.codelens-decoration', { hasText: 'is the limit' }).first().waitFor();
  await shot('count-workers');
}

/** As the sample's user; resolves when it runs with so many workers. */
async function hold(shop: Shop, sql: string, workers: number, gets = workers): Promise<HeldQuery> {
  const { PGDATABASE: database, PGUSER: user, PGPASSWORD: password } = shop.environment;
  assert.ok(database && user && password);
  const settings = parallelSettings(workers);
  const query = await holdQuery({ server: shop.postgres, database, user, password, settings }, sql);
  await untilWorkers(shop.postgres, query.pid, gets);
  return query;
}

async function runOnce(shop: Shop, sql: string, workers: number): Promise<void> {
  const { PGDATABASE: database, PGUSER: user, PGPASSWORD: password } = shop.environment;
  assert.ok(database && user && password);
  const client = await connect({ host: shop.postgres.host, port: shop.postgres.port, database, user, password });
  try {
    for (const [name, value] of Object.entries(parallelSettings(workers))) {
      await client.query('SELECT set_config($1, $2, false)', [name, value]);
    }
    await client.query(sql);
  } finally {
    await client.end();
  }
}
