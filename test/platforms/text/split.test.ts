import { Marked, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../../platforms/platform.ts';
import { splitMarkdown } from '../../../platforms/text/split.ts';

function allParts(text: string, limit: number): string[] {
  const parts: string[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const part: Part = splitMarkdown(text, from, limit);
    expect(part.text.length).toBeLessThanOrEqual(limit);
    if (part.next !== null) expect(part.next).toBeGreaterThan(from);
    parts.push(part.text);
    from = part.next;
  }
  return parts;
}

const bare = (text: string) => text.replace(/\s+/g, '');
const words = (count: number, word = 'word') => Array.from({ length: count }, () => word).join(' ');
const codeBlocks = (text: string) =>
  new Marked().lexer(text).filter((token): token is Tokens.Code => token.type === 'code');

describe('splitMarkdown', () => {
  it('leaves a text that fits alone', () => {
    expect(splitMarkdown('a\n\nb', 0, 100)).toEqual({ text: 'a\n\nb', next: null });
    expect(splitMarkdown('x'.repeat(100), 0, 100)).toEqual({ text: 'x'.repeat(100), next: null });
    expect(splitMarkdown('ends in space\n\n', 0, 13)).toEqual({ text: 'ends in space', next: null });
    expect(splitMarkdown('', 0, 100)).toEqual({ text: '', next: null });
  });

  it('cuts at a paragraph before a line, a line before a word', () => {
    const paragraphs = `${words(10)}\n${words(5)}\n\n${words(10)}\n${words(10)}`;
    expect(allParts(paragraphs, 120)).toEqual([`${words(10)}\n${words(5)}`, `${words(10)}\n${words(10)}`]);
    const lines = `${words(10)}\n${words(8)}\n${words(10)}`;
    expect(allParts(lines, 100)).toEqual([`${words(10)}\n${words(8)}`, words(10)]);
    expect(allParts(words(30), 99)).toEqual([words(20).slice(0, 99), words(10)]);
  });

  it('rather fills a part than to send a greeting alone', () => {
    const [first] = allParts(`Hi\n\n${words(100)}`, 200);
    expect(first).toMatch(/^Hi\n\nword/);
    expect(first?.length).toBeGreaterThan(150);
  });

  it('cuts a word of 10,000 characters, and loses none', () => {
    const parts = allParts('w'.repeat(10_000), 4096);
    expect(parts.map((part) => part.length)).toEqual([4096, 4096, 1808]);
  });

  it('never cuts a grapheme', () => {
    for (const emoji of ['👨‍👩‍👧‍👦', '🇨🇭', 'é', '👍🏽', '❤️']) {
      const parts = allParts(emoji.repeat(200), 50);
      for (const part of parts) expect(part.length % emoji.length).toBe(0);
      expect(parts.join('')).toBe(emoji.repeat(200));
    }
  });

  it('cuts a grapheme that is longer than a part, between code points', () => {
    const parts = allParts(`e${'\u0301'.repeat(300)}${'😀\u200d'.repeat(50)}`, 100);
    expect(parts.join('')).toHaveLength(301 + 150);
    for (const part of parts) expect(part.isWellFormed()).toBe(true);
  });

  it('ends Chinese parts at a full stop', () => {
    const text = '这是一个很长的句子，没有空格。'.repeat(30);
    for (const part of allParts(text, 100)) expect(part).toMatch(/[。，]$/);
  });

  it('moves a code fence that fits to the next part', () => {
    const fence = `\`\`\`ts\n${'const a = 1;\n'.repeat(7)}\`\`\``;
    expect(allParts(`Look:\n${fence}\nDone.`, 101)).toEqual(['Look:', fence, 'Done.']);
    expect(allParts(`Look:\n\n${fence}\n\nDone.`, 101)).toEqual(['Look:', fence, 'Done.']);
  });

  it('closes a longer fence at a line and opens it again with its language', () => {
    const code = Array.from({ length: 60 }, (_, line) => `  print(${line})`);
    const parts = allParts(`Look:\n\n~~~~python title="a"\n${code.join('\n')}\n~~~~\n\nDone.`, 200);
    const shown = parts.flatMap((part) => codeBlocks(part));
    expect(shown.every((block) => block.lang === 'python title="a"')).toBe(true);
    expect(shown.map((block) => block.text).join('\n')).toBe(code.join('\n'));
    expect(parts.at(-1)).toMatch(/~~~~\n\nDone\.$/);
  });

  it('sends no empty fence when only the closing line is left', () => {
    const text = `\`\`\`\n${'x'.repeat(40)}\n${'y'.repeat(47)}\n\`\`\`\nafter`;
    for (const limit of [92, 93, 94, 95, 96])
      for (const part of allParts(text, limit)) expect(part).not.toMatch(/^```\s*```/);
  });

  it('reopens fences of list items and quotes', () => {
    const item = `1. Run\n   \`\`\`sh\n${'   npm install\n'.repeat(30)}   \`\`\`\n2. Done`;
    for (const part of allParts(item, 150)) expect(part).toMatch(/```/);
    const quote = `> \`\`\`sh\n${'> npm install\n'.repeat(30)}> \`\`\`\n\nDone`;
    for (const part of allParts(quote, 150).slice(0, -1))
      expect(part).toMatch(/^> ```sh\n(> npm install\n)+> ```$/);
  });

  it('ends a fence with the quote that it is in', () => {
    for (const part of allParts(`> \`\`\`\n> code\n\n${words(100)}`, 100).slice(1))
      expect(part).not.toContain('```');
  });

  it('keeps inline markup whole where it can', () => {
    for (const markup of [
      '**very bold words**',
      '`some code here`',
      '[a link text](https://example.com/a?b=c)',
    ])
      for (let lead = 0; lead < 60; lead++) {
        const parts = allParts(`${words(12)} ${'x'.repeat(lead)} ${markup} ${words(20)}`, 100);
        expect(parts.filter((part) => part.includes(markup))).toHaveLength(1);
      }
  });

  it('is deterministic from any offset, and loses nothing but white space (1,000 seeded texts)', () => {
    const random = seeded(7);
    const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
    const pieces = [
      'word ',
      'a **bold one** ',
      '`code` ',
      '\n',
      '\n\n',
      '- item\n',
      '👨‍👩‍👧 ',
      '漢字かな。',
      '日本'.repeat(9),
      'https://e.com/x_y ',
    ];
    const fences = [
      '\n```js\nlet a = 1;\n\nlet b;\n```\n',
      `\n~~~\n${'line of code\n'.repeat(9)}~~~\n`,
      '\n> ```\n> q\n> ```\n',
      '\n```\nopen\n',
    ];
    for (let round = 0; round < 1000; round++) {
      const withFences = round % 2 === 0;
      const text = Array.from({ length: 60 }, () =>
        pick(withFences && random() < 0.1 ? fences : pieces),
      ).join('');
      const limit = 40 + Math.floor(random() * 200);
      const parts = allParts(text, limit);
      for (const part of parts) expect(part.isWellFormed()).toBe(true);
      if (!withFences) expect(bare(parts.join(''))).toBe(bare(text));
      else expect(bare(parts.join('')).replace(/[`~>]|js/g, '')).toBe(bare(text).replace(/[`~>]|js/g, ''));
    }
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
