import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveredPart } from '../../contract/delivery.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { type ConversationView, view } from '../../contract/signals.ts';
import type { Entry } from '../../contract/transcript.ts';
import { ChangeFeed } from '../../gateway/change-feed.ts';
import { Conversations } from '../../gateway/conversations.ts';
import { follow } from '../../gateway/follow.ts';
import { hostConversations } from '../support/conversation-host.ts';

/** Events after which the server suggests continue-as-new. */
const SHORT_RUN = 40;
const CONVERSATION = 'web/far-ahead';

/** A conversation that has gone on for several runs, and in each has put away what was said. */
describe('who comes back to a conversation that has gone on without them', () => {
  let host: Awaited<ReturnType<typeof hostConversations>>;
  let runs: string[];

  beforeAll(async () => {
    const usage = { inputTokens: 10, outputTokens: 1 };
    host = await hostConversations(
      {
        callModel: async ({ turn }: ModelRequest): Promise<ModelStep> => ({
          content: [{ type: 'text', text: `answer ${turn}` }],
          calls: [],
          usage,
        }),
        deliver: async (): Promise<DeliveredPart> => ({ receipt: { messageId: 'sent' }, next: null }),
      },
      ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${SHORT_RUN}`],
    );
    const run = async () => (await host.client.workflow.getHandle(CONVERSATION).describe()).runId;
    const seen = new Set<string>();
    for (let turn = 1; seen.size < 4; turn += 1) {
      for (const text of [`message ${turn}`, '/new']) await host.say(CONVERSATION, { text });
      await host.settled(CONVERSATION, 1);
      seen.add(await run());
    }
    runs = [...seen];
  });
  afterAll(() => host?.stop());

  /** What a reader is told until they have read all there is, from runs other than one that is forgotten. */
  async function read(
    after: number,
    forgotten?: string,
  ): Promise<{ entries: Entry[]; views: ConversationView[] }> {
    const conversations = new (class extends Conversations {
      override async read(workflowId: string, cursor: number, run?: string) {
        return run !== undefined && run === forgotten ? undefined : super.read(workflowId, cursor, run);
      }
    })(
      host.client,
      () => DEFAULT_SETTINGS,
      () => 'mention',
    );
    const changes = new ChangeFeed(host.client);
    const stop = new AbortController();
    const views: ConversationView[] = [];
    const { seq } = await host.view(CONVERSATION);
    for await (const seen of follow(CONVERSATION, after, { conversations, changes }, stop.signal)) {
      views.push(seen);
      if (seen.entries.at(-1)?.seq === seq) stop.abort();
    }
    return { entries: views.flatMap(({ entries }) => entries), views };
  }
  const numbers = ({ entries }: { entries: Entry[] }) => entries.map(({ seq }) => seq);
  const upTo = (last: number, first: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);

  it('is told all of it, once and in order, and only how things are now', async () => {
    const { seq, turns, status } = await host.view(CONVERSATION);
    for (const after of [2, Math.floor(seq / 2)]) {
      const told = await read(after);
      expect(numbers(told)).toEqual(upTo(seq, after + 1));
      expect(new Set(told.views.map((one) => one.turns))).toEqual(new Set([turns]));
      expect(new Set(told.views.map((one) => one.status))).toEqual(new Set([status]));
    }
  });

  it('is shown what it still has when they see it for the first time', async () => {
    const { seq, entries } = await host.view(CONVERSATION);
    expect(entries.length).toBeLessThan(seq / 2);
    expect((await read(0)).entries).toEqual(entries);
  });

  it('is told what is left where Temporal no longer keeps a run', async () => {
    const [forgotten, kept] = runs;
    const left = await host.client.workflow.getHandle(CONVERSATION, kept).query(view, 0);
    const numbersLeft = left.entries.map(({ seq }) => seq);
    expect(numbersLeft[0]).toBeGreaterThan(3);
    const { seq } = await host.view(CONVERSATION);
    expect(numbers(await read(2, forgotten))).toEqual([...numbersLeft, ...upTo(seq, left.seq + 1)]);
  });
});
