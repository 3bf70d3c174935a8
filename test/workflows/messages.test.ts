import { ApplicationFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VoiceRequest } from '../../activities/activities.ts';
import type { DeliveryRequest } from '../../contract/delivery.ts';
import type { Attachment } from '../../contract/message.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { type DeliveryTarget, reply, type TranscriptView, transcript } from '../../contract/signals.ts';
import type { UserEntry, VoiceTranscript } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
const usage = { inputTokens: 1, outputTokens: 1 };
const photo: Attachment = { kind: 'image', ref: 'photo-1' };
const voice: Attachment = { kind: 'audio', ref: 'voice-1' };
const QUEUE = { whileBusy: 'queue' } as const;

/** Messages that are changed while they wait, and what comes with messages. */
describe('messages of a conversation', () => {
  let host: Host;
  /** What the model was shown, call by call. */
  let shown: TranscriptView[];
  let targets: DeliveryTarget[];
  let listened: VoiceRequest[];
  let listen: (request: VoiceRequest) => VoiceTranscript[] | Promise<VoiceTranscript[]>;
  let gate: PromiseWithResolvers<void>;
  /** The model calls the held tool `look` in its first step of these turns. */
  let looking: number[];
  const id = () => `telegram/${crypto.randomUUID()}`;

  beforeAll(async () => {
    const handle = () => {
      const { workflowId, runId } = Context.current().info.workflowExecution ?? { workflowId: '', runId: '' };
      return host.client.workflow.getHandle(workflowId, runId);
    };
    host = await hostConversations({
      async callModel({ upTo, turn, step }: ModelRequest): Promise<ModelStep> {
        shown.push(await handle().query(transcript, { upTo, turn }));
        if (step > 1 || !looking.includes(turn))
          return { content: [{ type: 'text', text: `answer ${turn}` }], calls: [], usage };
        return {
          content: [{ type: 'tool-call', toolCallId: `c${turn}`, toolName: 'look', input: {} }],
          calls: [{ id: `c${turn}`, policy: { effect: 'read', timeoutMs: 20_000, attempts: 2 } }],
          usage,
        };
      },
      async look() {
        await gate.promise;
        return 'seen';
      },
      async deliver(request: DeliveryRequest) {
        targets.push((await handle().query(reply, request.reply)).target);
        return { receipt: { messageId: `sent-${targets.length}` }, next: null };
      },
      async transcribe(request: VoiceRequest) {
        listened.push(request);
        return { transcripts: await listen(request), usage: { inputTokens: 100, outputTokens: 3 } };
      },
    });
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    shown = [];
    targets = [];
    listened = [];
    looking = [];
    listen = () => [{ text: 'hello there' }];
    gate = Promise.withResolvers();
  });

  /** The first turn runs, and its tool is held. */
  async function busy(conversation: string): Promise<void> {
    looking = [1];
    await host.say(conversation, { text: 'first', messageId: '1' }, QUEUE);
    await eventually(async () => (await host.view(conversation)).running.length === 1);
  }
  const usersIn = (entries: { kind: string }[]) =>
    entries.filter((entry): entry is UserEntry => entry.kind === 'user');

  it('one that is deleted while it waits is never answered, the others are', async () => {
    const conversation = id();
    await busy(conversation);
    await host.say(conversation, { text: 'regretted', messageId: '2' }, QUEUE);
    await host.say(conversation, { text: 'meant', messageId: '3' }, QUEUE);
    await host.say(conversation, { text: '', messageId: '2', deleted: true, id: 'deletion of 2' }, QUEUE);
    await host.say(conversation, { text: '', messageId: '2', deleted: true, id: 'deletion of 2' }, QUEUE);
    gate.resolve();
    const { entries, turns } = await host.settled(conversation, 2);
    expect(usersIn(entries).map(({ text }) => text)).toEqual(['first', 'meant']);
    expect(turns).toBe(2);
    expect(JSON.stringify(shown)).not.toContain('regretted');
  });

  it('one that was taken already stays when it is deleted, and nothing is said', async () => {
    const conversation = id();
    await busy(conversation);
    await host.say(conversation, { text: '', messageId: '1', deleted: true });
    await host.say(conversation, { text: '', messageId: 'never heard of', deleted: true });
    gate.resolve();
    await host.say(conversation, { text: 'next', messageId: '4' }, QUEUE);
    const { entries, turns } = await host.settled(conversation, 2);
    expect(usersIn(entries).map(({ text }) => text)).toEqual(['first', 'next']);
    expect(turns).toBe(2);
  });

  it('an edit of one that waits replaces its text, attachments and quote', async () => {
    const conversation = id();
    await busy(conversation);
    await host.say(
      conversation,
      { id: 'e2', text: 'with a pohto', messageId: '2', attachments: [photo], quote: 'old' },
      QUEUE,
    );
    await host.say(conversation, { id: 'e3', text: 'bare', messageId: '3' }, QUEUE);
    const edited = { edited: true } as const;
    await host.say(conversation, { text: 'no photo', messageId: '2', ...edited }, QUEUE);
    await host.say(
      conversation,
      { text: 'dressed', messageId: '3', attachments: [photo], quote: 'new', ...edited },
      QUEUE,
    );
    gate.resolve();
    const { entries } = await host.settled(conversation, 3);
    const [, second, third] = usersIn(entries);
    expect(second).toEqual({
      kind: 'user',
      id: 'e2',
      messageId: '2',
      text: 'no photo',
      seq: second?.seq,
      turn: 2,
      at: second?.at,
    });
    expect(third).toMatchObject({ id: 'e3', text: 'dressed', attachments: [photo], quote: 'new' });
  });

  it('one that comes only after its edit or its deletion is out of date, and changes nothing', async () => {
    const conversation = id();
    await busy(conversation);
    await host.say(conversation, { text: 'new wording', messageId: '2', edited: true }, QUEUE);
    await host.say(conversation, { text: '', messageId: '3', deleted: true }, QUEUE);
    await host.say(conversation, { text: 'old wording', messageId: '2' }, QUEUE);
    await host.say(conversation, { text: 'taken back', messageId: '3' }, QUEUE);
    gate.resolve();
    await host.settled(conversation, 2);
    await host.say(conversation, { text: 'old wording, later', messageId: '2' }, QUEUE);
    await host.say(conversation, { text: 'last', messageId: '4' }, QUEUE);
    const { entries } = await host.settled(conversation, 3);
    expect(usersIn(entries).map(({ text }) => text)).toEqual(['first', 'new wording', 'last']);
  });

  it('an edit makes a waiting message a command, or a command a message', async () => {
    const conversation = id();
    await busy(conversation);
    const edited = { edited: true } as const;
    await host.say(conversation, { text: 'a word', messageId: '2' }, QUEUE);
    await host.say(conversation, { text: '/new', messageId: '3' }, QUEUE);
    await host.say(conversation, { text: 'a question', messageId: '3', ...edited }, QUEUE);
    await host.say(conversation, { text: '/status', messageId: '2', ...edited }, QUEUE);
    const during = await eventually(async () => {
      const { entries } = await host.view(conversation);
      return entries.some((entry) => entry.kind === 'reply') && entries;
    });
    expect(during.at(-1)).toMatchObject({ status: 'command', text: expect.stringMatching(/^Working/) });
    gate.resolve();
    const { turns } = await host.settled(conversation, 3);
    expect(turns).toBe(2);
    expect(usersIn(shown.at(-1)?.entries ?? []).map(({ text }) => text)).toEqual(['first', 'a question']);
  });

  it('a command comes to the front when what it waited behind is deleted', async () => {
    const conversation = id();
    await busy(conversation);
    await host.say(conversation, { text: 'regretted', messageId: '2' }, QUEUE);
    await host.say(conversation, { text: '/new', messageId: '3' }, QUEUE);
    await host.say(conversation, { text: '', messageId: '2', deleted: true }, QUEUE);
    const { entries, turns } = await host.settled(conversation, 2);
    const replies = entries.filter((entry) => entry.kind === 'reply').map(({ status }) => status);
    expect(replies).toEqual(['interrupted', 'command']);
    expect(turns).toBe(1);
    gate.resolve();
  });

  it('an edit without a message id is a message: nothing that waits is meant', async () => {
    const conversation = id();
    await busy(conversation);
    await host.say(conversation, { text: 'waits' }, QUEUE);
    await host.say(conversation, { text: 'another', edited: true }, QUEUE);
    gate.resolve();
    const { entries } = await host.settled(conversation, 3);
    expect(usersIn(entries).map(({ text }) => text)).toEqual(['first', 'waits', 'another']);
  });

  it('the model sees attachments and quote, but not where to answer; one without text is a message', async () => {
    const conversation = id();
    await host.say(conversation, {
      text: '',
      attachments: [photo],
      quote: 'what you said',
      returnAddress: { token: 'of the platform' },
    });
    await host.settled(conversation, 1);
    expect(shown[0]?.entries).toMatchObject([{ text: '', attachments: [photo], quote: 'what you said' }]);
    expect(JSON.stringify(shown[0]?.entries)).not.toContain('of the platform');
    expect(targets[0]?.returnAddress).toEqual({ token: 'of the platform' });
  });

  it('a reply goes to the return address of the latest message that has one', async () => {
    const conversation = id();
    looking = [1];
    await host.say(conversation, { text: 'first', messageId: '1', returnAddress: { token: 'a' } });
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    await host.say(conversation, { text: 'second', messageId: '2', returnAddress: { token: 'b' } });
    await host.say(conversation, { text: 'third', messageId: '3' });
    gate.resolve();
    await host.settled(conversation, 1);
    expect(targets[0]).toMatchObject({ inReplyTo: '3', returnAddress: { token: 'b' } });
    await host.say(conversation, { text: 'by the HTTP API' });
    await host.settled(conversation, 2);
    expect(targets[1]).not.toHaveProperty('returnAddress');
  });

  it('voice messages are words before the model sees them, recorded once', async () => {
    const conversation = id();
    await host.say(conversation, { text: '', attachments: [photo, voice] });
    const { entries } = await host.settled(conversation, 1);
    const transcripts = [{ text: 'hello there' }];
    expect(shown[0]?.entries).toMatchObject([{ transcripts }]);
    expect(usersIn(entries)).toMatchObject([{ transcripts }]);
    await host.say(conversation, { text: 'and now?', attachments: [photo] });
    await host.settled(conversation, 2);
    expect(listened).toEqual([{ conversation, seq: 1 }]);
  });

  it('a voice message that comes in the middle of a turn is words too', async () => {
    const conversation = id();
    looking = [1];
    await host.say(conversation, { text: 'first' });
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    await host.say(conversation, { text: '', attachments: [voice] });
    gate.resolve();
    await host.settled(conversation, 1);
    expect(usersIn(shown[1]?.entries ?? [])[1]).toMatchObject({ transcripts: [{ text: 'hello there' }] });
  });

  it('a voice message that cannot be transcribed is a note, and the turn goes on', async () => {
    const conversation = id();
    listen = () => {
      throw ApplicationFailure.nonRetryable('the ear is broken');
    };
    await host.say(conversation, { text: 'listen', attachments: [voice, voice] });
    const { entries } = await host.settled(conversation, 1);
    const reason = 'the ear is broken';
    expect(shown[0]?.entries).toMatchObject([{ transcripts: [{ reason }, { reason }] }]);
    expect(entries.at(-1)).toMatchObject({ kind: 'reply', status: 'answered' });
  });

  it('a voice message that takes too long leaves the model time to answer without it', async () => {
    const conversation = id();
    listen = async () => {
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 100);
      return context.cancelled.finally(() => clearInterval(beat));
    };
    const limits = { steps: 5, seconds: 4, failures: 1 };
    await host.say(conversation, { text: 'listen', attachments: [voice] }, { limits });
    const { entries } = await host.settled(conversation, 1);
    expect(entries.at(-1)).toMatchObject({ kind: 'reply', status: 'answered' });
    expect(usersIn(entries)[0]?.transcripts).toEqual([{ reason: 'it took too long to transcribe' }]);
  });

  it('/stop does not wait for a voice message; the next turn listens to it again', async () => {
    const conversation = id();
    listen = async () => {
      if (listened.length > 1) return [{ text: 'heard later' }];
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 100);
      return context.cancelled.finally(() => clearInterval(beat));
    };
    await host.say(conversation, { text: '', attachments: [voice] });
    await eventually(() => listened.length === 1);
    await host.say(conversation, { text: '/stop' });
    const { entries } = await host.settled(conversation, 1);
    expect(entries.at(-1)).toMatchObject({ kind: 'reply', status: 'stopped' });
    await host.say(conversation, { text: 'well?' });
    await host.settled(conversation, 2);
    expect(usersIn(shown[0]?.entries ?? [])[0]).toMatchObject({ transcripts: [{ text: 'heard later' }] });
  });
});
