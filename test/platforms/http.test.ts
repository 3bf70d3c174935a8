import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../platforms/http/http.ts';
import type { OutboundContext, WebhookRequest } from '../../platforms/platform.ts';
import { startHttpRig } from '../fakes/http/rig.ts';
import message from '../fixtures/http/message.json' with { type: 'json' };
import bare from '../fixtures/http/message-bare.json' with { type: 'json' };
import stringSender from '../fixtures/http/message-sender-string.json' with { type: 'json' };
import { platformContract } from './contract.ts';

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

function signed(body: string, secret = SECRET, at = new Date()): WebhookRequest {
  return {
    method: 'POST',
    url: new URL('http://gateway/webhooks/http'),
    headers: new Headers({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
    }),
    body: Buffer.from(body),
  };
}

interface Call {
  headers: IncomingHttpHeaders;
  body: string;
}
type Answer = (response: ServerResponse) => void;

/** A receiver that verifies every call, as its user would. */
async function startReceiver() {
  const calls: Call[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => void serve(request, response));
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const call = { headers: request.headers, body: await readText(request) };
    calls.push(call);
    new Webhook(SECRET).verify(call.body, call.headers as Record<string, string>);
    const answer = answers.shift() ?? ((ok: ServerResponse) => ok.writeHead(204).end());
    answer(response);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    calls,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/replies`,
    answer: (answer: Answer) => void answers.push(answer),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

platformContract('http', startHttpRig);

describe('http: inbound', () => {
  const { inbound } = createHttp({ secret: SECRET });
  const receive = (body: object | string, at?: Date) =>
    inbound.receive(signed(typeof body === 'string' ? body : JSON.stringify(body), SECRET, at));

  it('takes a sender as object, as string, or not at all', async () => {
    expect((await receive(message)).messages[0]?.message.sender).toEqual({ id: 'u1', name: 'Ann' });
    expect((await receive(stringSender)).messages[0]?.message.sender).toEqual({ id: 'u1' });
    expect((await receive(bare)).messages).toEqual([
      { conversation: 'c', message: { id: 'evt_3', messageId: 'evt_3', text: 'Hello' } },
    ]);
  });

  it('takes a new wording of an earlier message, and its taking back', async () => {
    const edit = { ...message, id: 'evt_8', edits: 'evt_1', text: 'Good-bye' };
    expect((await receive(edit)).messages[0]?.message).toMatchObject({
      id: 'evt_8',
      messageId: 'evt_1',
      text: 'Good-bye',
      edited: true,
    });
    const { conversation } = message;
    expect((await receive({ conversation, id: 'evt_9', deletes: 'evt_1' })).messages[0]?.message).toEqual({
      id: 'evt_9',
      messageId: 'evt_1',
      text: '',
      deleted: true,
    });
  });

  it('refuses a timestamp more than five minutes off, either way', async () => {
    for (const seconds of [-301, 301])
      await expect(receive(message, new Date(Date.now() + seconds * 1000))).rejects.toMatchObject({
        status: 401,
        code: 'stale_timestamp',
      });
    await expect(receive(message, new Date(Date.now() - 290_000))).resolves.toBeDefined();
  });

  it('refuses a body that was changed after signing', async () => {
    const request = signed(JSON.stringify(message));
    request.body = Buffer.from(JSON.stringify({ ...message, text: 'Help' }));
    await expect(inbound.receive(request)).rejects.toMatchObject({ status: 401, code: 'bad_signature' });
  });

  it('refuses malformed signature headers', async () => {
    for (const signature of ['', 'v1', 'v1,', 'v2,abc', ' '])
      for (const timestamp of ['', 'now']) {
        const request = signed(JSON.stringify(message));
        request.headers.set('webhook-signature', signature);
        request.headers.set(
          'webhook-timestamp',
          timestamp || (request.headers.get('webhook-timestamp') ?? ''),
        );
        await expect(inbound.receive(request)).rejects.toMatchObject({ status: 401, code: 'bad_signature' });
      }
  });

  it('refuses conversation ids that cannot be one, and keeps odd ones', async () => {
    for (const conversation of ['', 'a\u0000b', 'x'.repeat(600), '\ud800'])
      await expect(receive({ ...message, conversation })).rejects.toMatchObject({
        status: 400,
        code: 'invalid_conversation',
      });
    for (const conversation of ['a/b/c', ' ', '日本 🙂', '..%2f', '"quoted"'])
      expect((await receive({ ...message, conversation })).messages[0]?.conversation).toBe(conversation);
  });

  it('replaces lone surrogates in the text', async () => {
    expect(
      (await receive(`{"conversation":"c","id":"1","text":"a\\ud800b"}`)).messages[0]?.message.text,
    ).toBe('a\ufffdb');
  });

  it('says what is wrong with its settings', () => {
    expect(() => createHttp({ secret: 'whsec_!' })).toThrow('HTTP_WEBHOOK_SECRET');
    expect(() => createHttp({ secret: SECRET, callbackUrl: 'http://me:pw@host/' })).toThrow(
      'HTTP_CALLBACK_URL',
    );
  });
});

describe('http: outbound', () => {
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());
  const context: OutboundContext = {
    conversation: 'orders/日本',
    answers: 'evt_1',
    key: 'http/orders/日本 1%',
    knownMessageIds: [],
    signal: new AbortController().signal,
  };

  it('signs the call, and names it by the key at every attempt', async () => {
    const { outbound } = createHttp({ secret: SECRET, callbackUrl: receiver.url });
    const receipts = [await outbound.post(context, 'Hello'), await outbound.post(context, 'Hello')];
    const id = 'http/orders/%E6%97%A5%E6%9C%AC%201%25';
    expect(receipts).toEqual([{ messageId: id }, { messageId: id }]);
    for (const { headers, body } of receiver.calls) {
      expect(headers['webhook-id']).toBe(id);
      expect(JSON.parse(body)).toEqual({
        conversation: 'orders/日本',
        id,
        inReplyTo: 'evt_1',
        text: 'Hello',
      });
    }
  });

  it('sends nothing without a callback URL', async () => {
    const { outbound } = createHttp({ secret: SECRET });
    await expect(outbound.post(context, 'Hello')).resolves.toEqual({ messageId: expect.any(String) });
  });

  it('reads Retry-After as seconds or as a date, of 429 and 503', async () => {
    const { outbound } = createHttp({ secret: SECRET, callbackUrl: receiver.url });
    receiver.answer((response) => response.writeHead(503, { 'retry-after': '2' }).end());
    await expect(outbound.post(context, 'Hello')).rejects.toMatchObject({
      name: 'RateLimited',
      retryAfterMs: 2000,
    });
    const date = new Date(Date.now() + 60_000).toUTCString();
    receiver.answer((response) => response.writeHead(429, { 'retry-after': date }).end());
    const error = await outbound.post(context, 'Hello').catch((thrown) => thrown);
    expect(error.retryAfterMs).toBeGreaterThan(50_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
    for (const senseless of ['soon', '-1 s']) {
      receiver.answer((response) => response.writeHead(503, { 'retry-after': senseless }).end());
      await expect(outbound.post(context, 'Hello')).rejects.toMatchObject({ name: 'Error' });
    }
  });

  it('follows no redirect', async () => {
    const { outbound } = createHttp({ secret: SECRET, callbackUrl: receiver.url });
    receiver.answer((response) => response.writeHead(307, { location: receiver.url }).end());
    await expect(outbound.post(context, 'Hello')).rejects.toMatchObject({ name: 'DeliveryRefused' });
    expect(receiver.calls).toHaveLength(1);
  });
});
