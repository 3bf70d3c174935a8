import type { Usage } from '../../contract/model-step.ts';
import { NO_USAGE } from '../../contract/usage.ts';

/** What a turn spent, as Chat Completions tells it; of a command, to which no model is asked, nothing. */
export function chatUsage({ inputTokens, outputTokens, cachedInputTokens = 0 }: Usage = NO_USAGE) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens },
  };
}

/** The same as Responses tells it. */
export function responsesUsage({ inputTokens, outputTokens, cachedInputTokens = 0 }: Usage = NO_USAGE) {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
