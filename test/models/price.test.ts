import { describe, expect, it } from 'vitest';
import { addUsage, NO_USAGE, wordUsage } from '../../contract/usage.ts';
import { usualWindow } from '../../models/context-window.ts';
import { priced } from '../../models/price.ts';

const prices = {
  'openai/a': { input: 2, output: 10, cachedInput: 0.5 },
  'openai/b': { input: 1, output: 4 },
};

describe('the cost of a model call', () => {
  it('is that of its tokens, cached ones at their own price where there is one', () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 100_000, cachedInputTokens: 400_000 };
    expect(priced(usage, 'openai/a', prices)).toEqual({ ...usage, cost: 1.2 + 0.2 + 1 });
    expect(priced(usage, 'openai/b', prices)).toEqual({ ...usage, cost: 1.4 });
  });

  it('is not made up for a model without a price, nor where no tokens were counted', () => {
    const usage = { inputTokens: 10, outputTokens: 1 };
    expect(priced(usage, 'openai/c', prices)).toEqual(usage);
    expect(priced(usage, 'constructor', prices)).toEqual(usage);
    expect(priced(NO_USAGE, 'openai/a', prices)).toEqual(NO_USAGE);
  });
});

describe('usage together', () => {
  const known = { inputTokens: 10, outputTokens: 1, cost: 0.5 };
  const unknown = { inputTokens: 20, outputTokens: 2 };

  it('has a cost only as far as prices are known, and says if that is a part', () => {
    expect(addUsage(NO_USAGE, unknown)).toEqual(unknown);
    expect(addUsage(NO_USAGE, known)).toEqual(known);
    const partial = { inputTokens: 30, outputTokens: 3, cost: 0.5, costIsPartial: true };
    expect(addUsage(known, unknown)).toEqual(partial);
    expect(addUsage(unknown, known)).toEqual(partial);
    expect(addUsage(addUsage(known, unknown), known)).toMatchObject({ cost: 1, costIsPartial: true });
  });

  it('is worded without what is not known', () => {
    expect(wordUsage(unknown)).toBe('20 tokens in, 2 out');
    expect(wordUsage({ ...known, cachedInputTokens: 5 })).toBe(
      '10 tokens in (5 of them cached), 1 out, $0.5000',
    );
    expect(wordUsage({ ...known, cost: 12.345, costIsPartial: true })).toBe(
      '10 tokens in, 1 out, at least $12.35',
    );
  });
});

it.each([
  ['openai/gpt-5', 128_000],
  ['anthropic/claude-sonnet-4-5', 200_000],
  ['google/gemini-2.5-pro', 1_000_000],
  ['openai-compatible/meta/llama', 32_000],
  ['demo', 16_000],
  ['toString/x', 32_000],
])('the usual window of %s is %i', (model, window) => {
  expect(usualWindow(model)).toBe(window);
});
