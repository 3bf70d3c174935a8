import { createOpenAI } from '@ai-sdk/openai';
import { defaultSettingsMiddleware, type LanguageModel, wrapLanguageModel } from 'ai';

/**
 * An OpenAI model over the Responses API, storing nothing there: the transcript is ours, so a conversation does not
 * depend on items that OpenAI forgets. Reasoning comes back encrypted and is sent again with the next step.
 */
export function openaiResponses(
  id: string,
  access: { apiKey: string; baseURL: string; fetch?: typeof fetch },
): LanguageModel {
  return wrapLanguageModel({
    model: createOpenAI(access).responses(id),
    middleware: defaultSettingsMiddleware({ settings: { providerOptions: { openai: { store: false } } } }),
  });
}
