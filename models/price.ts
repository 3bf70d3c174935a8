import type { Usage } from '../contract/model-step.ts';

/** US dollars for a million tokens. */
interface Price {
  input: number;
  output: number;
  /** Of input tokens that the provider had cached; as `input` if not given. */
  cachedInput?: number;
}

/** Prices by `provider/model`. */
export type Prices = Readonly<Record<string, Price>>;

const MILLION = 1_000_000;

/** The usage with its cost, if the model's price is known; without tokens nothing is known to be spent. */
export function priced(usage: Usage, model: string, prices: Prices = {}): Usage {
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = usage;
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (!price || inputTokens + outputTokens === 0) return usage;
  const { input, output, cachedInput = input } = price;
  const dollars =
    (inputTokens - cachedInputTokens) * input + cachedInputTokens * cachedInput + outputTokens * output;
  return { ...usage, cost: dollars / MILLION };
}
