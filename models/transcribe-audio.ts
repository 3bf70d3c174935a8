import { type TranscriptionModel, transcribe } from 'ai';
import { z } from 'zod';
import type { Usage } from '../contract/model-step.ts';
import { addUsage, NO_USAGE } from '../contract/usage.ts';

/** A provider that does not answer must not hold up the turn for long. */
const TIMEOUT_MS = 60_000;

/** Providers that count tokens, and not seconds, say so in an answer that the SDK does not read to its end. */
const counted = z
  .object({ usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }) })
  .transform(({ usage }): Usage => ({ inputTokens: usage.input_tokens, outputTokens: usage.output_tokens }))
  .catch(NO_USAGE);

/** The words of a recording, none if it is silent. Throws the provider's own error (see `describeModelFailure`). */
export async function transcribeAudio(
  model: TranscriptionModel,
  audio: Uint8Array,
  signal: AbortSignal,
): Promise<{ text: string; usage: Usage }> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const { text, responses } = await transcribe({ model, audio, abortSignal, maxRetries: 0 });
  const usages = responses.map((response) => counted.parse('body' in response ? response.body : undefined));
  return { text: text.trim(), usage: usages.reduce(addUsage, NO_USAGE) };
}
