import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeBlock, inMarkdown, markdownTable } from '../../../src/pools/markdown';
import { markdown, read } from './renderedMarkdown';

/** What a reader is to see of a text: on one line, nothing hidden. */
function seen(text: string): string {
  return text
    .replace(
      /(?![\t\n\r\v\f\u0085\u200c\u200d])[\p{Cc}\p{Cf}]/gu,
      one => `⟨U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`,
    )
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[click](command:planpool.explain)',
  '![x](https://evil.example/x.png)',
  '[a]: http://evil.example',
  'http://evil.example www.evil.example a@evil.example',
  'a | b \\| c || d \\',
  '`code` ``` ~~~ ~~x~~',
  '**bold** __bold__ *it* _it_ a_b_c',
  '# head',
  '1. one',
  '2) two',
  '- item',
  '+ item',
  '---',
  '===',
  '> quote',
  '&lt;b&gt; &#60;b&#62; &amp;',
  '\u202e gnp.exe \u2066 \u200b \u0000 \u0007 \u{e0001}',
  'line\r\n\r\n# head\u2028\u0085x',
  '$x$ $$y$$',
  ':smile: http\\://x',
  '<!-- a -->',
  '\ud83d\ude00 👨‍👩‍👧 日本 שלום',
];

describe('pools: Markdown', () => {
  it('reads as the text itself, and as nothing else', () => {
    for (const attack of attacks) {
      const { text, elements } = read(markdown.render(inMarkdown(attack)));
      assert.equal(text, seen(attack));
      assert.deepEqual([...elements], ['p'], attack);
    }
  });

  it('does so for any text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...attacks),
      fc.string(),
      fc.constantFrom(...Array.from('|\\`*_~<>[]()!&#:@$-+=.1 \n')),
    );
    const any = fc.array(piece, { maxLength: 6 }).map(pieces => pieces.join(''));
    fc.assert(
      fc.property(any, text => {
        const rendered = read(markdown.render(inMarkdown(text)));
        assert.equal(rendered.text, seen(text));
        assert.ok([...rendered.elements].every(name => name === 'p'));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a table in its rows and cells', () => {
    const cell = fc.oneof(fc.constantFrom(...attacks), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), rows => {
        const columns = [
          { title: 'One', cell: ([one]: readonly [string, string]) => one },
          { title: 'Two', align: 'right' as const, cell: ([, two]: readonly [string, string]) => two },
        ];
        const html = markdown.render(markdownTable(columns, rows));
        const cells = [...html.matchAll(/<td[^>]*>([^]*?)<\/td>/g)].map(([, inner]) => inner ?? '');
        assert.deepEqual(
          cells.map(inner => read(inner).text),
          rows.flat().map(seen),
        );
        assert.ok(cells.every(inner => !inner.includes('<')));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a statement in its block, whatever fences it has itself', () => {
    const line = fc.oneof(fc.constantFrom(...attacks, '```', '````sql', '~~~', '    x'), fc.string());
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), lines => {
        const html = markdown.render(`before\n\n${codeBlock(lines.join('\n'), 'sql')}\n\nafter`);
        assert.match(html, /^<p>before<\/p>\n<pre><code class="language-sql">[^]*<\/code><\/pre>\n<p>after<\/p>\n$/);
        const inner = /<code[^>]*>([^]*)<\/code>/.exec(html)?.[1] ?? '';
        assert.ok(!inner.includes('<'));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves names readable in the text itself', () => {
    for (const name of ['order_items', 'my-app 1.2 (web)', '10.0.0.5:5432', 'SELECT count(1) FROM a WHERE b = 2']) {
      assert.equal(inMarkdown(name), name);
    }
  });
});
