import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { PlanPageState } from '../../src/page/planPage';
import { captured, stateOf } from './states';
import { planPageSuite } from './suite';
import { themes } from './themes';

const analyzed = captured('analyzed');
const withoutSteps = stateOf(captured('estimated'));

const states: Readonly<Record<string, PlanPageState>> = {
  measured: stateOf(analyzed),
  estimated: stateOf(captured('estimated')),
  'fewer workers than planned': stateOf(captured('fewerLaunched')),
  'never executed': stateOf(captured('neverExecuted')),
  running: stateOf(analyzed, { running: true, chosenOverrideSet: 'Eager' }),
  'failed, with warnings': stateOf(
    analyzed.replace('"Total Cost": 5375.21', '"Total Cost": "much"'),
    { failure: 'The server closed the connection.', chosenOverrideSet: 'Eager' },
    { warnings: ['2 advisory locks were left behind.'], overrides: [{ name: 'jit', value: 'off' }] },
  ),
  'no steps': { ...withoutSteps, run: { ...withoutSteps.run, json: '[]' } },
};

describe('webview: plan page, accessibility', () => {
  const suite = planPageSuite();

  for (const theme of themes) {
    it(`axe finds nothing: ${theme.name}`, async function () {
      this.timeout(60_000);
      const opened = await suite.open({ state: stateOf(analyzed), theme });
      const { page } = opened;
      await page.getByRole('treegrid').waitFor();
      for (const [what, state] of Object.entries(states)) {
        opened.show({ ...state, run: { ...state.run, connection: what } });
        await page.locator('.where').getByText(what).waitFor();
        assert.deepEqual(await axeViolations(page), [], what);
        const grid = page.getByRole('treegrid');
        if ((await grid.count()) > 0) {
          await grid.focus();
          await page.keyboard.press('End');
          assert.deepEqual(await axeViolations(page), [], `${what}, with the focus in the tree`);
          await page.keyboard.press('Home');
        }
      }
    });

    it(`sets regions apart: ${theme.name}`, async () => {
      const { page } = await suite.open({ state: stateOf(analyzed), theme });
      await page.locator('.band').first().waitFor();
      const looks = await page.evaluate<string[]>(`[...document.querySelectorAll('.rows .row')].slice(1).map(row => {
        const band = row.querySelector('.band');
        if (!band) return 'none';
        const { borderLeftWidth, borderLeftStyle, borderLeftColor, backgroundColor } = getComputedStyle(band);
        return [borderLeftWidth, borderLeftStyle, borderLeftColor, backgroundColor].join(' ');
      })`);
      const [initPlan, first, second] = [looks[0], looks[1], looks.at(-1)];
      assert.equal(initPlan, 'none');
      assert.match(first ?? '', /^3px solid/);
      assert.match(second ?? '', /^3px /);
      assert.notEqual(first, second, 'two regions look different');
      assert.equal(
        (first ?? '').endsWith('rgba(0, 0, 0, 0)'),
        theme.name.startsWith('high contrast'),
        'a tint or none',
      );
    });

    it(`shows where the focus is: ${theme.name}`, async () => {
      const { page } = await suite.open({ state: stateOf(analyzed), theme });
      await page.getByRole('treegrid').waitFor();
      const outlines: string[] = [];
      for (let tabs = 0; tabs < 4; tabs++) {
        await page.keyboard.press('Tab');
        outlines.push(await page.evaluate<string>(focusLook));
      }
      assert.deepEqual(
        outlines.filter(outline => outline.endsWith('none')),
        [],
      );
      assert.equal(outlines.filter(outline => outline.startsWith('treegrid')).length, 1, 'the tree is one tab stop');
    });
  }

  it('moves nothing when the reader wants no motion', async () => {
    const { page } = await suite.open({ state: stateOf(analyzed, { running: true }) });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.getByRole('treegrid').waitFor();
    assert.equal(
      await page.evaluate(
        `[...document.querySelectorAll('*')].filter(element => parseFloat(getComputedStyle(element).transitionDuration) > 0).length`,
      ),
      0,
    );
  });
});

/** What has the focus, and what marks it: an outline or a border in the focus colour, of it, of its active row or of its control. */
const focusLook = `(() => {
  const element = document.activeElement;
  const row = document.getElementById(element.getAttribute('aria-activedescendant'));
  const control = element.shadowRoot && element.shadowRoot.querySelector('.control');
  const marks = [row, control, element].filter(Boolean).map(each => getComputedStyle(each));
  const outlined = marks.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
  const bordered = control && getComputedStyle(element).getPropertyValue('--focus-border') !== '';
  return (element.getAttribute('role') || element.tagName.toLowerCase()) + ' ' + (outlined || bordered ? 'marked' : 'none');
})()`;

async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(node => id + ': ' + node.html.slice(0, 120) + ' ' + node.failureSummary)))`,
  );
}
