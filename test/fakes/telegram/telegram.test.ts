import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadHtml, parseHtml } from './html.ts';
import { FakeTelegram } from './telegram.ts';

const TOKEN = '123456:token';

describe('the fake Telegram', () => {
  let fake: FakeTelegram;
  beforeEach(async () => {
    fake = await FakeTelegram.start({ token: TOKEN, webhookSecret: 's' });
  });
  afterEach(() => fake.close());

  const call = async (method: string, payload: object, token = TOKEN) => {
    const response = await fetch(`${fake.url}/bot${token}/${method}`, {
      method: 'POST',
      body: JSON.stringify(payload),
    });
    return (await response.json()) as {
      ok: boolean;
      description?: string;
      error_code?: number;
      result?: unknown;
    };
  };

  it('refuses what the real one refuses', async () => {
    const own = fake.say(7, 'Hi').messageId;
    fake.say(8, 'Hi');
    fake.block(8);
    const sent = (await call('sendMessage', { chat_id: 7, text: 'one' })).result as { message_id: number };
    const refusals: [string, object, string][] = [
      ['sendMassage', {}, 'Not Found'],
      ['sendMessage', { text: 'x' }, 'Bad Request: chat_id is empty'],
      ['sendMessage', { chat_id: 7 }, 'Bad Request: message text is empty'],
      ['sendMessage', { chat_id: 7, text: ' \n' }, 'Bad Request: message text is empty'],
      [
        'sendMessage',
        { chat_id: 7, text: '<b></b>', parse_mode: 'HTML' },
        'Bad Request: message text is empty',
      ],
      ['sendMessage', { chat_id: 7, text: 'x'.repeat(4097) }, 'Bad Request: message is too long'],
      [
        'sendMessage',
        { chat_id: 7, text: 'x', markup: 1 },
        'Bad Request: unknown parameter "markup" of sendMessage',
      ],
      ['sendMessage', { chat_id: 9, text: 'x' }, 'Bad Request: chat not found'],
      ['sendMessage', { chat_id: 8, text: 'x' }, 'Forbidden: bot was blocked by the user'],
      [
        'sendMessage',
        { chat_id: 7, text: '<b>', parse_mode: 'HTML' },
        'Bad Request: can\'t parse entities: Can\'t find end tag corresponding to start tag "b"',
      ],
      ['editMessageText', { chat_id: 7, message_id: 1, text: 'x' }, 'Bad Request: message to edit not found'],
      ['editMessageText', { chat_id: 7, message_id: own, text: 'x' }, "Bad Request: message can't be edited"],
      [
        'editMessageText',
        { chat_id: 7, message_id: sent.message_id, text: 'one ' },
        'Bad Request: message is not modified',
      ],
    ];
    for (const [method, payload, description] of refusals)
      expect(await call(method, payload)).toMatchObject({
        ok: false,
        description: expect.stringContaining(description),
      });
    expect(await call('getMe', {}, '123456:other')).toMatchObject({ error_code: 401 });
    expect(await call('getMe', {}, 'other')).toMatchObject({ error_code: 404 });
    expect(fake.messages(7).map(({ text }) => text)).toEqual(['Hi', 'one']);
  });

  it('measures a text after its markup', async () => {
    fake.say(7, 'Hi');
    const text = `<b>${'&lt;'.repeat(4096)}</b>`;
    expect(await call('sendMessage', { chat_id: 7, text, parse_mode: 'HTML' })).toMatchObject({ ok: true });
  });

  it('counts message ids per supergroup, and over all other chats', () => {
    expect([fake.say(7, 'a'), fake.say(8, 'b'), fake.say(-5, 'c')].map(({ messageId }) => messageId)).toEqual(
      [101, 102, 103],
    );
    expect(
      [fake.say(-1000000000007, 'a'), fake.say(-1000000000008, 'b')].map(({ messageId }) => messageId),
    ).toEqual([101, 101]);
  });

  it('redelivers until the webhook answers 2xx, in order, with the secret', async () => {
    const got: string[] = [];
    const statuses = [503, 401, 200, 200];
    const serve = async (request: IncomingMessage, response: ServerResponse) => {
      const { message } = JSON.parse(await readText(request));
      got.push(`${String(request.headers['x-telegram-bot-api-secret-token'])} ${message.text}`);
      response.writeHead(statuses.shift() ?? 200).end();
    };
    const server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    fake.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const first = fake.say(7, 'one');
    await Promise.all([first.delivered, fake.say(7, 'two').delivered]);
    expect(got).toEqual(['s one', 's one', 's one', 's two']);
    expect(await fake.redeliver(first)).toBe(200);
    server.closeAllConnections();
    server.close();
  });

  it('acts and cuts, acts and holds, or fails without acting', async () => {
    fake.say(7, 'Hi');
    fake.cutAfterActing('sendMessage');
    await expect(call('sendMessage', { chat_id: 7, text: 'cut' })).rejects.toThrow();
    fake.fail('sendMessage', { status: 500 });
    expect(await call('sendMessage', { chat_id: 7, text: 'failed' })).toMatchObject({ error_code: 500 });
    const held = fake.hold('sendMessage');
    const answer = call('sendMessage', { chat_id: 7, text: 'held' });
    await fake.waitFor(7, ({ text }) => text === 'held');
    held.release();
    expect(await answer).toMatchObject({ ok: true });
    expect(fake.messages(7, 'bot').map(({ text }) => text)).toEqual(['cut', 'held']);
    expect(fake.calls.map(({ status }) => status)).toEqual([0, 500, 200]);
  });
});

describe('parseHtml', () => {
  it('reads text and entities', () => {
    expect(parseHtml('a &lt;<b>b<i>c</i></b> <a href="https://e.com?a&amp;b">d</a> &#x1F600;&copy;')).toEqual(
      {
        text: 'a <bc d 😀&copy;',
        entities: ['i 4-5', 'b 3-5', 'a 6-7 href="https://e.com?a&amp;b"'],
      },
    );
  });

  it.for([
    '<b>',
    '<b>x</i>',
    '</b>',
    '<table>',
    'a < b',
    '<br/>',
    '<a href=">x</a>',
    '<blockquote>a<blockquote>b</blockquote></blockquote>',
  ])('refuses %s', (html) => {
    expect(() => parseHtml(html)).toThrow(BadHtml);
  });
});
