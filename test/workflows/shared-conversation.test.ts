import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { InboundMessage } from '../../contract/message.ts';
import type { Place } from '../../contract/place.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { places } from '../../contract/signals.ts';
import { Conversations } from '../../gateway/conversations.ts';
import { shared } from '../../gateway/shared-conversation.ts';
import { eventually } from '../support/eventually.ts';
import { answer, calls, DoorStage } from './door-stage.ts';

const phone: Place = { platform: 'telegram', conversation: '7001' };
const desk: Place = { platform: 'http', conversation: 'orders/1 ü' };

describe('a conversation that the identities of a person share', () => {
  let stage: DoorStage;
  let person = '';

  beforeAll(async () => {
    stage = await DoorStage.start();
  });
  afterAll(() => stage?.stop());
  beforeEach(() => {
    person = `ada-${crypto.randomUUID().slice(0, 8)}`;
    stage.model = ({ heard }) => answer(`re: ${heard.map(({ text }) => text).join(', ')}`);
    stage.gate = Promise.withResolvers();
    stage.sent.length = 0;
    stage.ran.length = 0;
  });

  /** As the gateway stores it. */
  async function write(
    place: Place,
    message: Partial<InboundMessage> & { text: string },
    whileBusy = 'queue' as 'queue' | 'steer',
  ) {
    const whole = { id: crypto.randomUUID(), sender: { id: '1' }, ...message };
    const access = { role: 'user', person, shares: true } as const;
    const { id, message: placed } = shared({ id: place, message: whole }, access);
    await stage.say(`${id.platform}/${id.conversation}`, '1', placed.text, access, { ...placed, whileBusy });
  }
  const sent = async (count: number) => {
    await eventually(() => stage.sent.length >= count, { what: `${count} messages out` });
    return stage.sent.map(({ text, target }) => ({ text, at: target.platform, to: target.conversation }));
  };

  it('has one context, and answers each message where it was written', async () => {
    await write(phone, { text: 'from the phone', messageId: '5' });
    await sent(1);
    await write(desk, { id: 'evt', text: 'from the desk', messageId: '5' });
    await sent(2);
    await write(phone, { text: 'back', messageId: '6' });
    expect(await sent(3)).toEqual([
      { text: 're: from the phone', at: 'telegram', to: '7001' },
      { text: 're: from the phone, from the desk', at: 'http', to: 'orders/1 ü' },
      { text: 're: from the phone, from the desk, back', at: 'telegram', to: '7001' },
    ]);
    expect(stage.sent.map(({ target }) => target.inReplyTo)).toEqual(['5', '5', '6']);
    expect(stage.sent[1]?.target.answers).toBe('evt');
    expect(stage.sent[1]?.target.knownMessageIds).toEqual(['5']);
    // Our own first message there, and none of the other place.
    expect(stage.sent[2]?.target.knownMessageIds).toEqual(['5', 'sent-1', '6']);
    expect(await stage.host.client.workflow.getHandle(`person/${person}`).query(places)).toEqual([
      desk,
      phone,
    ]);
    // A listener looks there too for what it has missed.
    const conversations = new Conversations(
      stage.host.client,
      () => DEFAULT_SETTINGS,
      () => 'mention',
    );
    await eventually(async () => (await conversations.of('telegram')).includes('7001'));
    expect(await conversations.of('slack')).toEqual([]);
  });

  it('tells apart what two places name the same', async () => {
    stage.model = ({ request, heard }) =>
      request.turn === 1 && request.step === 1 ? calls('hold') : answer(`re: ${heard.at(-1)?.text}`);
    await write(phone, { text: 'hold' });
    await eventually(() => stage.ran.length === 1);
    expect(stage.ran[0]).toMatchObject({ conversation: `person/${person}`, place: phone });
    for (const place of [phone, desk, phone, desk])
      await write(place, { id: '9', text: `at ${place.platform}`, messageId: '9' });
    await write(desk, { id: '10', text: 'reworded', messageId: '9', edited: true });
    stage.gate.resolve();
    expect((await sent(3)).map(({ text, at }) => [text, at])).toEqual([
      ['re: hold', 'telegram'],
      ['re: at telegram', 'telegram'],
      ['re: reworded', 'http'],
    ]);
  });

  it('answers a turn that heard both where it was written last, in a message of its own', async () => {
    const streamed = { receipt: { messageId: 'at-telegram' }, shown: { next: null } };
    stage.model = ({ request, heard }) =>
      request.step === 1
        ? { ...calls('hold'), streamed }
        : answer(`re: ${heard.map(({ text }) => text).join(', ')}`);
    await write(phone, { text: 'one' });
    await eventually(() => stage.ran.length === 1);
    await write(desk, { text: 'two' }, 'steer');
    stage.gate.resolve();
    expect(await sent(1)).toEqual([{ text: 're: one, two', at: 'http', to: 'orders/1 ü' }]);
    const [{ request }] = stage.sent as [(typeof stage.sent)[number]];
    expect(request.receipt).toBeUndefined();
    expect(request.deliveryId).toMatch(/\.t1\.p1$/);
  });

  it('/stop from elsewhere ends the reply where it began, and says so here too', async () => {
    stage.model = async () => {
      await untilStopped();
      return {
        ...answer('half a sen'),
        stopped: true,
        streamed: { receipt: { messageId: 'at-telegram' }, shown: { next: null } },
      };
    };
    await write(phone, { text: 'speak' });
    await eventually(async () => (await stage.host.view(`person/${person}`)).writing);
    await write(desk, { text: '/stop' });
    const all = await sent(2);
    expect(all).toContainEqual({ text: 'half a sen\n\nStopped.', at: 'telegram', to: '7001' });
    expect(all).toContainEqual({ text: 'Stopped.', at: 'http', to: 'orders/1 ü' });
    expect(stage.sent.find(({ target }) => target.platform === 'telegram')?.request.receipt).toEqual({
      messageId: 'at-telegram',
    });
  });

  it('speaks by itself where the person wrote last, and keeps to itself what was written nowhere', async () => {
    const conversation = `person/${person}`;
    await stage.say(conversation, '1', 'by the API', { role: 'owner' }, { sender: { id: 'x' } });
    await stage.replies(conversation, 1);
    expect(stage.sent).toEqual([]);
    await write(phone, { text: 'one' });
    await write(desk, { text: 'two' });
    await sent(2);
    await stage.host.say(conversation, { text: 'Think of it!', internal: { kind: 'notice' } });
    expect((await sent(3)).at(-1)).toEqual({ text: 'Think of it!', at: 'http', to: 'orders/1 ü' });
  });

  it('replays every history of these tests', async () => {
    const histories = stage.host.client.workflow
      .list({ query: `WorkflowType = 'conversation'` })
      .intoHistories();
    let replayed = 0;
    for await (const { error } of Worker.runReplayHistories(
      { workflowBundle: { codePath: inject('workflowBundle') } },
      histories,
    )) {
      expect(error).toBeUndefined();
      replayed += 1;
    }
    expect(replayed).toBe(5);
  });
});

/** What an activity does that runs until its turn is stopped. */
async function untilStopped(): Promise<void> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 100);
  await context.cancelled.catch(() => {});
  clearInterval(beat);
}
