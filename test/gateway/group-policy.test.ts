import { isGrpcServiceError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../config/environment.ts';
import { createGroupPolicy } from '../../config/group-policy.ts';
import { createPlatforms } from '../../config/platforms.ts';
import type { GroupPolicy } from '../../contract/access.ts';
import type { InboundMessage } from '../../contract/message.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { Conversations } from '../../gateway/conversations.ts';
import { createWebhooks } from '../../gateway/webhooks.ts';
import type { WebhookRequest } from '../../platforms/platform.ts';
import type { Rig } from '../fakes/rig.ts';
import { RIGS } from '../fakes/rigs.ts';
import { hostConversations } from '../support/conversation-host.ts';

const NOT_FOUND = 5;

/** What is written in groups is stored as the operator chose, and nothing begins by what is not. */
describe('what the operator wants of groups', () => {
  let host: Awaited<ReturnType<typeof hostConversations>>;
  const rigs: Rig[] = [];
  beforeAll(async () => {
    host = await hostConversations({
      callModel: async () => ({
        content: [{ type: 'text', text: 'Well.' }],
        calls: [],
        usage: { inputTokens: 1, outputTokens: 1 },
      }),
      deliver: async () => ({ receipt: { messageId: 'm1' }, next: null }),
    });
  });
  afterAll(async () => {
    await Promise.all(rigs.map((rig) => rig.close()));
    await host?.stop();
  });

  const newConversations = (policy?: GroupPolicy) =>
    new Conversations(host.client, () => DEFAULT_SETTINGS, policy ? () => policy : createGroupPolicy({}));

  /** A gateway with one platform; `send` resolves with the workflow id of the conversation. */
  async function startGateway(name: string, policy?: GroupPolicy) {
    const rig = await RIGS[name]?.();
    const platforms = await createPlatforms(readEnvironment(rig?.env ?? {}));
    const platform = platforms.get(name);
    if (!rig?.group?.toOthers || !platform) throw new Error(`${name} has no groups`);
    rigs.push(rig);
    const conversations = newConversations(policy);
    const log = { warn() {}, debug() {} };
    const app = createWebhooks({ conversations, platforms, missingSecrets: () => undefined, log });
    const send = async (request: WebhookRequest) => {
      const { method, headers, body } = request;
      const response = await app.request(`/${name}`, { method, headers, body: Buffer.from(body) });
      expect(response.status).toBe(200);
      const [received] = (await platform.inbound.receive(request)).messages;
      return `${name}/${received?.conversation}`;
    };
    const { toBot, toOthers } = rig.group;
    return { rig, send, toBot, toOthers };
  }

  /** The messages that Temporal has of a conversation; none if there is no such conversation. */
  async function stored(workflowId: string): Promise<InboundMessage[]> {
    try {
      const { events } = await host.client.workflow.getHandle(workflowId).fetchHistory();
      return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
        const data = signal?.input?.payloads?.[0]?.data;
        return data ? [JSON.parse(Buffer.from(data).toString()) as InboundMessage] : [];
      });
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === NOT_FOUND) return [];
      throw error;
    }
  }

  it('if nothing is said: what is for the bot, and nothing else', async () => {
    const { send, toBot, toOthers } = await startGateway('telegram');
    const chatter = await toOthers('lunch?');
    const group = await send(chatter);
    expect(await stored(group)).toEqual([]);
    expect(await send(await toBot('are you there?'))).toBe(group);
    await send(chatter);
    await send(await toOthers('or dinner?'));
    expect(await stored(group)).toMatchObject([{ text: 'are you there?', group: true }]);
  });

  it('what was not taken is not reworded or taken back either', async () => {
    const id = { platform: 'slack', conversation: 'C0LUNCH' };
    const message = { messageId: '1', text: 'lunch?', group: true, unaddressed: true } as const;
    for (const policy of [undefined, 'mention', 'never'] as const) {
      const conversations = newConversations(policy);
      expect(await conversations.store({ id, message: { ...message, id: '1' } })).toBe(false);
      expect(await conversations.store({ id, message: { ...message, id: '2', edited: true } })).toBe(false);
      expect(await conversations.store({ id, message: { ...message, id: '3', deleted: true } })).toBe(false);
    }
    expect(await stored('slack/C0LUNCH')).toEqual([]);
  });

  it('always: all of it, each once, and whom it was for is not kept', async () => {
    const { send, toBot, toOthers } = await startGateway('line', 'always');
    const chatter = await toOthers('lunch?');
    const group = await send(chatter);
    await host.settled(group, 1);
    expect(await send(chatter)).toBe(group);
    await send(await toBot('and you?'));
    const { entries } = await host.settled(group, 2);
    const heard = entries.filter((entry) => entry.kind === 'user').map(({ text }) => text);
    expect(heard).toEqual(['lunch?', 'and you?']);
    for (const message of await stored(group)) {
      expect(message.group).toBe(true);
      expect(message).not.toHaveProperty('unaddressed');
    }
  });

  it('never: not even what is for the bot, but all that is written to it alone', async () => {
    const { rig, send, toBot, toOthers } = await startGateway('whatsapp', 'never');
    expect(await stored(await send(await toOthers('lunch?')))).toEqual([]);
    expect(await stored(await send(await toBot('are you there?')))).toEqual([]);
    const alone = await send(await rig.say(1, 'Hello'));
    const [message, ...more] = await stored(alone);
    expect(message?.text).toBe('Hello');
    expect(message).not.toHaveProperty('group');
    expect(more).toEqual([]);
  });

  it('is asked for the very place', async () => {
    const asked: string[] = [];
    const conversations = new Conversations(
      host.client,
      () => DEFAULT_SETTINGS,
      (platform, conversation) => {
        asked.push(`${platform} ${conversation}`);
        return 'never';
      },
    );
    const message = { id: '1', text: 'Hi', group: true } as const;
    await conversations.store({ id: { platform: 'telegram', conversation: '-100/42' }, message });
    expect(asked).toEqual(['telegram -100/42']);
  });
});
