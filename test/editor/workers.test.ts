import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import * as vscode from 'vscode';
import { Unavailable } from '../lab/unavailable';
import { until } from '../lab/until';
import { ask } from './plan';
import { seeWorkbench } from './see';
import { leaderSleeps, workersSleep } from './workersServer';
import { hideWorkers, longIntervalSeconds, shortestIntervalSeconds, updateSetting, workersSuite } from './workersSuite';
import { rowColor, toggleRow, untilRows, workersRow, workersRows, type SeenRow } from './workersTree';

/** Its workers come and go. */
const comeAndGo = `DO $$ BEGIN
  FOR i IN 1 .. 1000 LOOP
    PERFORM count(*) FROM products WHERE pg_sleep(0.00005) IS NOT NULL;
  END LOOP;
END $$`;

const pidOf = ({ text }: SeenRow): number => Number.parseInt(text, 10);

function rowOf(rows: readonly SeenRow[], pid: number): SeenRow | undefined {
  return rows.find(row => pidOf(row) === pid);
}

/** The rows right below that of `pid`, as far as they are deeper. */
function below(rows: readonly SeenRow[], pid: number): readonly SeenRow[] {
  const place = rows.findIndex(row => pidOf(row) === pid);
  const level = rows[place]?.level ?? 0;
  const rest = rows.slice(place + 1);
  const end = rest.findIndex(row => row.level <= level);
  return end < 0 ? rest : rest.slice(0, end);
}

/** Statements that the server has run for us so far, transactions included. */
async function statementsOfOurs(): Promise<number> {
  const [row] = await ask(
    `SELECT coalesce(sum(calls), 0)::int AS calls FROM pg_stat_statements WHERE userid = 'planpool'::regrole`,
  );
  return Number(row?.['calls']);
}

/** What a browser tells a page when its window gets the focus, or loses it. */
async function focusWindow(page: Page, focused: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hasFocus', { value: () => ${focused}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));`);
  await until('the focus to change', () => vscode.window.state.focused === focused || undefined);
}

