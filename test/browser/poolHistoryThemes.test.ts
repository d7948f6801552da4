import assert from 'node:assert/strict';
import { axeViolations } from './axeViolations';
import { busyHistory, historyOf, pointAt, noonMs, shopPool } from './poolHistoryPage';
import { historyPageSuite } from './suite';
import { themes } from './themes';

const withGap = historyOf(busyHistory(900).filter((_, index) => index < 300 || index > 480));

describe('webview: pool history page, accessibility', () => {
  const suite = historyPageSuite();

  for (const theme of themes) {
    it(`axe finds nothing: ${theme.name}`, async function () {
      this.timeout(60_000);
      const opened = await suite.open({ state: withGap, theme });
      const { page } = opened;
      const sliders = page.getByRole('slider');
      await sliders.first().waitFor();
      assert.deepEqual(await axeViolations(page), [], 'at first');
      await sliders.nth(1).focus();
      await page.keyboard.press('PageDown');
      await page.getByRole('button', { name: 'Show as table' }).first().click();
      await page.getByRole('button', { name: 'Show as chart' }).waitFor();
      assert.deepEqual(await axeViolations(page), [], 'with a moment and a table');
      opened.emit('state', historyOf([]));
      await page.locator('.empty').waitFor();
      assert.deepEqual(await axeViolations(page), [], 'empty');
    });

    it(`sets lines apart by more than colour: ${theme.name}`, async () => {
      const { page } = await suite.open({ state: withGap, theme });
      await page.getByRole('slider').first().waitFor();
      const looks = await page.evaluate<string[][]>(`[...document.querySelectorAll('.plot')].map(plot =>
        [...plot.querySelectorAll('.line')].map(line => {
          const area = line.parentElement.querySelector('.area');
          const filled = area && getComputedStyle(area).fill !== 'none' ? 'filled' : '';
          return getComputedStyle(line).strokeDasharray + filled;
        }))`);
      assert.deepEqual(
        looks.map(chart => chart.length),
        [2, 3, 1, 2],
      );
      for (const chart of looks) {
        assert.equal(new Set(chart).size, chart.length, chart.join(' | '));
      }
      const isContrast = theme.name.startsWith('high contrast');
      assert.equal(
        looks.flat().some(look => look.endsWith('filled')),
        !isContrast,
      );
      assert.deepEqual(
        await page.evaluate(
          `[...document.querySelectorAll('.plot .line')].filter(line => getComputedStyle(line).stroke === 'none').length`,
        ),
        0,
      );
      assert.equal(
        await page.evaluate(`[...document.querySelectorAll('.plot .gap')].filter(gap => {
          const { fill, stroke } = getComputedStyle(gap);
          return fill === 'none' && stroke === 'none';
        }).length`),
        0,
        'gaps can be seen',
      );
    });

    it(`shows where the focus is: ${theme.name}`, async () => {
      const { page } = await suite.open({ state: withGap, theme });
      await page.getByRole('slider').first().waitFor();
      const stops: string[] = [];
      for (let tabs = 0; tabs < 9; tabs++) {
        await page.keyboard.press('Tab');
        stops.push(await page.evaluate<string>(focusLook));
      }
      const chart = ['button marked', 'slider marked'];
      assert.deepEqual(stops, ['combobox marked', ...chart, ...chart, ...chart, ...chart]);
    });
  }

  it('is read in a narrow column without scrolling sideways', async () => {
    const pool = { ...shopPool, database: 'd'.repeat(200), user: 'u'.repeat(200) };
    const { page } = await suite.open({ state: historyOf(withGap.points, { pool, pools: [pool] }), width: 320 });
    await page.getByRole('slider').first().waitFor();
    assert.deepEqual(
      await page.evaluate(
        `[document.documentElement, document.querySelector('.charts')].map(each => each.scrollWidth - each.clientWidth)`,
      ),
      [0, 0],
    );
    const wide = await page.evaluate<string[]>(
      `[...document.querySelectorAll('header, header *, .chart')].filter(each => each.getBoundingClientRect().right > 320).map(each => each.className)`,
    );
    assert.deepEqual(wide, []);
  });

  it('draws anew when it gets another size', async () => {
    const { page } = await suite.open({ state: historyOf([pointAt(noonMs - 2000), pointAt(noonMs)]), width: 1100 });
    const drawing = page.locator('.plot svg').first();
    await drawing.waitFor();
    const before = Number(await drawing.getAttribute('width'));
    await page.setViewportSize({ width: 700, height: 900 });
    await page.locator(`.plot svg:not([width="${before}"])`).first().waitFor();
    const [plot, svg] = [(await page.locator('.plot').first().boundingBox())!, (await drawing.boundingBox())!];
    assert.ok(Math.abs(plot.width - svg.width) < 1 && Math.abs(plot.height - svg.height) < 1);
  });
});

/** What has the focus, and whether an outline or a border in the focus colour marks it or its control. */
const focusLook = `(() => {
  const element = document.activeElement;
  const control = element.shadowRoot && element.shadowRoot.querySelector('.control');
  const marks = [control, element].filter(Boolean).map(each => getComputedStyle(each));
  const outlined = marks.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
  const bordered = control && getComputedStyle(element).getPropertyValue('--focus-border') !== '';
  return (element.getAttribute('role') || element.tagName.toLowerCase()) + ' ' + (outlined || bordered ? 'marked' : 'none');
})()`;
