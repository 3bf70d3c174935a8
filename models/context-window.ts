/** Tokens that a provider's usual models read; for `openai-compatible`, what servers of one's own are often started with. */
const BY_PROVIDER: Record<string, number> = {
  openai: 128_000,
  anthropic: 200_000,
  google: 1_000_000,
  'openai-compatible': 32_000,
  demo: 16_000,
};
const ANY_OTHER = 32_000;

/** The context window of a model (`provider/model`, or `demo`) of which the config does not tell it, in tokens. */
export function usualWindow(model: string): number {
  const [provider = ''] = model.split('/', 1);
  return Object.hasOwn(BY_PROVIDER, provider) ? (BY_PROVIDER[provider] ?? ANY_OTHER) : ANY_OTHER;
}
