import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../contract/message.ts';
import type { ModelRequest, ModelStep, Usage } from '../../contract/model-step.ts';
import type { ConversationSettings } from '../../contract/settings.ts';
import { transcript } from '../../contract/signals.ts';
import type { ReplyEntry, UserEntry } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;

describe('what a conversation spends, and when it starts afresh', () => {
  let host: Host;
  let steps: (request: ModelRequest) => ModelStep;
  /** The texts that the model was shown in its last call. */
  let shown: string[];
  let gate: PromiseWithResolvers<void>;
  const id = () => `web/${crypto.randomUUID()}`;
  const say = (usage: Usage): ModelStep => ({ content: [{ type: 'text', text: 'yes' }], calls: [], usage });
  const look = (usage: Usage): ModelStep => ({
    content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: {} }],
    calls: [{ id: 'c1', policy: { effect: 'read', timeoutMs: 20_000, attempts: 1 } }],
    usage,
  });

  beforeAll(async () => {
    host = await hostConversations({
      async callModel(request: ModelRequest) {
        const { workflowId = '' } = Context.current().info.workflowExecution ?? {};
        const { entries } = await host.client.workflow
          .getHandle(workflowId)
          .query(transcript, { upTo: request.upTo, turn: request.turn });
        shown = entries.flatMap((entry) => (entry.kind === 'user' ? [entry.text] : []));
        return steps(request);
      },
      async look() {
        await gate.promise;
        return 'seen';
      },
      transcribe: async () => ({
        transcripts: [{ text: 'words' }],
        usage: { inputTokens: 50, outputTokens: 5, cost: 0.5 },
      }),
      compact: async () => ({ text: 'all of it', usage: { inputTokens: 30, outputTokens: 3, cost: 0.25 } }),
    });
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    steps = () => say({ inputTokens: 10, outputTokens: 1 });
    gate = Promise.withResolvers();
  });

  async function ask(
    conversation: string,
    message: string | (Partial<InboundMessage> & { text: string }),
    settings: Partial<ConversationSettings> = {},
  ): Promise<ReplyEntry> {
    const sent = await host.say(
      conversation,
      typeof message === 'string' ? { text: message } : message,
      settings,
    );
    return eventually(async () =>
      (await host.view(conversation)).entries.find(
        (entry): entry is ReplyEntry => entry.kind === 'reply' && entry.answers.includes(sent),
      ),
    );
  }

  it('is told of each turn, of the conversation and of the day, cost where it is known', async () => {
    const conversation = id();
    steps = ({ turn, step }) => {
      if (turn === 1)
        return step === 1
          ? look({ inputTokens: 1000, outputTokens: 10, cachedInputTokens: 600, cost: 0.01 })
          : say({ inputTokens: 1100, outputTokens: 20, cachedInputTokens: 1000, cost: 0.02 });
      return say({ inputTokens: 200, outputTokens: 2 });
    };
    const running = ask(conversation, 'much');
    await eventually(async () => (await host.view(conversation)).running.length === 1);
    const early = await ask(conversation, '/usage');
    expect(early.text).toMatch(
      /^- This turn so far: 1000 tokens in \(600 of them cached\), 10 out, \$0\.0100$/m,
    );
    gate.resolve();
    expect((await running).usage).toEqual({
      inputTokens: 2100,
      outputTokens: 30,
      cachedInputTokens: 1600,
      cost: 0.03,
    });
    const second = await ask(conversation, 'no price for this');
    expect(second.usage).toEqual({ inputTokens: 200, outputTokens: 2 });
    const { text, usage: none } = await ask(conversation, '/usage');
    expect(none).toBeUndefined();
    expect(text).toContain('The last turn: 200 tokens in, 2 out\n');
    const all = '2300 tokens in (1600 of them cached), 32 out, at least $0.0300';
    expect(text).toContain(`This conversation: ${all}`);
    expect(text).toContain(`Today (UTC) in this conversation: ${all}`);
    const { usage: total, usageByDay } = await host.view(conversation);
    expect(total).toMatchObject({ inputTokens: 2300, outputTokens: 32, costIsPartial: true });
    expect(Object.values(usageByDay)).toEqual([total]);
    expect(Object.keys(usageByDay)[0]).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('counts the words of voice messages to their turn, and summaries to the conversation', async () => {
    const conversation = id();
    steps = () => say({ inputTokens: 10, outputTokens: 1, cost: 0.1 });
    const voice = { text: '', attachments: [{ kind: 'audio' as const, ref: 'v' }] };
    expect((await ask(conversation, voice)).usage).toEqual({
      inputTokens: 60,
      outputTokens: 6,
      cost: 0.6,
    });
    await ask(conversation, 'two');
    await ask(conversation, 'three');
    await ask(conversation, '/compact');
    const { usage: total } = await host.view(conversation);
    expect(total).toEqual({ inputTokens: 110, outputTokens: 11, cost: expect.closeTo(1.05) });
    expect((await ask(conversation, '/usage')).text).toContain('The last turn: 10 tokens in, 1 out, $0.1000');
  });

  const idle = (ms: number) => ({ reset: { idleMs: ms } });
  const day = (of: string) => ({ reset: { day: of, at: '04:00 Europe/Berlin' } });
  const TOLD_IDLE =
    /\n\n\(I answered this without what was said before: .* after a minute without a message\.\)$/;
  const TOLD_DAY = /\n\n\(I answered this without .* every day at 04:00 Europe\/Berlin\.\)$/;

  it('starts afresh after an idle time, and tells the user so in the reply', async () => {
    const conversation = id();
    expect((await ask(conversation, 'one', idle(600_000))).text).toBe('yes');
    expect((await ask(conversation, 'two', idle(600_000))).text).toBe('yes');
    expect(shown).toEqual(['one', 'two']);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await ask(conversation, 'three', idle(10))).text).toMatch(TOLD_IDLE);
    expect(shown).toEqual(['three']);
  });

  it('counts the idle time from the answer, however long the turn took', async () => {
    const conversation = id();
    steps = ({ turn, step }) =>
      turn === 1 && step === 1
        ? look({ inputTokens: 1, outputTokens: 1 })
        : say({ inputTokens: 1, outputTokens: 1 });
    const first = ask(conversation, 'one', idle(3_000));
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    gate.resolve();
    await first;
    expect((await ask(conversation, 'two', idle(3_000))).text).toBe('yes');
    expect(shown).toEqual(['one', 'two']);
  });

  it('starts afresh at the first message of another day', async () => {
    const conversation = id();
    await ask(conversation, 'one', day('2026-11-24'));
    expect((await ask(conversation, 'two', day('2026-11-24'))).text).toBe('yes');
    expect((await ask(conversation, 'three', day('2026-11-25'))).text).toMatch(TOLD_DAY);
    // Another gateway's clock may be behind.
    expect((await ask(conversation, 'four', day('2026-11-24'))).text).toBe('yes');
    expect((await ask(conversation, 'five', day('2026-11-25'))).text).toBe('yes');
    expect(shown).toEqual(['three', 'four', 'five']);
  });

  it('does not by what holdfast itself puts in, and that is no sign of life either', async () => {
    const conversation = id();
    const due = {
      text: 'reminder',
      internal: { kind: 'schedule' as const, id: 's', when: 'now', dueAt: Date.now() },
    };
    await ask(conversation, 'one', day('2026-11-24'));
    expect((await ask(conversation, due, day('2026-11-25'))).text).toBe('yes');
    expect(shown).toEqual(['one', 'reminder']);
    expect((await ask(conversation, 'two', day('2026-11-25'))).text).toMatch(TOLD_DAY);
    expect(shown).toEqual(['two']);
  });

  it('says nothing where there is nothing to forget, and /retry goes back to what was said', async () => {
    const conversation = id();
    await ask(conversation, 'one', day('2026-11-24'));
    await ask(conversation, '/new', day('2026-11-24'));
    expect((await ask(conversation, 'two', day('2026-11-25'))).text).toBe('yes');
    expect((await ask(conversation, '/retry', day('2026-11-26'))).text).toBe('yes');
    expect(shown).toEqual(['two']);
    const entries: UserEntry[] = (await host.view(conversation)).entries.filter(
      (entry): entry is UserEntry => entry.kind === 'user',
    );
    expect(entries.map(({ text }) => text)).toEqual(['one', '/new', 'two', '/retry', 'two']);
  });
});
