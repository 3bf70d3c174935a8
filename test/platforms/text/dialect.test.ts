import { describe, expect, it } from 'vitest';
import { type Dialect, PLAIN, renderDialect } from '../../../platforms/text/dialect.ts';

/** Shows which mark each piece of text was given. */
const MARKS: Dialect = {
  text: (text) => text.replaceAll('*', '\\*'),
  bold: (content) => `<b>${content}</b>`,
  italic: (content) => `<i>${content}</i>`,
  strike: (content) => `<s>${content}</s>`,
  code: (code) => `<c>${code}</c>`,
  codeBlock: (code, language = '') => `<pre ${language}>${code}</pre>`,
  link: (label, href) => `<a ${href}>${label}</a>`,
  quote: (content) => `<q>${content}</q>`,
  heading: (content) => `<h>${content}</h>`,
};
const marked = (text: string) => renderDialect(text, MARKS);
const plain = (text: string) => renderDialect(text, PLAIN);

describe('renderDialect', () => {
  it('gives each piece its mark', () => {
    expect(marked('# Hi **you**\n\n*a* ~~b~~ `c*d` 2 * 3')).toBe(
      '<h>Hi <b>you</b></h>\n\n<i>a</i> <s>b</s> <c>c*d</c> 2 \\* 3',
    );
    expect(marked('[a](https://x.y/?b=1&c=2) ![pic](https://x.y/p.png) <https://z.y>')).toBe(
      '<a https://x.y/?b=1&c=2>a</a> <a https://x.y/p.png>pic</a> <a https://z.y>https://z.y</a>',
    );
    expect(marked('```ts run\nlet a = b * c;\n```\n\n> one\n> two')).toBe(
      '<pre ts>let a = b * c;</pre>\n\n<q>one\ntwo</q>',
    );
  });

  it('writes lists and tables as text, and rules and breaks', () => {
    expect(plain('- a\n- b\n  - c\n\n3. x\n4. y\n\n- [ ] open\n- [x] done')).toBe(
      '• a\n• b\n   • c\n\n3. x\n4. y\n\n• ☐ open\n• ☑ done'.replace('• ☐', '☐').replace('• ☑', '☑'),
    );
    expect(plain('|a|b|\n|-|-:|\n|one|2|')).toBe('a   | b\n----+--\none | 2');
    expect(plain('a\n\n---\n\nb<br>c')).toBe('a\n\n———\n\nb\nc');
  });

  it('keeps every word of what has no mark', () => {
    expect(plain('# T\n\n**b** *i* ~~s~~ `c`\n\n> q\n\n[l](https://x.y) https://x.y')).toBe(
      'T\n\nb i s c\n\n> q\n\nl (https://x.y) https://x.y',
    );
    expect(plain('<b>html</b> & &lt;tag&gt; \\*star\\*')).toBe('<b>html</b> & <tag> *star*');
  });

  it('shows what renders to nothing, or is nested too deep, as it was written', () => {
    for (const text of ['[a]: https://example.com', '```\n```']) expect(plain(text)).toBe(text);
    const deep = `${'>'.repeat(20_000)} deep`;
    expect(plain(deep)).toContain('deep');
  });
});
