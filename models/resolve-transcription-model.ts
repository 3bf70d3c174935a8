import type { TranscriptionModel } from 'ai';
import { type ModelEnvironment, ModelNotConfigured } from './resolve-model.ts';

/** What a server of one's own gets that asks for no key: the SDK insists on one. */
const NO_KEY = 'none';

/**
 * The transcription model that a name (`openai/…`, `openai-compatible/…`) stands for. Throws {@link ModelNotConfigured}.
 */
export async function resolveTranscriptionModel(
  name: string,
  environment: ModelEnvironment,
): Promise<TranscriptionModel> {
  const slash = name.indexOf('/');
  const id = name.slice(slash + 1);
  const access = slash > 0 && id ? accessTo(name.slice(0, slash), name, environment) : undefined;
  if (!access)
    throw new ModelNotConfigured(
      `HOLDFAST_TRANSCRIPTION_MODEL: "${name}" is not a model that transcribes; use one of openai/<model>, openai-compatible/<model>`,
    );
  const { createOpenAI } = await import('@ai-sdk/openai');
  return createOpenAI(access).transcription(id);
}

/** OpenAI's key goes only to OpenAI, or to the server that `OPENAI_BASE_URL` names. */
function accessTo(provider: string, model: string, environment: ModelEnvironment) {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_COMPATIBLE_API_KEY, OPENAI_COMPATIBLE_BASE_URL } =
    environment;
  const needs = (variable: string) =>
    new ModelNotConfigured(`${variable} is not set; the transcription model ${model} needs it`);
  if (provider === 'openai') {
    if (!OPENAI_API_KEY) throw needs('OPENAI_API_KEY');
    return { apiKey: OPENAI_API_KEY, baseURL: OPENAI_BASE_URL || 'https://api.openai.com/v1' };
  }
  if (provider !== 'openai-compatible') return undefined;
  const baseURL = OPENAI_COMPATIBLE_BASE_URL || OPENAI_BASE_URL;
  if (!baseURL) throw needs('OPENAI_COMPATIBLE_BASE_URL');
  const borrowed = OPENAI_COMPATIBLE_BASE_URL ? undefined : OPENAI_API_KEY;
  return { apiKey: OPENAI_COMPATIBLE_API_KEY || borrowed || NO_KEY, baseURL };
}
