import type { Usage } from './model-step.ts';

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0 };

/** Both together. What is not known of one of them is never made up. */
export function addUsage(one: Usage, other: Usage): Usage {
  const cached = sum(one.cachedInputTokens, other.cachedInputTokens);
  const cost = sum(one.cost, other.cost);
  const partial =
    one.costIsPartial || other.costIsPartial || (cost !== undefined && [one, other].some(isUnpriced));
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(cost === undefined ? {} : { cost }),
    ...(partial ? { costIsPartial: true } : {}),
  };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}

function isUnpriced({ cost, inputTokens, outputTokens }: Usage): boolean {
  return cost === undefined && inputTokens + outputTokens > 0;
}

/** `1200 tokens in (800 of them cached), 90 out, $0.0042`. */
export function wordUsage({
  inputTokens,
  outputTokens,
  cachedInputTokens,
  cost,
  costIsPartial,
}: Usage): string {
  const cached = cachedInputTokens ? ` (${cachedInputTokens} of them cached)` : '';
  const tokens = `${inputTokens} tokens in${cached}, ${outputTokens} out`;
  if (cost === undefined) return tokens;
  return `${tokens}, ${costIsPartial ? 'at least ' : ''}$${cost.toFixed(cost < 1 ? 4 : 2)}`;
}
