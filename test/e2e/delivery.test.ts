import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallbackReceiver } from '../fakes/http/callback-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const SECRET = `whsec_${Buffer.from('a secret of the end-to-end tests').toString('base64')}`;
const LONG = `The first words of a long answer come at once${', and more of them follow'.repeat(30)}.`;

/** The worker dies while a reply is being sent: one visible reply, complete, in one message. */
describe('SIGKILL of the worker while a reply is being sent', () => {
  let scene: Scene;
  let receiver: CallbackReceiver;

  beforeAll(async () => {
    receiver = await CallbackReceiver.start(SECRET);
    scene = await startScene({ env: { HTTP_WEBHOOK_SECRET: SECRET, HTTP_CALLBACK_URL: receiver.url } });
  });
  afterAll(async () => {
    await scene?.stop();
    await receiver?.close();
  });

  async function killAndStart(): Promise<void> {
    await scene.stack.killWorkers();
    scene.telegram.heal();
    await scene.stack.startWorker();
  }
  const isStatus = (text: string) => text.startsWith('Working:');
  const botTexts = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);

  it('Telegram has acted and holds its answer: the message is found and not sent again', async () => {
    const { stack, telegram } = scene;
    telegram.hold('sendMessage');
    telegram.say(6001, 'hello');
    await telegram.waitFor(6001);
    await killAndStart();
    await stack.replies('telegram/6001', 1);
    await sleep(1_000);
    expect(botTexts(6001)).toEqual(['echo: hello [heard 1]']);
  });

  it('Telegram, amid messages of other chats and of the same one: only our message is touched', async () => {
    const { stack, telegram } = scene;
    // Both are there before the first is answered: its reply comes after the second, where the second's is looked for.
    telegram.say(6002, plan({ delayMs: 1_000, say: 'first' }));
    telegram.say(6002, plan({ delayMs: 4_000, say: 'second' }));
    await telegram.waitFor(6002);
    telegram.say(6003, 'another chat');
    await telegram.waitFor(6003);
    telegram.hold('sendMessage');
    await telegram.waitFor(6002, ({ text }) => text.includes('second'));
    await killAndStart();
    await stack.replies('telegram/6002', 2);
    expect(botTexts(6002)).toEqual(['first [heard 1]', 'second [heard 2]']);
    expect(botTexts(6003)).toEqual(['echo: another chat [heard 1]']);
  });

  it('Telegram, in the middle of a streamed reply: it is finished in the same message', async () => {
    const { stack, telegram } = scene;
    telegram.say(6004, plan({ say: LONG, chunkDelayMs: 40 }));
    const begun = await telegram.waitFor(6004, ({ text, edits }) => text.length > 30 && edits.length > 0);
    await killAndStart();
    await stack.replies('telegram/6004', 1);
    const messages = telegram.messages(6004, 'bot');
    expect(messages.map(({ id, text }) => [id, text])).toEqual([[begun.id, `${LONG} [heard 1]`]]);
  });

  it('Telegram holds its answer to the first words of a streamed reply: they are found and gone on with', async () => {
    const { stack, telegram } = scene;
    telegram.hold('sendMessage');
    telegram.say(6010, plan({ say: LONG, chunkDelayMs: 40 }));
    const begun = await telegram.waitFor(6010);
    await killAndStart();
    await stack.replies('telegram/6010', 1);
    const messages = telegram.messages(6010, 'bot');
    expect(messages.map(({ id, text }) => [id, text])).toEqual([[begun.id, `${LONG} [heard 1]`]]);
  });

  it('a Telegram forum, where nothing can be looked for: a recorded beginning is finished in the same message', async () => {
    const { stack, telegram } = scene;
    const forum = -1_000_000_006_009;
    const conversation = `telegram/${forum}/5`;
    telegram.say(forum, '@HoldfastBot hello', { threadId: 5 });
    const hello = await telegram.waitFor(forum, ({ text }) => text === 'echo: hello [heard 1]');
    await stack.replies(conversation, 1);
    telegram.say(forum, plan({ say: LONG, chunkDelayMs: 40 }), { threadId: 5, replyTo: hello.id });
    const begun = await telegram.waitFor(forum, ({ edits }) => edits.length > 0);
    // Time for the heartbeat that records it.
    await sleep(1_000);
    await killAndStart();
    await stack.replies(conversation, 2);
    const messages = telegram.messages(forum, 'bot').map(({ id, text }) => [id, text]);
    expect(messages).toEqual([
      [hello.id, hello.text],
      [begun.id, `${LONG} [heard 2]`],
    ]);
  });

  it('Telegram, a model that is asked again: what was said meanwhile is not taken for the reply', async () => {
    const { stack, telegram, model } = scene;
    const { requests } = model;
    const before = requests.length;
    telegram.say(6012, plan({ delayMs: 3_000, say: 'answered' }));
    await eventually(() => requests.length === before + 1);
    await killAndStart();
    await eventually(() => requests.length === before + 2);
    telegram.say(6012, '/whoami');
    await stack.replies('telegram/6012', 2);
    expect(botTexts(6012)).toEqual([expect.stringContaining('telegram:'), 'answered [heard 1]']);
  });

  it('Telegram, a reply of several parts: each part is there once, in order', async () => {
    const { stack, telegram } = scene;
    const paragraph = (n: number) => `Paragraph ${n}. ${'word '.repeat(300)}`.trim();
    const say = [1, 2, 3, 4, 5, 6].map(paragraph).join('\n\n');
    telegram.say(6005, plan({ say }));
    await telegram.waitFor(6005, ({ text }) => text.includes('Paragraph 4'));
    await killAndStart();
    await stack.replies('telegram/6005', 1);
    const whole = botTexts(6005).join('\n\n');
    for (const n of [1, 2, 3, 4, 5, 6]) expect(whole.split(`Paragraph ${n}.`)).toHaveLength(2);
    expect(whole.endsWith('[heard 1]')).toBe(true);
    for (const text of botTexts(6005)) expect(text.length).toBeLessThanOrEqual(4096);
  });

  it('Telegram asks for a pause: the reply comes after it, once, and nothing is probed', async () => {
    const { stack, telegram } = scene;
    telegram.flood('sendMessage', 2, 2);
    telegram.say(6006, 'hello');
    await stack.replies('telegram/6006', 1);
    expect(botTexts(6006)).toEqual(['echo: hello [heard 1]']);
    const edits = telegram.calls.filter(
      ({ method, payload }) => method === 'editMessageText' && payload.chat_id === 6006,
    );
    expect(edits).toEqual([]);
  });

  it('Telegram holds its answer to the first words, and the user says /stop: they end in the same message', async () => {
    const { stack, telegram } = scene;
    telegram.hold('sendMessage');
    telegram.say(6008, plan({ say: LONG, chunkDelayMs: 40 }));
    await telegram.waitFor(6008);
    telegram.say(6008, '/stop');
    await stack.replies('telegram/6008', 1);
    telegram.heal();
    expect(botTexts(6008)).toEqual([expect.stringMatching(/^The first words .*\n\nStopped\.$/s)]);
  });

  it('Telegram cuts the connection after it acted, without any kill: one message', async () => {
    const { stack, telegram } = scene;
    telegram.cutAfterActing('sendMessage');
    telegram.say(6007, 'hello');
    await stack.replies('telegram/6007', 1);
    expect(botTexts(6007)).toEqual(['echo: hello [heard 1]']);
  });

  it('Telegram cuts the connection after the first words of a turn of two steps: the second goes on in the same message', async () => {
    const { stack, telegram } = scene;
    const first = 'Let me look that up for you, one moment.';
    telegram.cutAfterActing('sendMessage');
    telegram.say(6009, plan({ steps: [[['look_up', { holdMs: 500 }]]], first, say: LONG, chunkDelayMs: 20 }));
    await stack.replies('telegram/6009', 1);
    expect(botTexts(6009)).toEqual([`${first}\n\n${LONG} [heard 1]`]);
  });

  it('Telegram holds its answer to a command that came while the model thought: neither is taken for the other', async () => {
    const { stack, telegram } = scene;
    telegram.say(6011, plan({ say: LONG, chunkDelayMs: 40, delayMs: 2_000 }));
    await eventually(async () => (await stack.read('telegram/6011')).writing);
    telegram.hold('sendMessage');
    telegram.say(6011, '/status');
    await telegram.waitFor(6011, ({ text }) => isStatus(text));
    await killAndStart();
    await telegram.waitFor(6011, ({ text }) => text === `${LONG} [heard 1]`);
    await sleep(1_000);
    // Either may be found first.
    expect(botTexts(6011)).toHaveLength(2);
    expect(botTexts(6011)).toContainEqual(expect.toSatisfy(isStatus));
  });

  it('the callback of the http platform holds its answer: it is called again with the same delivery id, and the same words', async () => {
    const { stack, model } = scene;
    const { script } = model;
    let asked = 0;
    model.script = () => ({ text: `answer ${(asked += 1)}` });
    receiver.hold();
    const body = JSON.stringify({ conversation: 'c1', id: 'm1', text: 'hello' });
    const now = new Date();
    const response = await fetch(`${stack.url()}/webhooks/http`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'm1',
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': new Webhook(SECRET).sign('m1', now, body),
      },
    });
    expect(response.status).toBe(200);
    await eventually(() => receiver.calls.length === 1);
    await scene.stack.killWorkers();
    receiver.release();
    await scene.stack.startWorker();
    await eventually(() => receiver.calls.length === 2);
    expect(await stack.replies('http/c1', 1)).toMatchObject([{ text: 'answer 1' }]);
    expect(receiver.calls[0]).toMatchObject({ conversation: 'c1', inReplyTo: 'm1', text: 'answer 1' });
    expect(receiver.calls[1]).toEqual(receiver.calls[0]);
    expect(asked).toBe(1);
    model.script = script;
  });

  it('in the middle of a streamed reply of the web chat: its events end with one reply', async () => {
    const { stack } = scene;
    await stack.say('web-stream', plan({ say: LONG, chunkDelayMs: 40 }));
    await eventually(async () => (await stack.read('web-stream')).writing);
    await sleep(700);
    await killAndStart();
    const [reply] = await stack.replies('web-stream', 1);
    expect(reply?.text).toBe(`${LONG} [heard 1]`);
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(5);
  });
});
