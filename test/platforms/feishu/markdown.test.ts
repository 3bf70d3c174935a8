import { describe, expect, it } from 'vitest';
import { renderCardMarkdown } from '../../../platforms/feishu/markdown.ts';
import { readCard } from '../../fakes/feishu/card.ts';

describe('renderCardMarkdown', () => {
  it.for([
    ['**bold** *italic* ~~gone~~ `a<b`', '**bold** *italic* ~~gone~~ `a<b`'],
    [
      '2 * 3 < 4 & snake_case ~ [x] a|b',
      '2 &#42; 3 &#60; 4 &#38; snake&#95;case &#126; &#91;x&#93; a&#124;b',
    ],
    ['\\*not italic\\* :DONE: 12:30', '&#42;not italic&#42; &#58;DONE: 12:30'],
    ['# Title with `code`\ntext', '#### Title with `code`\n\ntext'],
    ['1986\\. A year\n\n\\- no list', '1986&#46; A year\n\n&#45; no list'],
    ['- a\n- b\n  - c\n    - d', '• a\n• b\n   • c\n\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0• d'],
    ['- a\n\n  ```js\n  x\n    y\n  ```', '• a\n```js\nx\n  y\n```'],
    ['- ```js\n  x\n    y\n  ```\n- b', '•\n```js\nx\n  y\n```\n• b'],
    ['1. > ```\n   > x\n   > ```', '1. > ```\n   > x\n   > ```'],
    ['```\n<at id=all>\n```', '```\n<\u200bat id=all>\n```'],
    ['```<at id=all></at>', '```<\u200bat id=all><\u200b/at>'],
    ['```ts\nif (a < b) {}\n```', '```ts\nif (a < b) {}\n```'],
    ['````\n```\n````', '````\n```\n````'],
    ['`` a`b ``', '`` a`b ``'],
    ['> quote\n> more', '> quote\n> more'],
    ['[a_b](https://e.com/a_(b)?x=1&y=%20)', '[a&#95;b](https://e.com/a_%28b%29?x=1&y=%20)'],
    ['https://e.com/a_b', '[https://e.com/a&#95;b](https://e.com/a_b)'],
    ['[doc](./a.md) [x](javascript:alert)', 'doc (./a.md) x (javascript:alert)'],
    [
      '<at id=all></at> <font color="red">x</font>',
      '&#60;at id=all&#62;&#60;/at&#62; &#60;font color="red"&#62;x&#60;/font&#62;',
    ],
    ['| a | b |\n|---|--:|\n| x | 1 |', '```\na | b\n--+--\nx | 1\n```'],
  ] as const)('%s', ([markdown, expected]) => {
    expect(renderCardMarkdown(markdown)).toBe(expected);
  });

  it('makes cards that call nobody and that Feishu takes, of 1,000 seeded texts', () => {
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
    ];
    const more = [
      '<at id=all>',
      '</at>',
      '<at',
      '&lt;at',
      '&#60;',
      'word',
      '😀',
      '<',
      '\\',
      '![',
      '    ',
      '<person id=1>',
    ];
    const all = [...pieces, ...more];
    let state = 5;
    const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    for (let round = 0; round < 1000; round++) {
      const text = Array.from({ length: 25 }, () => all[Math.floor(random() * all.length)]).join('');
      const content = renderCardMarkdown(text);
      if (content === '') continue;
      expect(() =>
        readCard({
          schema: '2.0',
          config: { update_multi: true, summary: { content: '' } },
          body: { elements: [{ tag: 'markdown', content }] },
        }),
      ).not.toThrow();
    }
  });
});
