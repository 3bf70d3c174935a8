import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../platforms/matrix/html.ts';
import { shownOf } from '../../fakes/matrix/html.ts';

describe('matrix: markdown as HTML', () => {
  it.each([
    ['just words, a < b & c', undefined],
    ['# Title', '<h1>Title</h1>'],
    ['**b** *i* ~~s~~ `c<d`', '<p><strong>b</strong> <em>i</em> <del>s</del> <code>c&lt;d</code></p>'],
    ['one\ntwo', '<p>one<br>two</p>'],
    ['a<br>b', '<p>a<br>b</p>'],
    [
      '[a & b](https://example.com/?a=1&b=2)',
      '<p><a href="https://example.com/?a=1&amp;b=2">a &amp; b</a></p>',
    ],
    ['[x](javascript:alert(1))', '<p>x (javascript:alert(1))</p>'],
    ['![a "b"](https://example.com/i.png)', '<p><a href="https://example.com/i.png">a &quot;b&quot;</a></p>'],
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    [
      '**a** <b onclick="x()">b</b>',
      '<p><strong>a</strong> &lt;b onclick=&quot;x()&quot;&gt;b&lt;/b&gt;</p>',
    ],
    [
      '```js" onload="x\nlet a = 1 < 2;\n```',
      '<pre><code class="language-js">let a = 1 &lt; 2;\n</code></pre>',
    ],
    ['3. a\n4. b', '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'],
    ['- [x] done\n- [ ] open', '<ul>\n<li>☑ done</li>\n<li>☐ open</li>\n</ul>'],
    [
      '|a|b|\n|:-|-:|\n|1|**2**|',
      '<table>\n<thead>\n<tr>\n<th>a</th><th>b</th></tr>\n</thead>\n<tbody><tr>\n<td>1</td><td><strong>2</strong></td></tr>\n</tbody></table>',
    ],
    ['> quoted', '<blockquote>\n<p>quoted</p>\n</blockquote>'],
    ['---', undefined],
    ['[a]: https://example.com', undefined],
  ])('%j', (markdown, html) => {
    expect(renderHtml(markdown)).toBe(html);
    if (html !== undefined) expect(shownOf(html)).not.toBe('');
  });

  it('gives up where it is nested deeper than the stack', () => {
    expect(renderHtml('> '.repeat(20_000))).toBeUndefined();
  });
});
