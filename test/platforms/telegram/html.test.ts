import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../platforms/telegram/html.ts';
import { parseHtml } from '../../fakes/telegram/html.ts';

const html = (markdown: string) => renderHtml(markdown).html;

describe('renderHtml', () => {
  it.each(['>'.repeat(3000), '1. '.repeat(1300), '> * '.repeat(1000), `${'['.repeat(2000)}x`])(
    'shows as it was written what is nested deeper than any stack: %.6s…',
    (nested) => {
      const { html: rendered, length } = renderHtml(`x\n${nested}`);
      expect(() => parseHtml(rendered)).not.toThrow();
      expect(length).toBeGreaterThan(0);
    },
  );

  it.for([
    ['plain & <b>bold?</b> "quoted"', 'plain &amp; &lt;b&gt;bold?&lt;/b&gt; &quot;quoted&quot;'],
    ['**bold** *italic* ~~gone~~ `a<b`', '<b>bold</b> <i>italic</i> <s>gone</s> <code>a&lt;b</code>'],
    ['# Title with `code`\ntext', '<b>Title with <code>code</code></b>\n\ntext'],
    ['one\ntwo\n\nthree<br>four', 'one\ntwo\n\nthree\nfour'],
    ['- a\n- b\n  - c\n  - d\n- e', '• a\n• b\n   • c\n   • d\n• e'],
    ['3. a\n4. b\n\n   more', '3. a\n\n4. b\n   more'],
    ['- [ ] open\n- [x] done', '☐ open\n☑ done'],
    ['- [ ] open\n\n- [x] done', '☐ open\n\n☑ done'],
    ['> quote\n>\n> > inner\n', '<blockquote>quote\n\ninner</blockquote>'],
    ['```ts\nif (a < b) {}\n```', '<pre><code class="language-ts">if (a &lt; b) {}</code></pre>'],
    ['```\n&amp;\n```', '<pre>&amp;amp;</pre>'],
    ['&lt; &amp; &copy; &#65; AT&T', '&lt; &amp; &amp;copy; A AT&amp;T'],
    ['[a & b](https://e.com/?a=1&b="2")', '<a href="https://e.com/?a=1&amp;b=&quot;2&quot;">a &amp; b</a>'],
    ['https://e.com/a_b_c', '<a href="https://e.com/a_b_c">https://e.com/a_b_c</a>'],
    ['![cat](https://e.com/cat.png)', '<a href="https://e.com/cat.png">cat</a>'],
    ['[![cat](https://e.com/cat.png)](https://e.com)', '<a href="https://e.com">cat</a>'],
    ['[click](javascript:alert) [doc](./a.md)', 'click (javascript:alert) doc (./a.md)'],
    ['above\n\n---\n\nbelow', 'above\n\n———\n\nbelow'],
    ['<div onclick="x">hi</div>', '&lt;div onclick=&quot;x&quot;&gt;hi&lt;/div&gt;'],
    [
      '| a | bb |\n|---|---:|\n| **x** | 1 |\n| <y> | 22 |',
      '<pre>a   | bb\n----+---\nx   |  1\n&lt;y&gt; | 22</pre>',
    ],
    ['\\*not italic\\*', '*not italic*'],
  ] as const)('%s', ([markdown, expected]) => {
    expect(html(markdown)).toBe(expected);
  });

  it('makes HTML that Telegram takes, and measures what is seen, of 2,000 seeded texts', () => {
    const pieces = [
      '**',
      '*',
      '`',
      '~~',
      '[',
      '](https://e.com)',
      '> ',
      '- ',
      '1. ',
      '\n',
      '\n\n',
      '```',
      '# ',
      '|',
      '|-|',
      '<b>',
      '&lt;',
      '&#128512;',
      'word',
      '😀',
      '<',
      '"',
      '![',
      '    ',
    ];
    let state = 3;
    const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: 25 }, () => pieces[Math.floor(random() * pieces.length)]).join('');
      const rendered = renderHtml(text);
      expect(rendered.length).toBe(parseHtml(rendered.html).text.length);
    }
  });
});
