import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { palette } from '../editor/workbench';
import { HeldQueries, leaderSleeps, workersSleep } from '../editor/workersServer';
import { giveRoomToWorkers, pickFromRowMenu, workersRow } from '../editor/workersTree';
import { superuser } from '../lab/connect';
import type { Shop } from '../lab/shop';
import { until } from '../lab/until';
import { editorSuite } from './editorSuite';

// What a suite inside the extension host cannot see: VS Code refuses to show a modal to tests.
describe('workers: as a person uses the real editor', function () {
  this.timeout(120_000);
  const suite = editorSuite({ userSettings: { 'planpool.refreshInterval': 300 } });
  let shop: Shop;
  let page: Page;
  let held: HeldQueries;
  let dialog: Locator;

  before(async () => {
    ({ shop, page } = suite);
    held = new HeldQueries(shop.postgres, shop.environment);
    dialog = page.locator('.monaco-dialog-box');
    await page.locator('.activitybar').getByRole('tab', { name: 'Planpool' }).click();
    await giveRoomToWorkers(page);
    await workersRow(page, 'No session runs a query').waitFor();
  });

  afterEach(async () => {
    await held.release();
    await refresh();
    await workersRow(page, 'No session runs a query').waitFor();
    assert.equal(await dialog.count(), 0);
    assert.equal(await page.locator('.notification-toast').count(), 0);
  });

  async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
    const admin = await superuser(shop.postgres);
    try {
      return (await admin.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await admin.end();
    }
  }

  async function isThere(pid: number): Promise<boolean> {
    return (await ask(`SELECT FROM pg_stat_activity WHERE pid = ${pid}`)).length > 0;
  }

  /** The view looks by itself only after a long time, so that no row is fetched anew while a test picks from its menu. */
  function refresh(): Promise<void> {
    return palette(page, 'Planpool: Refresh Workers');
  }

  /** A leader with two workers, that the view shows. */
  async function leader(sql = workersSleep) {
    const query = await held.hold(sql, 2);
    await refresh();
    await workersRow(page, `${query.pid} shop`).waitFor();
    return query;
  }

  async function signal(row: string, title: 'Cancel Query' | 'Terminate Session', question: string): Promise<void> {
    await pickFromRowMenu(page, row, title);
    await dialog.getByText(question).waitFor();
  }

  async function answer(button: string): Promise<void> {
    await dialog.getByRole('button', { name: button }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  it('asks before a query is cancelled; no lets it run, yes cancels it on the server', async () => {
    const { pid, ended } = await leader();
    const stillRuns = Promise.race([ended, new Promise(resolve => setTimeout(resolve, 1_500, 'runs'))]);
    for (const decline of [() => answer('Let It Run'), () => page.keyboard.press('Escape')]) {
      await signal(
        `${pid} shop`,
        'Cancel Query',
        `Cancel the query of session ${pid} of planpool in shop (planpool lab)?`,
      );
      await dialog.getByText(workersSleep).waitFor();
      await decline();
      await dialog.waitFor({ state: 'detached' });
    }
    assert.equal(await stillRuns, 'runs');

    await signal(`${pid} shop`, 'Cancel Query', 'Its 2 workers end with it.');
    await answer('Cancel the Query');
    assert.equal(await ended, '57014');
    assert.ok(await isThere(pid), 'the session is gone');
  });

  it('ends a session on the server', async () => {
    const { pid, ended } = await leader(leaderSleeps);
    await signal(`${pid} shop`, 'Terminate Session', `Terminate session ${pid} of planpool in shop (planpool lab)?`);
    await answer('Let It Live');
    assert.ok(await isThere(pid));
    await signal(`${pid} shop`, 'Terminate Session', 'its connection is closed');
    await answer('Terminate the Session');
    assert.equal(await ended, '57P01');
    await until('the end of the backend', async () => !(await isThere(pid)) || undefined);
  });

  it('says that the end of a worker is the end of its leader’s query, and it is', async () => {
    const { pid, workers, ended } = await leader();
    const [worker] = workers;
    const question = `Terminate worker ${worker}? This ends the query of its leader ${pid}.`;
    await signal(`${worker} worker`, 'Terminate Session', question);
    await answer('Terminate the Worker');
    assert.equal(await ended, '57P01');
    assert.ok(await isThere(pid), 'the session of the leader is gone');
  });

  for (const [what, leave, sentence] of [
    ['is gone', 'pg_terminate_backend', 'is gone, so nothing was done'],
    ['runs something else', 'pg_cancel_backend', 'no longer runs that statement, so nothing was cancelled'],
  ] as const) {
    it(`cancels nothing when the session ${what} by the time of the yes`, async () => {
      const { pid, ended } = await leader();
      await signal(`${pid} shop`, 'Cancel Query', 'Cancel the query of');
      await ask(`SELECT ${leave}(${pid})`);
      await ended;
      await until('that', async () => leave === 'pg_cancel_backend' || !(await isThere(pid)) || undefined);
      await answer('Cancel the Query');
      const toast = page.locator('.notification-toast', { hasText: `Backend ${pid} ${sentence}` });
      await toast.waitFor();
      await palette(page, 'Notifications: Clear All Notifications');
      await toast.waitFor({ state: 'detached' });
    });
  }
});
