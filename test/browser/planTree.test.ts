import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { captured, planOf, stateOf } from './states';
import type { Captured } from './states';
import { planPageSuite } from './suite';

describe('webview: plan tree', () => {
  const suite = planPageSuite();

  const openCaptured = async (name: Captured): Promise<Page> => {
    const { page } = await suite.open({ state: stateOf(captured(name)) });
    await page.getByRole('treegrid').waitFor();
    return page;
  };

  it('shows each step of a real plan, in order and indented', async () => {
    const page = await openCaptured('analyzed');
    const rows = await bodyRows(page).all();
    const { nodes } = planOf(captured('analyzed'));
    assert.equal(rows.length, nodes.length);
    for (const [index, row] of rows.entries()) {
      const node = nodes[index]!;
      assert.equal(await row.locator('.name').textContent(), node.name);
      assert.equal(await row.getAttribute('aria-level'), String(node.depth + 1));
      assert.equal(await row.getAttribute('aria-rowindex'), String(index + 2));
    }
    const scan = page.getByRole('row', { name: 'Parallel Seq Scan public.orders o, parallel, 3 processes' });
    assert.equal(await scan.locator('.badge').textContent(), '×3');
    assert.equal(await scan.locator('.badge').getAttribute('title'), '3 processes: 2 workers and the leader');
    assert.equal(await scan.locator('.object').textContent(), 'orders o');
  });

  it('shows time, rows, plan and processes of a measured plan', async () => {
    const page = await openCaptured('analyzed');
    assert.deepEqual(await page.getByRole('columnheader').allTextContents(), [
      'Node',
      'Total time',
      'Rows',
      'Planned rows',
      'Off by',
      'Processes',
    ]);
    assert.equal(await page.getByRole('treegrid').getAttribute('aria-colcount'), '6');
    const gather = page.getByRole('row', { name: /^Gather Merge/ });
    assert.deepEqual((await gather.getByRole('gridcell').allTextContents()).slice(1), [
      '322\u00a0ms',
      '36',
      '24',
      '↑1.5×',
      '2 planned · 2 launched',
    ]);
  });

  it('shows cost, and says so, for an estimated plan', async () => {
    const page = await openCaptured('estimated');
    const heads = ['Node', 'Total cost', 'Planned rows', 'Processes'];
    assert.deepEqual(await page.getByRole('columnheader').allTextContents(), heads);
    assert.match((await page.locator('.verdict').textContent()) ?? '', /^Estimated/);
    assert.equal(await bodyRows(page).first().getByRole('gridcell').count(), heads.length);
  });

  it('marks the steps of a region, and not an InitPlan below its Gather', async () => {
    const page = await openCaptured('initPlanBelowGather');
    const rows = await bodyRows(page).all();
    const regions = planOf(captured('initPlanBelowGather')).nodes.map(({ region }) => region);
    assert.deepEqual(regions, [0, null, 1, 1, 1, 0], 'the capture is the odd one');
    const bands = await Promise.all(rows.map(async row => (await row.locator('.band').count()) === 1));
    assert.deepEqual(
      bands,
      regions.map(region => region !== null),
    );
    assert.match(
      (await rows[1]!.getAttribute('aria-label')) ?? '',
      /^InitPlan 1 \(returns \$1\) Finalize Aggregate, time/,
    );
  });

  it('stresses that fewer workers ran than were planned', async () => {
    const page = await openCaptured('fewerLaunched');
    assert.deepEqual(await page.locator('.short').allTextContents(), [
      '2 planned · 1 launched',
      '1 planned · 0 launched',
    ]);
  });

  it('says in words what was never executed', async () => {
    const page = await openCaptured('neverExecuted');
    assert.equal(await page.getByRole('row', { name: /never executed/ }).count(), 2);
    assert.deepEqual(await page.locator('.tag').allTextContents(), ['never executed', 'never executed']);
  });

  it('is one tab stop that keys move in', async () => {
    const page = await openCaptured('analyzed');
    const grid = page.getByRole('treegrid');
    await grid.focus();
    const press = async (key: string): Promise<string> => {
      await page.keyboard.press(key);
      assert.equal(await focused(page), 'treegrid', `${key} leaves the focus where it is`);
      return selectedName(page);
    };
    assert.equal(await selectedName(page), 'Finalize GroupAggregate');
    assert.equal(await press('ArrowDown'), 'Finalize Aggregate');
    assert.equal(await press('End'), 'Seq Scan');
    assert.equal(await press('ArrowLeft'), 'Hash');
    assert.equal(await press('ArrowLeft'), 'Hash');
    assert.equal(await bodyRows(page).count(), 11, 'the second left closed it');
    assert.equal(await selectedRow(page).getAttribute('aria-expanded'), 'false');
    assert.equal(await press('ArrowRight'), 'Hash');
    assert.equal(await bodyRows(page).count(), 12);
    assert.equal(await press('ArrowRight'), 'Seq Scan');
    assert.equal(await press('ArrowUp'), 'Hash');
    assert.equal(await press('Home'), 'Finalize GroupAggregate');
    assert.equal(await press('PageDown'), 'Seq Scan');
    assert.equal(await press('PageUp'), 'Finalize GroupAggregate');
  });

  it('opens siblings with a star', async () => {
    const page = await openCaptured('analyzed');
    await page.getByRole('treegrid').focus();
    for (const key of ['ArrowDown', 'ArrowLeft', 'ArrowDown', 'ArrowLeft']) {
      await page.keyboard.press(key);
    }
    assert.equal(await bodyRows(page).count(), 3);
    await page.keyboard.press('*');
    assert.equal(await bodyRows(page).count(), 12);
  });

  it('goes to the details with Enter and back with Escape', async () => {
    const page = await openCaptured('analyzed');
    await page.getByRole('treegrid').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator(':focus').textContent(), 'Seq Scanpublic.products p');
    await page.keyboard.press('Escape');
    assert.equal(await focused(page), 'treegrid');
    assert.equal(await selectedName(page), 'Seq Scan');
  });

  it('leaves the keys of the editor alone', async () => {
    const page = await openCaptured('analyzed');
    await page.getByRole('treegrid').focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Control+ArrowDown');
    assert.equal(await selectedName(page), 'Finalize GroupAggregate');
  });

  it('selects with a click and opens and closes at the arrow', async () => {
    const page = await openCaptured('analyzed');
    const merge = page.getByRole('row', { name: /^Gather Merge/ });
    await merge.click();
    assert.equal(await selectedName(page), 'Gather Merge');
    await merge.locator('.twistie').click();
    assert.equal(await bodyRows(page).count(), 6);
    await merge.dblclick();
    assert.equal(await bodyRows(page).count(), 12);
  });

  it('shows all of a step in the details', async () => {
    const page = await openCaptured('analyzed');
    await page.getByRole('row', { name: /^Parallel Seq Scan public\.orders o/ }).click();
    const details = page.getByRole('region', { name: 'Details of the selected step' });
    await details.getByRole('heading', { name: 'Parallel Seq Scan public.orders o' }).waitFor();
    const text = (await details.textContent()) ?? '';
    const { properties } = planOf(captured('analyzed')).nodes.find(({ object }) => object === 'public.orders o')!;
    for (const key of Object.keys(properties)) {
      assert.ok(text.includes(key), key);
    }
    assert.match(text, /In a parallel region: 3 processes execute this step\./);
    assert.match(text, / × 3 loops ÷ 3 processes/);
  });

  it('shows each property once, and the exact figures when asked', async () => {
    const page = await openCaptured('analyzed');
    await page.getByRole('row', { name: /^Parallel Seq Scan public\.orders o/ }).click();
    const printed = page.locator('.properties');
    assert.equal(await printed.getByText('Shared Read Blocks', { exact: true }).isVisible(), true);
    const exact = printed.getByText('Actual Total Time', { exact: true });
    assert.equal(await exact.isVisible(), false);
    await printed.getByText('8 more, shown under Figures').click();
    assert.equal(await exact.isVisible(), true);
    assert.equal(await printed.getByText('123.184', { exact: true }).isVisible(), true);
  });

  it('shows what the leader did, marked as derived', async () => {
    const { page } = await suite.open({ state: stateOf(captured('analyzed'), {}, { serverVersion: 150_018 }) });
    await page.getByRole('row', { name: /^Parallel Seq Scan public\.orders o/ }).click();
    const table = page.getByRole('table');
    assert.deepEqual(await table.getByRole('rowheader').allTextContents(), ['leader derived', 'worker 0', 'worker 1']);
    const leader = table.getByRole('row', { name: /^leader/ });
    assert.deepEqual(await leader.getByRole('cell').allTextContents(), [
      '150\u00a0ms',
      '≈\u00a0173\u202f483',
      '1',
      '605',
      '1608',
    ]);
    const origin = 'What all processes did less what the workers did';
    assert.equal(await leader.getByRole('cell').last().getAttribute('title'), `${origin}.`);
    const accuracy = 'At most 1.50 off, since PostgreSQL prints rounded averages.';
    assert.equal(
      await leader.getByRole('cell').nth(1).getAttribute('title'),
      `${origin}, for one loop of the leader. ${accuracy}`,
    );
  });

  it('says that PostgreSQL does not print the leader where nothing follows', async () => {
    const json = captured('analyzed').replace(/"Workers": \[[^\]]*\]/g, list =>
      list.replace(/"Actual Loops": \d+,/g, ''),
    );
    const { page } = await suite.open({ state: stateOf(json) });
    await page.getByRole('row', { name: /^Sort/ }).first().click();
    assert.equal(
      await page
        .getByRole('table')
        .getByRole('row', { name: /^leader/ })
        .textContent(),
      'leadernot printed by PostgreSQL',
    );
  });

  it('shows the figures of the statement at its root', async () => {
    const page = await openCaptured('analyzed');
    const text = (await page.getByRole('region', { name: 'Details of the selected step' }).textContent()) ?? '';
    assert.match(text, /Planning time1\.22\u00a0ms/);
    assert.match(text, /Execution time322\u00a0ms/);
  });
});

function bodyRows(page: Page): Locator {
  return page.locator('.rows > [role=row]');
}

function selectedRow(page: Page): Locator {
  return page.locator('[role=row][aria-selected=true]');
}

/** The row that is marked as selected must also be the one that readers of the screen are told of. */
async function selectedName(page: Page): Promise<string> {
  const active = await page.getByRole('treegrid').getAttribute('aria-activedescendant');
  assert.equal(await selectedRow(page).getAttribute('id'), active);
  return (await selectedRow(page).locator('.name').textContent()) ?? '';
}

async function focused(page: Page): Promise<string | null> {
  return page.locator(':focus').getAttribute('role');
}
