import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveredPart, DeliveryRequest } from '../../contract/delivery.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { type TranscriptView, transcript } from '../../contract/signals.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
/** Events after which the server suggests continue-as-new. */
const SHORT_RUN = 40;

describe('a conversation that goes on in a new run', () => {
  let host: Host;
  const seen: TranscriptView[] = [];
  const deliveries: DeliveryRequest[] = [];

  beforeAll(async () => {
    host = await hostConversations(
      {
        async callModel({ upTo, turn }: ModelRequest): Promise<ModelStep> {
          const { workflowId = '', runId } = Context.current().info.workflowExecution ?? {};
          seen.push(
            await host.client.workflow.getHandle(workflowId, runId).query(transcript, { upTo, turn }),
          );
          const usage = { inputTokens: 10, outputTokens: 1 };
          return { content: [{ type: 'text', text: `answer ${turn}` }], calls: [], usage };
        },
        async deliver(request: DeliveryRequest): Promise<DeliveredPart> {
          deliveries.push(request);
          return { receipt: { messageId: `sent-${deliveries.length}` }, next: null };
        },
      },
      ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${SHORT_RUN}`],
    );
  });
  afterAll(() => host?.stop());

  it('carries what it counts and knows, but not what /new put away', async () => {
    const conversation = `telegram/${crypto.randomUUID()}`;
    const said: string[] = [];
    const say = async (text: string) => {
      const messageId = `said-${said.length + 1}`;
      said.push(messageId);
      await host.say(conversation, { text, messageId });
      await eventually(async () => {
        const { status, waiting } = await host.view(conversation);
        return deliveries.length === said.length && status === 'idle' && waiting === 0;
      });
    };
    const run = async () => (await host.client.workflow.getHandle(conversation).describe()).runId;

    await say('a secret');
    await say('/new');
    const first = await run();
    for (let turn = 2; turn < 20 && (await run()) === first; turn += 1) await say(`message ${turn}`);
    expect(await run()).not.toBe(first);
    await say('the last');

    const turns = said.length - 1;
    expect(await host.view(conversation)).toMatchObject({
      turns,
      usage: { inputTokens: 10 * turns, outputTokens: turns },
    });
    const last = seen.at(-1);
    const texts = last?.entries.flatMap((entry) => (entry.kind === 'user' ? [entry.text] : []));
    expect(texts).toEqual([...Array.from({ length: turns - 2 }, (_, n) => `message ${n + 2}`), 'the last']);
    // Without these, looking for a lost message of ours could overwrite one from the run before.
    const sent = deliveries.slice(0, -1).map((_, index) => `sent-${index + 1}`);
    expect(last?.target.knownMessageIds.toSorted()).toEqual([...said, ...sent].toSorted());
    // Delivery ids go on from one beginning, each once, or a platform would take a new reply for an old one.
    expect(new Set(deliveries.map(({ deliveryId }) => deliveryId)).size).toBe(deliveries.length);
    expect(new Set(deliveries.map(({ deliveryId }) => deliveryId.split('.')[0]))).toEqual(new Set([first]));
    const replies = deliveries.map(({ reply }) => reply);
    expect(replies).toEqual(replies.toSorted((one, other) => one - other));
  });
});
