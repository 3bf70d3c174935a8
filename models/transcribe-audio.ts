import { type TranscriptionModel, transcribe } from 'ai';

/** A provider that does not answer must not hold up the turn for long. */
const TIMEOUT_MS = 60_000;

/** The words of a recording; undefined if there are none. Throws the provider's own error (see `describeModelFailure`). */
export async function transcribeAudio(
  model: TranscriptionModel,
  audio: Uint8Array,
  signal: AbortSignal,
): Promise<string | undefined> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const { text } = await transcribe({ model, audio, abortSignal, maxRetries: 0 });
  return text.trim() || undefined;
}
