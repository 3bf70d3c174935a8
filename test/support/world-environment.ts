import type { Ledger } from '../fakes/ledger.ts';
import type { FakeModel } from '../fakes/model-server.ts';

/** The variables that point holdfast at a scripted model and its tools at a ledger. */
export function worldEnvironment(model: FakeModel, ledger: Ledger): Record<string, string> {
  return {
    HOLDFAST_MODEL: 'openai-compatible/scripted',
    OPENAI_COMPATIBLE_BASE_URL: `${model.url}/v1`,
    OPENAI_COMPATIBLE_API_KEY: model.key,
    LEDGER_URL: ledger.url,
  };
}
