import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { PlanPageState, PlanPageStatus } from '../../src/page/planPage';
import { captured, stateOf } from './states';
import { planPageSuite } from './suite';

describe('webview: plan page state', () => {
  const suite = planPageSuite();
  const analyzed = (changes: Partial<PlanPageStatus> = {}): PlanPageState => stateOf(captured('analyzed'), changes);

  it('asks for its state when it is ready, and shows the verdict', async () => {
    const { page, asked } = await suite.open({ state: analyzed() });
    await page.getByText('Parallel in 2 places').waitFor();
    assert.deepEqual(asked, [{ request: 'ready', payload: null }]);
    assert.equal(await page.getByText('local', { exact: true }).count(), 1);
    assert.equal(await page.getByText('PostgreSQL 18.4').count(), 1);
  });

  it('executes again only with the button', async () => {
    const { page, asked } = await suite.open({ state: analyzed() });
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('combobox', { name: 'Override set' }).click();
    await page.getByRole('option', { name: 'Eager' }).click();
    await page.getByRole('button', { name: 'Run again' }).click();
    assert.deepEqual(asked.slice(1), [
      { request: 'runAgain', payload: { runId: 'run-1', overrideSet: 'Server defaults' } },
      { request: 'runAgain', payload: { runId: 'run-1', overrideSet: 'Eager' } },
    ]);
  });

  it('plans an estimate again as soon as a set is chosen', async () => {
    const { page, asked } = await suite.open({ state: stateOf(captured('estimated')) });
    await page.getByRole('combobox', { name: 'Override set' }).click();
    await page.getByRole('option', { name: 'Eager' }).click();
    await settled(() => asked.length > 1);
    assert.deepEqual(asked.slice(1), [{ request: 'runAgain', payload: { runId: 'run-1', overrideSet: 'Eager' } }]);
  });

  it('hears an arrow key on the closed list', async () => {
    const { page, asked } = await suite.open({ state: stateOf(captured('estimated')) });
    await page.getByRole('combobox', { name: 'Override set' }).focus();
    await page.keyboard.press('ArrowDown');
    await settled(() => asked.length > 1);
    assert.deepEqual(asked.slice(1), [{ request: 'runAgain', payload: { runId: 'run-1', overrideSet: 'Serial' } }]);
  });

  it('shows the set that the host has chosen', async () => {
    const opened = await suite.open({ state: analyzed({ chosenOverrideSet: 'Serial' }) });
    const chosen = opened.page.locator('vscode-dropdown [part=selected-value]');
    await chosen.getByText('Serial').waitFor();
    opened.show(analyzed({ chosenOverrideSet: 'Eight cores' }));
    await chosen.getByText('Eight cores').waitFor();
    opened.show(analyzed({ chosenOverrideSet: 'mine', overrideSets: [named('Serial'), named('mine')] }));
    await chosen.getByText('mine').waitFor();
  });

  it('shows that it runs, and cancels', async () => {
    const { page, asked } = await suite.open({ state: analyzed({ running: true }) });
    await page.getByRole('status').getByText('Running…').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Run again' }).count(), 0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.deepEqual(asked.at(-1), { request: 'cancel', payload: { runId: 'run-1' } });
  });

  it('shows why the last attempt failed, and keeps the plan until the next good run', async () => {
    const opened = await suite.open({ state: analyzed({ failure: 'The server closed the connection.' }) });
    const { page } = opened;
    await page.getByRole('alert').getByText('The server closed the connection.').waitFor();
    await page.getByRole('alert').getByText('This is still the plan of the earlier run.').waitFor();
    assert.equal(await page.locator('.rows > [role=row]').count(), 12);
    opened.show(stateOf(captured('analyzed'), {}, { id: 'run-2' }));
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('says what the chosen set sets, where the run was made under another one', async () => {
    const opened = await suite.open({ state: analyzed() });
    const { page } = opened;
    const dropdown = page.getByRole('combobox', { name: 'Override set' });
    await dropdown.waitFor();
    assert.equal(await dropdown.getAttribute('aria-describedby'), null);
    await dropdown.click();
    const option = page.getByRole('option', { name: 'Serial' });
    assert.equal(await option.getAttribute('title'), 'No parallel plan.');
    await option.click();
    await page.getByText('Serial: max_parallel_workers_per_gather = 0').waitFor();
    assert.equal(
      await page.locator(`#${(await dropdown.getAttribute('aria-describedby')) ?? 'none'}`).textContent(),
      'Serial: max_parallel_workers_per_gather = 0',
    );
    opened.show(stateOf(captured('analyzed'), {}, { id: 'run-2', overrideSet: 'Serial' }));
    await page.locator('.chosenSet').waitFor({ state: 'detached' });
    opened.show(stateOf(captured('analyzed'), { chosenOverrideSet: 'Server defaults' }, { overrideSet: 'Serial' }));
    await page.getByText('Server defaults: As this connection plans without any override.').waitFor();
  });

  it('shows what a request of its own failed with', async () => {
    const refuse = (): never => {
      throw new Error('Another run is under way.');
    };
    const { page } = await suite.open({ state: analyzed(), handlers: { runAgain: refuse } });
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('alert').getByText('Another run is under way.').waitFor();
  });

  it('says why there is nothing to show, and asks again', async () => {
    let attempts = 0;
    const ready = (): PlanPageState => {
      attempts++;
      if (attempts === 1) {
        throw new Error('This run is not in the history any more.');
      }
      return analyzed();
    };
    const { page } = await suite.open({ state: analyzed(), handlers: { ready } });
    await page.getByText('This run is not in the history any more.').waitFor();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByRole('treegrid').waitFor();
  });

  it('shows warnings, overrides and odd values', async () => {
    const odd = captured('analyzed').replace('"Total Cost": 5375.21', '"Total Cost": "much"');
    const { page } = await suite.open({
      state: stateOf(
        odd,
        {},
        { warnings: ['2 advisory locks were left behind.'], overrides: [{ name: 'jit', value: 'off' }] },
      ),
    });
    await page.getByText('2 advisory locks were left behind.').waitFor();
    assert.equal(await page.locator('.overrides').textContent(), 'jit = off');
    const problems = page.getByText('1 odd value in the plan');
    await problems.click();
    assert.match((await page.locator('.problems li').textContent()) ?? '', /Total Cost/);
  });

  it('shows a plan without steps as one', async () => {
    const state = analyzed();
    const { page } = await suite.open({ state: { ...state, run: { ...state.run, json: '["Utility Statement"]' } } });
    await page.getByText('The plan has no steps.').waitFor();
  });

  it('comes back as it was after it was hidden', async () => {
    const first = await suite.open({ state: analyzed(), height: 420 });
    await first.page.getByRole('treegrid').focus();
    await first.page.keyboard.press('ArrowDown');
    await first.page.keyboard.press('ArrowLeft');
    await first.page.keyboard.press('End');
    const before = await look(first.page);
    assert.ok(before.scrollTop > 0 && before.rows < 12, 'there is something to come back to');
    await settled(() => JSON.stringify(first.kept).includes(`"scrollTop":${before.scrollTop}`));
    const second = await suite.open({ state: analyzed(), kept: first.kept, height: 420 });
    await second.page.getByRole('treegrid').waitFor();
    assert.deepEqual(await look(second.page), before);
  });

  it('starts afresh when what was kept is of another kind', async () => {
    const { page } = await suite.open({ state: analyzed(), kept: { version: 99, runId: 7 } });
    await page.getByRole('treegrid').waitFor();
    assert.equal((await look(page)).selected, 'row-0');
  });

  it('keeps selection and closed steps for a run with the same tree, and drops them for another', async () => {
    const opened = await suite.open({ state: analyzed() });
    await opened.page.getByRole('treegrid').focus();
    await opened.page.keyboard.press('ArrowDown');
    await opened.page.keyboard.press('ArrowLeft');
    await opened.page.keyboard.press('End');
    const before = await look(opened.page);
    opened.show(stateOf(captured('analyzed'), {}, { id: 'run-2', overrideSet: 'The second' }));
    await opened.page.locator('.verdict', { hasText: 'The second' }).waitFor();
    assert.deepEqual(await look(opened.page), before);
    opened.show(stateOf(captured('estimated'), {}, { id: 'run-3' }));
    await opened.page.getByText(/^Estimated/).waitFor();
    assert.deepEqual(await look(opened.page), { ...before, rows: 8, selected: 'row-0', scrollTop: 0 });
  });
});

/** An override set of which only the name matters. */
function named(name: string): PlanPageStatus['overrideSets'][number] {
  return { name, description: '', overrides: [] };
}

async function look(page: Page): Promise<{ rows: number; selected: string | null; scrollTop: number }> {
  const grid = page.getByRole('treegrid');
  return {
    rows: await page.locator('.rows > [role=row]').count(),
    selected: await grid.getAttribute('aria-activedescendant'),
    scrollTop: await page.evaluate(`document.querySelector('[role=treegrid]').scrollTop`),
  };
}

async function settled(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, 'what the page keeps did not follow');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
