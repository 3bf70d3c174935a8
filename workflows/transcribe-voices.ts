import { ActivityFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { UserEntry, VoiceTranscript } from '../contract/transcript.ts';
import { transcribeActivity } from './activities.ts';
import type { Transcript } from './transcript.ts';

/**
 * Turns voice messages that the model has not seen yet into words, once. Where that fails, the reason stands for the words:
 * the turn goes on. Throws only if the turn was stopped.
 */
export async function transcribeVoices(
  { conversation, transcript }: { conversation: string; transcript: Transcript },
  remainingMs: () => number,
): Promise<void> {
  await Promise.all(
    transcript.untranscribed().map(async (entry) => {
      transcript.recordTranscripts(entry.seq, await transcriptsOf(conversation, entry, remainingMs()));
    }),
  );
}

async function transcriptsOf(
  conversation: string,
  { seq, attachments = [] }: UserEntry,
  remainingMs: number,
): Promise<VoiceTranscript[]> {
  try {
    return await transcribeActivity(remainingMs)({ conversation, seq });
  } catch (failure) {
    if (isCancellation(failure)) throw failure;
    const reason = reasonOf(failure);
    return attachments.filter(({ kind }) => kind === 'audio').map(() => ({ reason }));
  }
}

function reasonOf(failure: unknown): string {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof TimeoutFailure) return 'it took too long to transcribe';
  return cause instanceof Error ? cause.message.slice(0, 300) : 'it could not be transcribed';
}
