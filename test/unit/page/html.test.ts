import assert from 'node:assert/strict';
import { pageHtml } from '../../../src/page/html';

const document = {
  scriptUri: 'https://host/plan.js',
  styleUri: 'https://host/plan.css',
  cspSource: "'self' https://*.vscode-cdn.net",
  nonce: 'abcdefgh12345678IJKL',
  title: 'Plan',
};

function policyOf(html: string): string {
  const found = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  return found.replaceAll('&#39;', "'");
}

describe('page: html', () => {
  it('allows its own script and style sheet, and nothing else', () => {
    assert.deepEqual(policyOf(pageHtml(document)).split('; '), [
      "default-src 'none'",
      "script-src 'nonce-abcdefgh12345678IJKL'",
      "style-src 'self' https://*.vscode-cdn.net 'nonce-abcdefgh12345678IJKL'",
    ]);
  });

  it('has no inline script, style or handler', () => {
    const html = pageHtml(document);
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/);
    assert.deepEqual(html.match(/<script[^>]*>[^<]*/g), [
      '<script type="module" nonce="abcdefgh12345678IJKL" src="https://host/plan.js">',
    ]);
  });

  it('escapes what it is given', () => {
    const hostile = `"><script>alert(1)</script>'&`;
    const html = pageHtml({
      ...document,
      title: hostile,
      scriptUri: hostile,
      styleUri: hostile,
      cspSource: hostile,
    });
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.ok(html.includes('<title>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;</title>'));
  });

  it('does not let a source end its directive', () => {
    const html = pageHtml({ ...document, cspSource: 'https://a; script-src *, x' });
    assert.equal(policyOf(html).split(';').length, 3);
  });

  for (const nonce of ['', 'short', `abcdefgh12345678'; script-src *`, 'abcdefgh12345678"']) {
    it(`refuses the nonce ${JSON.stringify(nonce)}`, () => {
      assert.throws(() => pageHtml({ ...document, nonce }));
    });
  }
});
