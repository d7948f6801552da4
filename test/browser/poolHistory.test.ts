import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { HistoryPoint } from '../../src/page/poolHistoryPage';
import { until } from '../lab/until';
import { batchPool, busyHistory, historyOf, noonMs, pointAt, shopPool } from './poolHistoryPage';
import { historyPageSuite } from './suite';

const seconds = 1000;

/** Points before noon, each with its own number of waiting clients. */
const threePoints: readonly HistoryPoint[] = [
  pointAt(noonMs - 4 * seconds, { clientsWaiting: 1, maxWaitUs: 1_000_000, poolSize: 0 }),
  pointAt(noonMs - 2 * seconds, { clientsWaiting: 2, maxWaitUs: 2_000_000, transactionsPerSecond: null }),
  pointAt(noonMs, { clientsWaiting: 3, maxWaitUs: 3_000_000 }),
];

describe('webview: pool history page', () => {
  const suite = historyPageSuite();

  it('asks for its state and shows the latest figures of each chart', async () => {
    const { page } = await suite.open({ state: historyOf(threePoints) });
    await page.getByText('production / primary').waitFor();
    assert.deepEqual(await figures(page), [
      'active 40 · waiting 3',
      'active 8 · idle 12 · pool size 20',
      'longest 3.00 s',
      'transactions 120/s · queries 480/s',
    ]);
    assert.equal(await page.locator('.moment').textContent(), 'latest 12:00:00');
    assert.equal(
      (await page.locator('.verdict').textContent())?.replace(/\u00a0/g, ' '),
      'From 11:59 to 12:00 up to 3 clients waited, at 12:00:00, the longest for 3.00 s; at most 8 server connections were in use.',
    );
  });

  it('moves one cursor in all charts with the keys of a slider, and back to the latest', async () => {
    const { page } = await suite.open({ state: historyOf(threePoints) });
    const wait = slider(page, 'Wait for a server connection');
    await wait.focus();
    await page.keyboard.press('ArrowLeft');
    await showsMoment(page, '11:59:58');
    assert.deepEqual(await figures(page), [
      'active 40 · waiting 2',
      'active 8 · idle 12 · pool size 20',
      'longest 2.00 s',
      'transactions not known · queries 480/s',
    ]);
    await page.keyboard.press('Home');
    await showsMoment(page, '11:59:56');
    assert.equal((await figures(page))[1], 'active 8 · idle 12 · pool size no limit');
    const valueOf = async (name: string): Promise<readonly (string | null)[]> =>
      Promise.all(['min', 'now', 'max', 'text'].map(what => slider(page, name).getAttribute(`aria-value${what}`)));
    assert.deepEqual(await valueOf('Clients'), ['0', '0', '2', '11:59:56']);
    await page.keyboard.press('End');
    await showsMoment(page, 'latest 12:00:00');
    assert.deepEqual(await valueOf('Throughput'), ['0', '2', '2', '12:00:00, latest']);
    assert.equal(
      await wait.evaluate('document.activeElement.getAttribute("aria-label")'),
      'Wait for a server connection over time',
    );
  });

  it('reads out the figures of the chart in hand, once, when the keys come to rest', async () => {
    const { page } = await suite.open({ state: historyOf(busyHistory(900)) });
    await slider(page, 'Clients').focus();
    await page.evaluate(`(() => {
      window.readOut = [];
      const live = document.querySelector('[aria-live=polite]');
      new MutationObserver(() => window.readOut.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true });
    })()`);
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('ArrowLeft');
    }
    await holds('a read-out', async () => (await page.evaluate<string[]>('window.readOut')).length > 0);
    const waiting = (await figures(page))[0]!.replace(' · ', ', ');
    assert.deepEqual(await page.evaluate('window.readOut'), [`Clients: ${waiting}.`]);
  });

  it('follows the pointer, and goes back to where the reader put the cursor', async () => {
    const { page } = await suite.open({ state: historyOf(busyHistory(900)) });
    const [left, right] = await edges(slider(page, 'Clients'));
    const y = left.y;
    await page.mouse.move(left.x, y);
    await showsMoment(page, '11:30:02');
    await page.mouse.move((left.x + right.x) / 2, y);
    await page.mouse.down();
    await page.mouse.up();
    const put = (await page.locator('.moment').textContent()) ?? '';
    assert.match(put, /^ 11:4[45]:\d\d$/);
    await page.mouse.move(right.x, y);
    await showsMoment(page, 'latest 12:00:00');
    await page.mouse.move(5, 5);
    await showsMoment(page, put.trim());
    await page.getByRole('button', { name: 'Follow the latest' }).click();
    await showsMoment(page, 'latest 12:00:00');
    assert.equal(await page.getByRole('button', { name: 'Follow the latest' }).count(), 0);
    assert.equal(await page.evaluate(`document.activeElement.className`), 'charts', 'the focus stays by the charts');
  });

  it('takes new points in without moving cursor or focus', async () => {
    const opened = await suite.open({ state: historyOf(busyHistory(900)) });
    const { page } = opened;
    await slider(page, 'Throughput').focus();
    await page.keyboard.press('PageDown');
    await showsMoment(page, '11:59:00');
    const [before, path] = [await figures(page), await page.locator('.plot .line').first().getAttribute('d')];
    for (let step = 1; step <= 5; step++) {
      opened.emit('points', { poolId: shopPool.id, points: [pointAt(noonMs + step * 2 * seconds)] });
    }
    await page.locator('[role=slider][aria-valuemax="900"]').first().waitFor();
    await holds('new lines', async () => (await page.locator('.plot .line').first().getAttribute('d')) !== path);
    assert.equal(await page.locator('.moment').textContent(), ' 11:59:00');
    assert.deepEqual(await figures(page), before);
    assert.equal(await page.evaluate(`document.activeElement.getAttribute('aria-label')`), 'Throughput over time');
    await page.keyboard.press('End');
    await showsMoment(page, 'latest 12:00:10');
  });

  it('keeps thirty minutes, and shows the oldest point to who looked at an older one', async () => {
    const opened = await suite.open({ state: historyOf(busyHistory(900)) });
    const { page } = opened;
    await slider(page, 'Clients').focus();
    await page.keyboard.press('Home');
    await showsMoment(page, '11:30:02');
    opened.emit('points', { poolId: shopPool.id, points: [pointAt(noonMs + 60 * seconds)] });
    await showsMoment(page, '11:31:00');
  });

  it('leaves out points that it has and those of another pool', async () => {
    const opened = await suite.open({ state: historyOf(threePoints) });
    await slider(opened.page, 'Clients').waitFor();
    opened.emit('points', { poolId: batchPool.id, points: [pointAt(noonMs + 2 * seconds)] });
    opened.emit('points', { poolId: shopPool.id, points: [...threePoints, pointAt(noonMs + 4 * seconds)] });
    await showsMoment(opened.page, 'latest 12:00:04');
    assert.equal(await slider(opened.page, 'Clients').getAttribute('aria-valuemax'), '3');
  });

  it('breaks its lines where nothing was taken, and says so', async () => {
    const whole = busyHistory(900);
    const points = whole
      .filter((_, index) => index < 300 || index > 480)
      .map((point, index) => (index === 100 ? { ...point, queriesPerSecond: null } : point));
    const { page } = await suite.open({ state: historyOf(points) });
    await slider(page, 'Clients').waitFor();
    const pieces = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.plot .line')].map(line => line.getAttribute('d').split('M').length - 1)`,
    );
    assert.deepEqual(pieces, [2, 2, 2, 2, 2, 2, 2, 3]);
    assert.equal(await page.locator('.plot .gap').count(), 4);
    assert.equal(await page.locator('.plot text', { hasText: 'no data' }).count(), 4);
  });

  it('has each chart as a table: for readers of the screen at all times, for all with its button', async () => {
    const opened = await suite.open({ state: historyOf(busyHistory(900)) });
    const { page } = opened;
    await slider(page, 'Clients').waitFor();
    assert.equal(await page.getByRole('table').count(), 4);
    const table = page.getByRole('table', { name: 'Server connections by the minute' });
    assert.equal(await table.getByRole('row').count(), 32, 'a head and 31 minutes');
    assert.deepEqual(await table.getByRole('columnheader').allTextContents(), [
      'Minute',
      'Active, highest',
      'Idle, lowest',
      'Pool size',
    ]);
    const button = page.getByRole('button', { name: 'Show as table' }).nth(1);
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'Server connections' }).waitFor();
    assert.equal(await page.getByRole('slider').count(), 3);
    assert.ok((await table.boundingBox())!.height > 200, 'it is in sight');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Show as chart');
    opened.emit('points', { poolId: shopPool.id, points: [pointAt(noonMs + 61 * seconds, { serversActive: 19 })] });
    const newest = table.getByRole('row').nth(1);
    await newest.getByRole('rowheader', { name: '12:01' }).waitFor();
    assert.deepEqual(await newest.getByRole('cell').allTextContents(), ['19', '12', '20']);
    await page.keyboard.press('Enter');
    await slider(page, 'Server connections').waitFor();
  });

  it('chooses another pool, and keeps the moment', async () => {
    const asked: unknown[] = [];
    const opened = await suite.open({
      state: historyOf(threePoints),
      handlers: {
        choose: payload => {
          asked.push(payload);
          opened.emit('state', historyOf(busyHistory(900), { pool: batchPool }));
          return null;
        },
      },
    });
    const { page } = opened;
    await slider(page, 'Clients').focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('combobox', { name: 'Pool' }).click();
    await page.getByRole('option', { name: 'batch' }).click();
    await page.locator('[role=slider][aria-valuemax="899"]').first().waitFor();
    assert.deepEqual(asked, [{ poolId: batchPool.id }]);
    await showsMoment(page, '11:59:58');
    await chosenPool(page, 'batch');
  });

  it('says why another pool cannot be shown, and goes back to the one that is', async () => {
    const refuse = (): never => {
      throw new Error('That pool is not there any more.');
    };
    const { page } = await suite.open({ state: historyOf(threePoints), handlers: { choose: refuse } });
    await page.getByRole('combobox', { name: 'Pool' }).click();
    await page.getByRole('option', { name: 'batch' }).click();
    await page.getByRole('alert').getByText('That pool is not there any more.').waitFor();
    await chosenPool(page, 'app');
  });

  it('follows which pools there are, and names the instance when there are several', async () => {
    const opened = await suite.open({ state: historyOf(threePoints, { pools: [shopPool] }) });
    const { page } = opened;
    await chosenPool(page, 'app');
    opened.emit('pools', [batchPool, { ...shopPool, id: 'pool-7', instance: 'staging' }]);
    await chosenPool(page, 'production / primary');
    await page.getByRole('combobox', { name: 'Pool' }).click();
    assert.deepEqual(
      (await page.getByRole('option').allTextContents()).map(text => text.replace(/[\u2068\u2069]/g, '')),
      ['shop / batch · production / primary', 'shop / app · staging', 'shop / app · production / primary'],
    );
  });

  it('says that there is nothing, until there is', async () => {
    const opened = await suite.open({ state: historyOf([]) });
    const { page } = opened;
    await page.getByText('Nothing has been taken of this pool').waitFor();
    assert.equal(await page.getByRole('slider').count(), 0);
    opened.emit('points', { poolId: shopPool.id, points: [pointAt(noonMs)] });
    await showsMoment(page, 'latest 12:00:00');
    assert.equal(
      await page
        .locator('.plot .line')
        .first()
        .getAttribute('d')
        .then(path => path?.endsWith('h0')),
      true,
    );
  });

  it('says why there is nothing to show, and asks again', async () => {
    let attempts = 0;
    const state = historyOf(threePoints);
    const ready = (): typeof state => {
      attempts++;
      if (attempts === 1) throw new Error('No pool is shown.');
      return state;
    };
    const { page } = await suite.open({ state, handlers: { ready } });
    await page.getByText('No pool is shown.').waitFor();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await slider(page, 'Clients').waitFor();
  });

  it('comes back as it was after it was hidden', async () => {
    const first = await suite.open({ state: historyOf(threePoints) });
    await slider(first.page, 'Clients').focus();
    await first.page.keyboard.press('ArrowLeft');
    await first.page.getByRole('button', { name: 'Show as table' }).nth(2).click();
    await holds('what is kept', async () => JSON.stringify(first.kept).includes('wait'));
    const second = await suite.open({ state: historyOf(threePoints), kept: first.kept });
    await showsMoment(second.page, '11:59:58');
    assert.equal(await second.page.getByRole('slider').count(), 3);
    const third = await suite.open({ state: historyOf(threePoints), kept: { moment: 'now', tables: 7 } });
    await showsMoment(third.page, 'latest 12:00:00');
  });
});

