import assert from 'node:assert/strict';
import { until } from '../lab/until';
import { busyHistory, historyOf, noonMs, pointAt, shopPool } from './poolHistoryPage';
import { historyPageSuite } from './suite';

const hostileNames: Readonly<Record<string, string>> = {
  'a script': '<script>window.hacked=1</script>',
  'an image': '<img src=x onerror="window.hacked=1">',
  quotes: `"';]]>--></style>\`\${1}`,
  'an icon': '$(trash) $(command:x)',
  'an override of direction': 'safe\u202etxt.exe',
  'isolates and marks': '\u2067abc\u200f\u2066\u2069\u2069',
  'Hebrew and Arabic': 'הזמנות طلبات',
  emoji: '👩\u200d💻🧾',
  controls: 'a\u0007b\u001b[31mc\nd',
  nothing: '',
};

describe('webview: pool history page, hostile input', () => {
  const suite = historyPageSuite();

  for (const [what, name] of Object.entries(hostileNames)) {
    it(`shows ${what} in names as text`, async () => {
      const pool = { id: 'pool-0', instance: name, database: name, user: name };
      const other = { ...pool, id: 'pool-1', instance: `${name}!` };
      const { page } = await suite.open({ state: historyOf(busyHistory(30), { pool, pools: [other, pool] }) });
      await page.getByRole('slider').first().waitFor();
      const shown = name.replace(/[^]/gu, writtenOut);
      assert.equal(await page.locator('.where bdi').textContent(), shown);
      await page.locator('vscode-dropdown').click();
      const [one, two] = await page.locator('vscode-option').allTextContents();
      const isolated = (text: string): string => `\u2068${text}\u2069`;
      assert.equal(two, `${isolated(shown)} / ${isolated(shown)} · ${isolated(shown)}`);
      assert.equal(one, `${isolated(shown)} / ${isolated(shown)} · ${isolated(`${shown}!`)}`);
      assert.equal(await page.evaluate('window.hacked'), undefined);
      assert.equal(await page.locator('img, #page script').count(), 0);
    });
  }

  it('causes no violation of its policy, the toolkit’s controls in use', async () => {
    const opened = await suite.open({ state: historyOf(busyHistory(900)) });
    const { page } = opened;
    await page.getByRole('slider').first().hover();
    await page.getByRole('slider').first().click();
    await page.getByRole('button', { name: 'Follow the latest' }).click();
    await page.getByRole('button', { name: 'Show as table' }).first().click();
    await page.getByRole('combobox', { name: 'Pool' }).click();
    await page.getByRole('option', { name: 'batch' }).click();
    assert.deepEqual(await opened.violations(), []);
  });

  it('runs nothing that gets into the document, and fetches nothing', async () => {
    suite.provokes();
    const opened = await suite.open({ state: historyOf(busyHistory(30)) });
    const { page } = opened;
    await page.getByRole('slider').first().waitFor();
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      const remote = document.createElement('script');
      remote.src = '/poolHistory.js?again';
      const styled = document.createElement('p');
      styled.setAttribute('style', 'color: red');
      document.body.append(script, remote, styled);
    `);
    assert.equal(await page.evaluate(`fetch('/').then(() => 'fetched', () => 'refused')`), 'refused');
    await until('the violations', async () => ((await opened.violations()).length >= 4 ? true : undefined));
    const directives = (await opened.violations()).map(violation => violation.split(' ')[0]);
    assert.deepEqual(directives.sort(), ['connect-src', 'script-src-elem', 'script-src-elem', 'style-src-attr']);
    assert.equal(await page.evaluate('window.hacked'), undefined);
  });

  it('drops what is no state and no point, says so, and goes on', async () => {
    suite.provokes();
    const opened = await suite.open({ state: historyOf(busyHistory(30)) });
    const { page } = opened;
    await page.getByRole('slider').first().waitFor();
    for (const message of [null, 'x', { type: 'points' }, { planpool: 'reply', id: 99, payload: 1 }]) {
      await opened.post(message);
    }
    const odd = { ...pointAt(noonMs + 2000), clientsWaiting: '7' };
    await opened.post({ planpool: 'event', name: 'points', payload: { poolId: shopPool.id, points: [odd] } });
    await opened.post({ planpool: 'event', name: 'state', payload: { pool: null } });
    await until('both reports', async () => ((await opened.errors()).length === 2 ? true : undefined));
    assert.match((await opened.errors()).join('\n'), /“points” was dropped.*\n.*“state” was dropped/);
    opened.emit('points', { poolId: shopPool.id, points: [pointAt(noonMs + 4000)] });
    await page.locator('.moment', { hasText: '12:00:04' }).waitFor();
  });
});

function writtenOut(character: string): string {
  return /[\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(character)
    ? `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`
    : character;
}