describe('editor: workers', () => {
  const { held } = workersSuite(shortestIntervalSeconds);
  let page: Page;

  before(async () => {
    page = await seeWorkbench();
  });

  it('shows leaders with their workers, and says in plain words what they wait for', async () => {
    const sleeping = await held.hold(workersSleep, 2);
    const sending = await held.hold(leaderSleeps, 3);
    const rows = await untilRows(page, 'row of both leaders', seen => Boolean(rowOf(seen, sending.pid)));

    assert.match(rows[0]?.text ?? '', /^Now .*5 of 8 parallel workers · .*5 of 16 worker processes$/);
    const [first, second] = [sleeping, sending].map(({ pid }) => rowOf(rows, pid)?.text ?? '');
    assert.match(first ?? '', /leader waits for rows from workers · 2 workers · SELECT count\(\*\) FROM orders WHERE/);
    assert.match(second ?? '', /leader sleeps \(pg_sleep\) · 3 workers · SELECT order_id/);
    assert.deepEqual(
      below(rows, sleeping.pid).map(({ text }) => text),
      sleeping.workers.map(pid => `${pid} worker sleeps (pg_sleep)`),
    );
    assert.deepEqual(
      below(rows, sending.pid).map(({ text }) => text),
      sending.workers.map(pid => `${pid} worker waits: leader reads too slowly`),
    );
    assert.ok(rows.findIndex(row => pidOf(row) === sleeping.pid) < rows.findIndex(row => pidOf(row) === sending.pid));
  });

  it('keeps what is open, closed and selected while others come and go', async () => {
    const opened = await held.hold(workersSleep, 2);
    const closed = await held.hold(leaderSleeps, 2);
    const restless = await held.hold(comeAndGo, 2);
    await untilRows(page, 'row of the restless one', rows => Boolean(rowOf(rows, restless.pid)));
    await toggleRow(page, String(closed.pid));
    const [worker] = opened.workers;
    await workersRow(page, `${worker} worker`).click();
    await untilRows(page, 'selected row', rows => rows.some(({ selected }) => selected));

    const met = new Set<number>();
    await until('eight other workers', async () => {
      const rows = await workersRows(page);
      below(rows, restless.pid).forEach(row => met.add(pidOf(row)));
      assert.deepEqual(below(rows, opened.pid).map(pidOf), opened.workers);
      assert.deepEqual(rows.filter(({ selected }) => selected).map(pidOf), [worker]);
      assert.equal(rowOf(rows, closed.pid)?.expanded, false);
      return met.size >= 8 || undefined;
    });
    await restless.release();
    const rows = await untilRows(page, 'end of the restless one', seen => !rowOf(seen, restless.pid));
    assert.deepEqual(rows.filter(({ selected }) => selected).map(pidOf), [worker]);
    assert.equal(rowOf(rows, closed.pid)?.expanded, false);
  });

  describe('asks nothing', () => {
    before(() => ask('CREATE EXTENSION IF NOT EXISTS pg_stat_statements'));
    after(async () => {
      await updateSetting('refreshInterval', shortestIntervalSeconds);
      await ask('DROP EXTENSION pg_stat_statements');
    });

    for (const [what, leave, comeBack] of [
      ['while the view is hidden', hideWorkers, () => vscode.commands.executeCommand('planpool.workers.focus')],
      ['while the window has not the focus', () => focusWindow(page, false), () => focusWindow(page, true)],
    ] as const) {
      it(`${what}, and then looks at once`, async () => {
        if (vscode.env.uiKind !== vscode.UIKind.Web) {
          throw new Unavailable('only a browser can be told from here whether its window has the focus');
        }
        await updateSetting('refreshInterval', shortestIntervalSeconds);
        const before = await statementsOfOurs();
        await until('a look', async () => (await statementsOfOurs()) > before || undefined);

        await leave();
        await pause(shortestIntervalSeconds * 1_000);
        const left = await statementsOfOurs();
        await pause(4 * shortestIntervalSeconds * 1_000);
        assert.equal(await statementsOfOurs(), left);

        // If it came back as at a new start, it would wait for as long again.
        await updateSetting('refreshInterval', 2);
        await comeBack();
        await until('a look', async () => (await statementsOfOurs()) > left || undefined, 1_000);
      });
    }
  });

  it('shows only what holds every word of the filter, until that is cleared', async () => {
    const one = await held.hold(workersSleep, 2);
    const other = await held.hold(leaderSleeps, 2);
    await untilRows(page, 'row of both', rows => [one, other].every(({ pid }) => rowOf(rows, pid)));

    const asking = vscode.commands.executeCommand('planpool.workers.filter');
    await page.locator('.quick-input-widget input').first().fill('  LEADER note ');
    await page.keyboard.press('Enter');
    await asking;
    const rows = await untilRows(page, 'filtered tree', seen => !rowOf(seen, one.pid));
    assert.ok(rowOf(rows, other.pid));
    assert.equal(below(rows, other.pid).length, 2);
    await page.locator('.part.sidebar', { hasText: 'Only what holds “LEADER note”' }).waitFor();

    await page.locator('.part.sidebar').getByRole('button', { name: 'Show All Workers' }).click();
    await untilRows(page, 'row of both', seen => [one, other].every(({ pid }) => rowOf(seen, pid)));
    assert.equal(await page.getByText('Only what holds').count(), 0);
  });

  it('looks again at once when it is told to', async () => {
    await updateSetting('refreshInterval', longIntervalSeconds);
    try {
      // The look that was already due.
      await pause(shortestIntervalSeconds * 1_000 + 200);
      const { pid } = await held.hold(workersSleep, 2);
      await pause(2 * shortestIntervalSeconds * 1_000);
      assert.equal(rowOf(await workersRows(page), pid), undefined);
      await page.locator('.part.sidebar').getByRole('button', { name: 'Refresh Workers' }).click();
      await untilRows(page, 'row of the query', rows => Boolean(rowOf(rows, pid)));
    } finally {
      await updateSetting('refreshInterval', shortestIntervalSeconds);
      await vscode.commands.executeCommand('planpool.workers.refresh');
    }
  });

  describe('when the server does not answer', () => {
    const endSessions = () =>
      ask(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'Planpool'`);

    async function seeFailure(part: string, pid: number): Promise<void> {
      const rows = await untilRows(page, 'failure', seen => seen[0]?.text.includes(part) === true);
      assert.match(rows[0]?.text ?? '', /The figures are those of \d/);
      assert.ok(rowOf(rows, pid), 'the old figures are gone');
      const [now, leader, statements] = await colors(pid);
      assert.equal(now, leader);
      assert.notEqual(now, statements, 'the old figures are not in grey');
    }

    function colors(pid: number): Promise<readonly string[]> {
      return Promise.all(['Now', String(pid), 'Settings'].map(text => rowColor(page, text)));
    }

    async function seeRecovery(pid: number): Promise<void> {
      const rows = await untilRows(page, 'recovery', seen => seen[0]?.text.startsWith('Now') === true);
      assert.ok(rowOf(rows, pid));
      assert.equal(new Set(await colors(pid)).size, 1, 'something is still in grey');
    }

    afterEach(async () => {
      await ask('ALTER DATABASE shop CONNECTION LIMIT -1');
      await ask('ALTER ROLE planpool LOGIN');
      await ask('GRANT SELECT ON pg_catalog.pg_stat_activity TO PUBLIC');
      await vscode.commands.executeCommand('planpool.workers.refresh');
    });

    it('goes on by itself when its sessions are ended', async () => {
      const { pid } = await held.hold(workersSleep, 2);
      await untilRows(page, 'row of the query', rows => Boolean(rowOf(rows, pid)));
      for (let time = 1; time <= 3; time += 1) {
        await endSessions();
        await until('a new session', async () => {
          const { length } = await ask(`SELECT FROM pg_stat_activity WHERE application_name = 'Planpool'`);
          return length > 0 || undefined;
        });
      }
      await seeRecovery(pid);
    });

    it('goes on by itself when the server was restarted', async () => {
      const { pid } = await held.hold(workersSleep, 2);
      await untilRows(page, 'row of the query', rows => Boolean(rowOf(rows, pid)));
      // Then PostgreSQL ends every session and starts anew.
      process.kill(pid, 'SIGKILL');
      await untilRows(page, 'look at the new server', rows => /^Now .*0 of 8 /.test(rows[0]?.text ?? ''));
      const next = await held.hold(workersSleep, 2);
      await untilRows(page, 'row of the next query', seen => Boolean(rowOf(seen, next.pid)));
    });

    it('says why, shows the old figures in grey, and goes on by itself', async () => {
      const { pid } = await held.hold(workersSleep, 2);
      await untilRows(page, 'row of the query', rows => Boolean(rowOf(rows, pid)));
      await ask('ALTER DATABASE shop CONNECTION LIMIT 0');
      await endSessions();
      await seeFailure('has no connection left to give', pid);
      await ask('ALTER DATABASE shop CONNECTION LIMIT -1');
      await seeRecovery(pid);
    });

    it('says which permission is lost, and goes on by itself', async () => {
      const { pid } = await held.hold(workersSleep, 2);
      await untilRows(page, 'row of the query', rows => Boolean(rowOf(rows, pid)));
      await ask('REVOKE SELECT ON pg_catalog.pg_stat_activity FROM PUBLIC');
      await seeFailure('permission denied for view pg_stat_activity', pid);
      await ask('GRANT SELECT ON pg_catalog.pg_stat_activity TO PUBLIC');
      await seeRecovery(pid);
    });

    it('does not try again by itself when it may not log in', async () => {
      const { pid } = await held.hold(workersSleep, 2);
      await untilRows(page, 'row of the query', rows => Boolean(rowOf(rows, pid)));
      await ask('ALTER ROLE planpool NOLOGIN');
      await endSessions();
      await seeFailure('refused the connection', pid);
      await ask('ALTER ROLE planpool LOGIN');
      await pause(4 * shortestIntervalSeconds * 1_000);
      assert.doesNotMatch((await workersRows(page))[0]?.text ?? '', /^Now/);
      await workersRow(page, 'refused the connection').click();
      await seeRecovery(pid);
    });
  });

  it('shows what is hidden as hidden, with the GRANT that helps', async () => {
    await ask('GRANT pg_monitor TO planpool');
    try {
      const { pid } = await held.holdAsSuperuser('SELECT pg_sleep(60)');
      await untilRows(page, 'other session', rows => rows.some(({ text }) => text.startsWith('Other sessions')));
      await untilRows(page, 'nothing hidden', rows => rows.every(({ text }) => !text.includes('hidden')));
      await ask('REVOKE pg_monitor FROM planpool');
      await workersRow(page, '1 session is hidden').waitFor();
      await toggleRow(page, '1 session is hidden');
      await workersRow(page, new RegExp(`^${pid} .*hidden`)).waitFor();
      await updateSetting('refreshInterval', longIntervalSeconds);
      // The look that was already due.
      await pause(2 * shortestIntervalSeconds * 1_000);
      await workersRow(page, '1 session is hidden').hover();
      await workersRow(page, '1 session is hidden').getByRole('button', { name: 'Copy Statement' }).click();
      await until('the GRANT in the clipboard', async () => {
        const text = await vscode.env.clipboard.readText();
        return text === 'GRANT pg_monitor TO planpool;' || undefined;
      });
    } finally {
      await ask('REVOKE pg_monitor FROM planpool');
      await updateSetting('refreshInterval', shortestIntervalSeconds);
      await vscode.commands.executeCommand('planpool.workers.refresh');
    }
  });
});
