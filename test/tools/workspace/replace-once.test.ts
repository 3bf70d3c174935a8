import { describe, expect, it } from 'vitest';
import { replaceOnce, wasReplaced } from '../../../tools/workspace/replace-once.ts';

/** All words of two letters up to a length. */
function words(longest: number): string[] {
  const all = [''];
  for (const word of all) if (word.length < longest) all.push(`${word}a`, `${word}b`);
  return all;
}

describe('what a text tells of an edit', () => {
  it.each([
    ['one 2', 'two', '2', true],
    ['one two', 'two', '2', false],
    ['one two 2', 'two', '2', false],
    ['a line\nnew', 'line', 'line\nnew', 'unknown'],
    ['a line', 'line', 'line\nnew', false],
    ['one ', 'two', '', true],
    ['one', 'two', '2', false],
  ])('%j, of %j to %j: %j', (text, find, replace, told) => {
    expect(wasReplaced(text, find, replace)).toBe(told);
  });

  it('is never wrong, for every edit of every short text', () => {
    let told = 0;
    for (const before of words(5))
      for (const find of words(3).slice(1))
        for (const replace of words(3)) {
          const after = replaceOnce(before, find, replace);
          if (after === undefined || find === replace) continue;
          expect(wasReplaced(before, find, replace)).not.toBe(true);
          expect(wasReplaced(after, find, replace)).not.toBe(false);
          told += 1;
        }
    expect(told).toBeGreaterThan(1000);
  });

  it('takes little time for a large text', () => {
    const started = performance.now();
    expect(wasReplaced('a'.repeat(2_000_000), 'aaa', 'a')).toBe(true);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