async function holds(what: string, condition: () => Promise<boolean>): Promise<void> {
  await until(what, async () => ((await condition()) ? true : undefined));
}

function slider(page: Page, chart: string): Locator {
  return page.getByRole('slider', { name: `${chart} over time` });
}

/** What the charts say of the moment, a line for each. */
async function figures(page: Page): Promise<readonly string[]> {
  await page.locator('.legend li').first().waitFor();
  const lists = await page.evaluate<string[]>(
    `[...document.querySelectorAll('.legend')].map(list => [...list.children].map(item => item.textContent).join(' · '))`,
  );
  return lists.map(text => text.replace(/[\u00a0\u202f]/g, ' '));
}

async function showsMoment(page: Page, text: string): Promise<void> {
  await page.locator('.moment', { hasText: text }).waitFor();
}

async function chosenPool(page: Page, text: string): Promise<void> {
  await page.locator('vscode-dropdown [part=selected-value]').getByText(text).waitFor();
}

/** Where a chart's lines begin and end, in the window. */
async function edges(plot: Locator): Promise<readonly [{ x: number; y: number }, { x: number; y: number }]> {
  await plot.locator('.axis').first().waitFor({ state: 'attached' });
  const box = (await plot.boundingBox())!;
  const axis = (await plot.locator('.axis').first().boundingBox())!;
  const y = box.y + box.height / 2;
  return [
    { x: axis.x + 0.5, y },
    { x: axis.x + axis.width - 0.5, y },
  ];
}
