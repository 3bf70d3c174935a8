import { ActivityFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { Transcribed } from '../activities/activities.ts';
import type { Usage } from '../contract/model-step.ts';
import type { Queues } from '../contract/queues.ts';
import type { UserEntry } from '../contract/transcript.ts';
import { NO_USAGE } from '../contract/usage.ts';
import { transcribeActivity } from './activities.ts';
import { countUsage } from './meters.ts';
import type { Transcript } from './transcript.ts';

/**
 * Turns voice messages that the model has not seen yet into words, once. Where that fails, the reason stands for the words:
 * the turn goes on. Throws only if the turn was stopped.
 */
export async function transcribeVoices(
  {
    conversation,
    transcript,
    spend,
  }: { conversation: string; transcript: Transcript; spend(usage: Usage): void },
  { remainingMs, queues }: { remainingMs: () => number; queues: Queues | undefined },
): Promise<void> {
  await Promise.all(
    transcript.untranscribed().map(async (entry) => {
      const { transcripts, usage, model } = await transcribed(conversation, entry, {
        remainingMs: remainingMs(),
        queues,
      });
      spend(usage);
      countUsage(model, usage);
      transcript.recordTranscripts(entry.seq, transcripts);
    }),
  );
}

async function transcribed(
  conversation: string,
  { seq, attachments = [] }: UserEntry,
  options: { remainingMs: number; queues: Queues | undefined },
): Promise<Transcribed> {
  try {
    return await transcribeActivity(options)({ conversation, seq });
  } catch (failure) {
    if (isCancellation(failure)) throw failure;
    const reason = reasonOf(failure);
    const transcripts = attachments.filter(({ kind }) => kind === 'audio').map(() => ({ reason }));
    return { transcripts, usage: NO_USAGE };
  }
}

function reasonOf(failure: unknown): string {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof TimeoutFailure) return 'it took too long to transcribe';
  return cause instanceof Error ? cause.message.slice(0, 300) : 'it could not be transcribed';
}
