import type { LanguageModel } from 'ai';
import { answerFetch as fetch } from './answer-fetch.ts';

/** The providers' usual variables; empty ones count as not set. */
export interface ModelEnvironment {
  OPENAI_API_KEY?: string | undefined;
  OPENAI_BASE_URL?: string | undefined;
  ANTHROPIC_API_KEY?: string | undefined;
  ANTHROPIC_BASE_URL?: string | undefined;
  GOOGLE_GENERATIVE_AI_API_KEY?: string | undefined;
  GOOGLE_BASE_URL?: string | undefined;
  OPENAI_COMPATIBLE_API_KEY?: string | undefined;
  OPENAI_COMPATIBLE_BASE_URL?: string | undefined;
}

/** The model cannot be used as configured; the message names the variable to set. */
export class ModelNotConfigured extends Error {
  override name = 'ModelNotConfigured';
}

type Provider = (id: string, environment: ModelEnvironment) => Promise<LanguageModel>;

const providers: Record<string, Provider> = {
  /** With a base URL the dialect is Chat Completions, which every compatible server speaks. */
  async openai(id, environment) {
    const apiKey = needed(environment, 'OPENAI_API_KEY', `openai/${id}`);
    if (!environment.OPENAI_BASE_URL) {
      const { openaiResponses } = await import('./openai-responses.ts');
      return openaiResponses(id, { apiKey, baseURL: 'https://api.openai.com/v1', fetch });
    }
    const { createOpenAI } = await import('@ai-sdk/openai');
    return createOpenAI({ apiKey, baseURL: environment.OPENAI_BASE_URL, fetch }).chat(id);
  },

  async anthropic(id, environment) {
    const apiKey = needed(environment, 'ANTHROPIC_API_KEY', `anthropic/${id}`);
    const baseURL = environment.ANTHROPIC_BASE_URL || 'https://api.anthropic.com/v1';
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    return createAnthropic({ apiKey, baseURL, fetch })(id);
  },

  async google(id, environment) {
    const apiKey = needed(environment, 'GOOGLE_GENERATIVE_AI_API_KEY', `google/${id}`);
    const baseURL = environment.GOOGLE_BASE_URL || 'https://generativelanguage.googleapis.com/v1beta';
    const { createGoogle } = await import('@ai-sdk/google');
    return createGoogle({ apiKey, baseURL, fetch })(id);
  },

  /** A server of one's own may need no key. OpenAI's key goes only to the server that `OPENAI_BASE_URL` names. */
  async 'openai-compatible'(id, environment) {
    const own = environment.OPENAI_COMPATIBLE_BASE_URL;
    const baseURL = own || environment.OPENAI_BASE_URL;
    if (!baseURL) throw missing('OPENAI_COMPATIBLE_BASE_URL', `openai-compatible/${id}`);
    const apiKey = environment.OPENAI_COMPATIBLE_API_KEY || (own ? undefined : environment.OPENAI_API_KEY);
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const options = { name: 'openai-compatible', baseURL, includeUsage: true, fetch };
    return createOpenAICompatible(apiKey ? { ...options, apiKey } : options)(id);
  },
};

/**
 * The model that a name (`provider/model`, or `demo`) stands for. A provider's package is loaded when it is first used.
 * Throws {@link ModelNotConfigured}.
 */
export async function resolveModel(name: string, environment: ModelEnvironment): Promise<LanguageModel> {
  if (name === 'demo') return (await import('./demo/demo-model.ts')).createDemoModel();
  const slash = name.indexOf('/');
  const id = name.slice(slash + 1);
  const provider = Object.hasOwn(providers, name.slice(0, slash))
    ? providers[name.slice(0, slash)]
    : undefined;
  if (slash < 0 || !provider || !id) {
    const forms = [...Object.keys(providers).map((key) => `${key}/<model>`), 'demo'].join(', ');
    throw new ModelNotConfigured(`HOLDFAST_MODEL: "${name}" is not a model; use one of ${forms}`);
  }
  return provider(id, environment);
}

function needed(environment: ModelEnvironment, variable: keyof ModelEnvironment, model: string): string {
  const value = environment[variable];
  if (!value) throw missing(variable, model);
  return value;
}

function missing(variable: keyof ModelEnvironment, model: string): ModelNotConfigured {
  return new ModelNotConfigured(`${variable} is not set; the model ${model} needs it`);
}
