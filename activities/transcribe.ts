import { ApplicationFailure, Context } from '@temporalio/activity';
import type { TranscriptionModel } from 'ai';
import { parseConversationId } from '../contract/conversation-id.ts';
import { FAILURE } from '../contract/failures.ts';
import type { Attachment } from '../contract/message.ts';
import type { Usage } from '../contract/model-step.ts';
import { view } from '../contract/signals.ts';
import type { VoiceTranscript } from '../contract/transcript.ts';
import { addUsage, NO_USAGE } from '../contract/usage.ts';
import { describeModelFailure } from '../models/model-failure.ts';
import { priced } from '../models/price.ts';
import { transcribeAudio } from '../models/transcribe-audio.ts';
import type { ActivityDependencies, Transcribed, VoiceRequest } from './activities.ts';
import { whileAlive } from './alive.ts';
import { type FetchAttachmentOptions, fetchAttachment } from './fetch-attachment.ts';
import { FileCache } from './file-cache.ts';
import { readConversation } from './read-conversation.ts';
import { shutdownFailure } from './shutdown.ts';

/** Largest recording that is transcribed: about an hour of a messenger's voice. */
const MAX_BYTES = 20 * 1024 * 1024;
/** Longest text of one recording, in characters. */
const LONGEST_TEXT = 20_000;
/** Tries while the provider is busy, and the longest pause between them: then the turn goes on without the words. */
const TRIES = 4;
const PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
const NO_MODEL: VoiceTranscript = { reason: 'no transcription model is set' };

/** The words of one voice message, or why there are none, and what that spent. */
interface Heard {
  transcript: VoiceTranscript;
  usage?: Usage;
}

/** The activity `transcribe`: the words of a message's voice messages, or for each why there are none. */
export function createTranscribe({
  client,
  platforms,
  transcriptionModel: model,
  transcription = '',
  prices,
  noteAttempt,
}: ActivityDependencies) {
  // A repeated attempt need not fetch what is already there.
  const cache = new FileCache(2 * MAX_BYTES);
  return async function transcribe({ conversation, seq }: VoiceRequest): Promise<Transcribed> {
    return whileAlive(async ({ signal, repeatable }) => {
      repeatable(noteAttempt);
      const { entries } = await readConversation({ client }, view, seq - 1);
      const entry = entries.find((candidate) => candidate.seq === seq);
      const { attachments = [], place } = entry?.kind === 'user' ? entry : {};
      const voices = attachments.filter(({ kind }) => kind === 'audio');
      if (!model) return { transcripts: voices.map(() => NO_MODEL), usage: NO_USAGE };
      const platform = platforms.get((place ?? parseConversationId(conversation)).platform);
      const fetching = { platform, cache, maxBytes: MAX_BYTES, signal };
      try {
        const heard = await Promise.all(voices.map((voice) => wordsOf(voice, model, fetching)));
        const usage = heard.reduce((sum, one) => addUsage(sum, one.usage ?? NO_USAGE), NO_USAGE);
        return {
          transcripts: heard.map(({ transcript }) => transcript),
          usage: priced(usage, transcription, prices),
          model: transcription,
        };
      } catch (error) {
        throw shutdownFailure() ?? error;
      }
    });
  };
}

async function wordsOf(
  voice: Attachment,
  model: TranscriptionModel,
  fetching: FetchAttachmentOptions,
): Promise<Heard> {
  const fetched = await fetchAttachment(voice, fetching);
  if ('note' in fetched) return { transcript: { reason: fetched.note } };
  try {
    const { text, usage } = await transcribeAudio(model, fetched.bytes, fetching.signal);
    const words = text.slice(0, LONGEST_TEXT).toWellFormed();
    return { transcript: words === '' ? { reason: 'no words in it' } : { text: words }, usage };
  } catch (error) {
    if (fetching.signal.aborted) throw error;
    const { attempt } = Context.current().info;
    const { kind, message, retryAfterMs = PAUSE_MS * attempt } = describeModelFailure(error);
    const reason = `it could not be transcribed (${message})`;
    if (kind === 'refused' || attempt >= TRIES || retryAfterMs > LONGEST_PAUSE_MS)
      return { transcript: { reason } };
    throw ApplicationFailure.create({
      message: reason,
      type: FAILURE.modelUnavailable,
      nextRetryDelay: retryAfterMs,
    });
  }
}
