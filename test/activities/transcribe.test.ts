import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { APICallError, type TranscriptionModel } from 'ai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityDependencies, Transcribed } from '../../activities/activities.ts';
import { createTranscribe } from '../../activities/transcribe.ts';
import type { Attachment } from '../../contract/message.ts';
import { resolveTranscriptionModel } from '../../models/resolve-transcription-model.ts';
import { AttachmentUnavailable } from '../../platforms/platform.ts';
import { FakeModel } from '../fakes/model-server.ts';
import { user } from '../models/entries.ts';

const talk = (ref: string) => Buffer.from(`OggS and some talk: ${ref}`);
const voice = (ref: string): Attachment => ({ kind: 'audio', ref });
const logger = new DefaultLogger('ERROR', () => {});

describe('the activity transcribe', () => {
  let fake: FakeModel;
  let fetched: string[];
  let model: TranscriptionModel;
  beforeEach(async () => {
    fake = await FakeModel.start();
    model = await resolveTranscriptionModel('openai-compatible/whisper-1', {
      OPENAI_COMPATIBLE_BASE_URL: `${fake.url}/v1`,
      OPENAI_COMPATIBLE_API_KEY: fake.key,
    });
    fetched = [];
  });
  afterEach(() => fake.close());

  async function transcribe(
    attachments: Attachment[],
    {
      model: ear = model,
      attempt = 1,
      ...priced
    }: { model?: TranscriptionModel | null; attempt?: number } & Pick<
      ActivityDependencies,
      'prices' | 'transcription'
    > = {},
  ): Promise<Transcribed> {
    const entry = user('', { attachments });
    const dependencies = {
      client: {
        withDeadline: (_: number, ask: () => unknown) => ask(),
        workflow: { getHandle: () => ({ query: async () => ({ entries: [entry] }) }) },
      },
      platforms: new Map([
        [
          'stage',
          {
            name: 'stage',
            inbound: {
              async fetchAttachment({ ref }: Attachment) {
                fetched.push(ref);
                if (ref === 'gone') throw new AttachmentUnavailable('it has expired');
                return { bytes: talk(ref), mediaType: 'audio/ogg' };
              },
            },
          },
        ],
      ]),
      transcriptionModel: ear ?? undefined,
      ...priced,
    } as unknown as ActivityDependencies;
    return new MockActivityEnvironment({ attempt }, { logger }).run(createTranscribe(dependencies), {
      conversation: 'stage/c',
      seq: entry.seq,
    });
  }

  it('gives the words of each voice message, in their order', async () => {
    fake.transcribe = ({ bytes }) => ` ${bytes.toString().split(' ').at(-1)} `;
    const { transcripts: words } = await transcribe([
      voice('a'),
      { kind: 'image', ref: 'photo' },
      voice('b'),
    ]);
    expect(words).toEqual([{ text: 'a' }, { text: 'b' }]);
    expect(fetched).toEqual(['a', 'b']);
    const sent = { model: 'whisper-1', name: 'audio.ogg' };
    expect(fake.recordings).toMatchObject([sent, sent]);
    expect(fake.refused).toEqual([]);
  });

  it.each<[string, string | number, RegExp]>([
    ['cannot be had', 'words', /^it has expired$/],
    ['has no words', ' ', /^no words in it$/],
    ['is silent', '', /^no words in it$/],
    ['is refused', 400, /^it could not be transcribed \(400/],
  ])('gives the reason for one that %s', async (what, answer, reason) => {
    fake.transcribe = () => answer;
    const { transcripts: words } = await transcribe([voice(what === 'cannot be had' ? 'gone' : 'a')]);
    expect(words).toEqual([{ reason: expect.stringMatching(reason) }]);
  });

  it('is tried again when the provider is busy', async () => {
    fake.transcribe = () => 503;
    const failure = await transcribe([voice('a')]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: 2_000 });
  });

  it('is a reason when the provider stays busy, and the words of the others are kept', async () => {
    fake.transcribe = ({ bytes }) => (bytes.toString().endsWith('b') ? 503 : 'words');
    expect((await transcribe([voice('a'), voice('b')], { attempt: 4 })).transcripts).toEqual([
      { text: 'words' },
      { reason: expect.stringMatching(/^it could not be transcribed \(503/) },
    ]);
  });

  it('is a reason at once when the provider asks for a long pause: the turn does not wait for it', async () => {
    const failWith = (retryAfter: string): TranscriptionModel => ({
      ...(model as Exclude<TranscriptionModel, string>),
      doGenerate: async () => {
        const responseHeaders = { 'retry-after': retryAfter };
        const told = { message: 'busy', url: '', requestBodyValues: {}, statusCode: 429, responseHeaders };
        throw new APICallError(told);
      },
    });
    await expect(transcribe([voice('a')], { model: failWith('10') })).rejects.toMatchObject({
      nextRetryDelay: 10_000,
    });
    expect((await transcribe([voice('a')], { model: failWith('3600') })).transcripts).toEqual([
      { reason: expect.stringMatching(/^it could not be transcribed \(429/) },
    ]);
  });

  it('counts the tokens of a provider that tells them, at the price of the config, and none of one that counts seconds', async () => {
    const prices = { 'openai/gpt-4o-transcribe': { input: 6, output: 10 } };
    const counting = await resolveTranscriptionModel('openai-compatible/gpt-4o-transcribe', {
      OPENAI_COMPATIBLE_BASE_URL: `${fake.url}/v1`,
      OPENAI_COMPATIBLE_API_KEY: fake.key,
    });
    const priced = { transcription: 'openai/gpt-4o-transcribe', prices };
    const { usage } = await transcribe([voice('a'), voice('b')], { model: counting, ...priced });
    expect(usage).toEqual({ inputTokens: 28, outputTokens: 10, cost: (28 * 6 + 10 * 10) / 1_000_000 });
    expect((await transcribe([voice('a')], priced)).usage).toEqual({ inputTokens: 0, outputTokens: 0 });
  });

  it('says so, and fetches nothing, when no model is set', async () => {
    expect((await transcribe([voice('a'), voice('b')], { model: null })).transcripts).toEqual([
      { reason: 'no transcription model is set' },
      { reason: 'no transcription model is set' },
    ]);
    expect(fetched).toEqual([]);
  });
});

describe('a transcription model', () => {
  const all = {
    OPENAI_API_KEY: 'k',
    OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:1/v1',
    ANTHROPIC_API_KEY: 'k',
  };
  it.each(['openai/whisper-1', 'openai-compatible/whisper'])('can be %s', async (name) => {
    expect(await resolveTranscriptionModel(name, all)).toMatchObject({ modelId: name.split('/')[1] });
  });

  it.each([
    ['openai/whisper-1', {}, /OPENAI_API_KEY is not set/],
    ['openai-compatible/whisper', {}, /OPENAI_COMPATIBLE_BASE_URL is not set/],
    ['anthropic/claude', all, /HOLDFAST_TRANSCRIPTION_MODEL: "anthropic\/claude".*openai\/<model>/],
    ['whisper', all, /not a model that transcribes/],
    ['openai/', all, /not a model that transcribes/],
  ])('cannot be %s without what it needs, named in the error', async (name, environment, message) => {
    await expect(resolveTranscriptionModel(name, environment)).rejects.toThrow(message);
  });
});
