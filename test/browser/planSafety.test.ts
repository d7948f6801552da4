import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { OpenPlanPage } from './planPage';
import { captured, planOf, stateOf } from './states';
import { planPageSuite } from './suite';

const hostileNames: Readonly<Record<string, string>> = {
  'a script': '<script>window.hacked=1</script>',
  'an image': '<img src=x onerror="window.hacked=1">',
  quotes: `"';]]>--></style>\`\${1}`,
  'an icon': '$(trash) $(command:x)',
  'an override of direction': 'safe\u202etxt.exe',
  'isolates and marks': '\u2067abc\u200f\u2066',
  'Hebrew and Arabic': 'הזמנות طلبات',
  emoji: '👩\u200d💻🧾',
  controls: 'a\u0007b\u001b[31mc\nd',
};

describe('webview: plan page, hostile input', () => {
  const suite = planPageSuite();

  for (const [what, name] of Object.entries(hostileNames)) {
    it(`shows ${what} in names and values as text`, async () => {
      const json = withName(name);
      const state = stateOf(
        json,
        {
          failure: name,
          overrideSets: [{ name: `${name}!`, description: name, overrides: [{ name, value: name }] }],
          chosenOverrideSet: `${name}!`,
        },
        {
          connection: name,
          database: name,
          overrideSet: name,
          overrides: [{ name, value: name }],
          warnings: [`${name}!`],
        },
      );
      const { page } = await suite.open({ state });
      const object = page.locator('.rows .object').first();
      await object.waitFor();
      const shown = await object.textContent();
      assert.equal(
        shown,
        planOf(json)
          .nodes.find(node => node.object !== null)
          ?.object?.replace(/^public\./, '')
          .replace(/[^]/gu, writtenOut),
      );
      assert.ok((await page.locator('.verdict').textContent())?.includes(name.replace(/[^]/gu, writtenOut)));
      const override = `${name} = ${name}`.replace(/[^]/gu, writtenOut);
      assert.equal(await page.locator('.chosenSet span').textContent(), override);
      assert.equal(await page.evaluate('window.hacked'), undefined);
      assert.equal(await page.locator('img, .grid script, .details script').count(), 0);
      await assertIsolated(object);
    });
  }

  it('shows a filter of a megabyte in part, and all of it when asked', async () => {
    const filter = `(note = '${'x'.repeat(1 << 20)}')`;
    const json = captured('estimated').replace('"Group Key"', `"Filter": ${JSON.stringify(filter)},\n"Group Key"`);
    const { page } = await suite.open({ state: stateOf(json) });
    const more = page.getByRole('button', { name: /^Show all 1048\d+ characters/ });
    await more.waitFor();
    assert.ok(((await page.locator('.details').textContent()) ?? '').length < 10_000);
    await more.click();
    assert.ok(((await page.locator('.details').textContent()) ?? '').includes(filter));
  });

  it('causes no violation of its policy, the toolkit’s controls in use', async () => {
    const opened = await suite.open({ state: stateOf(captured('analyzed')) });
    const { page } = opened;
    await page.getByRole('combobox', { name: 'Override set' }).click();
    await page.getByRole('option', { name: 'Serial' }).click();
    await page.getByRole('button', { name: 'Run again' }).click();
    opened.show(stateOf(captured('analyzed'), { running: true }));
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await page.keyboard.press('Tab');
    assert.deepEqual(await opened.violations(), []);
  });

  it('runs no inline script and no inline handler that gets into the document', async () => {
    suite.provokes();
    const opened = await suite.open({ state: stateOf(captured('estimated')) });
    await opened.page.getByRole('treegrid').waitFor();
    await opened.page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
      const button = document.createElement('button');
      button.setAttribute('onclick', 'window.hacked = 2');
      document.body.append(button);
      button.click();
      const styled = document.createElement('p');
      styled.setAttribute('style', 'color: red');
      const remote = document.createElement('script');
      remote.src = '/plan.js?again';
      document.body.append(styled, remote);
      const image = document.createElement('img');
      image.src = '/plan.css?' + document.body.textContent.length;
      document.body.append(image);
    `);
    await until(async () => (await opened.violations()).length >= 5);
    const directives = (await opened.violations()).map(violation => violation.split(' ')[0]);
    assert.deepEqual(directives.sort(), [
      'img-src',
      'script-src-attr',
      'script-src-elem',
      'script-src-elem',
      'style-src-attr',
    ]);
    assert.equal(await opened.page.evaluate('window.hacked'), undefined);
  });

  it('cannot fetch or evaluate', async () => {
    suite.provokes();
    const { page } = await suite.open({ state: stateOf(captured('estimated')) });
    await page.getByRole('treegrid').waitFor();
    assert.equal(await page.evaluate(`fetch('/').then(() => 'fetched', () => 'refused')`), 'refused');
    await page.evaluate(`setTimeout('window.hacked = 3', 0)`);
    await page.evaluate(`new Promise(resolve => setTimeout(resolve, 20))`);
    assert.equal(await page.evaluate('window.hacked'), undefined);
  });

  it('ignores messages that are not the host’s', async () => {
    const opened = await suite.open({ state: stateOf(captured('estimated')) });
    await opened.page.getByRole('treegrid').waitFor();
    for (const message of [
      null,
      'x',
      7,
      [],
      { type: 'state' },
      { planpool: 'reply', id: 99, payload: 1 },
      { planpool: 1 },
    ]) {
      await opened.post(message);
    }
    await assertAlive(opened);
  });

  it('drops a state that is none, and says so', async () => {
    suite.provokes();
    const opened = await suite.open({ state: stateOf(captured('estimated')) });
    await opened.page.getByRole('treegrid').waitFor();
    await opened.post({ planpool: 'event', name: 'state', payload: { run: null } });
    await until(async () => (await opened.errors()).length > 0);
    assert.match((await opened.errors())[0] ?? '', /The event “state” was dropped/);
    await assertAlive(opened);
  });
});

/** The page still hears its host and is still heard. */
async function assertAlive(opened: OpenPlanPage): Promise<void> {
  opened.show(stateOf(captured('estimated'), {}, { overrideSet: 'Still here' }));
  await opened.page.locator('.verdict', { hasText: 'Still here' }).waitFor();
  await opened.page.getByRole('button', { name: 'Run again' }).click();
  await until(() => Promise.resolve(opened.asked.at(-1)?.request === 'runAgain'));
}

async function assertIsolated(name: Locator): Promise<void> {
  assert.equal(await name.evaluate(`getComputedStyle(document.querySelector('.rows .object')).unicodeBidi`), 'isolate');
}

/** The estimated plan with another name for its first table. */
function withName(name: string): string {
  return captured('estimated').replaceAll('"orders"', () => JSON.stringify(name));
}

function writtenOut(character: string): string {
  return /[\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(character)
    ? `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`
    : character;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, 'it did not come about');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
