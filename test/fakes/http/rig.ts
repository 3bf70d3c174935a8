import { Webhook } from 'standardwebhooks';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import { FakeApi } from '../fake-api.ts';
import type { FakeFile, Rig } from '../rig.ts';

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const OTHER = 'whsec_AAAVsBQIhrscChlQIMV+b5sSYspob7oD';
const conversationOf = (place: number) => `orders/${place} ü`;

interface Callback {
  conversation: string;
  id: string;
  text: string;
  file?: { name: string; mediaType: string; data: string };
}

/** A receiver as its user would write it: verifies every call, and does nothing for one whose id it has seen. */
export async function startHttpRig(): Promise<Rig> {
  const seen = new Set<string>();
  const received = new Map<string, Callback[]>();
  const served = new Map<string, FakeFile>();
  let event = 0;
  const api = await FakeApi.start(({ method, path, headers, body }) => {
    if (method === 'GET') {
      const file = served.get(path);
      return file
        ? { status: 200, body: file.bytes, headers: { 'content-type': file.mediaType } }
        : { status: 404 };
    }
    try {
      new Webhook(SECRET).verify(body, headers as Record<string, string>);
    } catch {
      return { status: 401 };
    }
    const callback = JSON.parse(body.toString()) as Callback;
    if (callback.id !== headers['webhook-id']) return { status: 400 };
    if (!seen.has(callback.id)) {
      seen.add(callback.id);
      received.set(callback.conversation, [...(received.get(callback.conversation) ?? []), callback]);
    }
    return { status: 204 };
  });
  const isSend = ({ method }: { method: string }) => method === 'POST';
  const message = async (place: number, more: object) => {
    const body = {
      conversation: conversationOf(place),
      id: `evt_${++event}`,
      sender: { id: 'u1', name: 'Ann' },
    };
    return signed(JSON.stringify({ ...body, ...more }));
  };
  const callbacks = (place: number) => received.get(conversationOf(place)) ?? [];
  return {
    name: 'http',
    env: { HTTP_WEBHOOK_SECRET: SECRET, HTTP_CALLBACK_URL: `${api.url}/replies` },
    secrets: [SECRET, SECRET.slice(6)],
    say: (place, text) => message(place, { text }),
    conversation: conversationOf,
    sign: async (body) => signed(body),
    forge: async ({ body }) => signed(Buffer.from(body).toString(), OTHER),
    signsBody: true,
    sayLongAgo: async (place, text) =>
      signed(
        JSON.stringify({ conversation: conversationOf(place), id: 'evt_0', text }),
        SECRET,
        new Date(Date.now() - 301_000),
      ),
    wrongMethods: ['GET', 'PUT', 'DELETE'],
    malformed: ['', '{', 'text'].map((body) => ({ body, code: 'invalid_json' })),
    invalid: [
      { body: '[]', names: 'the body' },
      { body: '{"conversation":"c","id":"1"}', names: 'text' },
      { body: '{"conversation":"c","id":"1","text":" "}', names: 'text' },
      { body: '{"conversation":"c","text":"t"}', names: 'id' },
      { body: `{"conversation":"c","id":"${'x'.repeat(257)}","text":"t"}`, names: 'id' },
      { body: '{"conversation":7,"id":"1","text":"t"}', names: 'conversation' },
      { body: '{"conversation":"c","id":"1","text":"t","sender":{"name":"Ann"}}', names: 'sender' },
      {
        body: '{"conversation":"c","id":"1","attachments":[{"url":"file:///x"}]}',
        names: 'attachments.0.url',
      },
    ],
    shown: (place) => callbacks(place).map(({ text }) => text),
    sendFile(place, text, file) {
      const path = `/files/${served.size}`;
      served.set(path, file);
      const { name, mediaType } = file;
      return message(place, { text, attachments: [{ url: api.url + path, name, mediaType }] });
    },
    files: (place) =>
      callbacks(place).flatMap(({ file }) =>
        file ? [{ name: file.name, mediaType: file.mediaType, bytes: Buffer.from(file.data, 'base64') }] : [],
      ),
    fail: (status, retryAfter) =>
      api.refuse(isSend, {
        status,
        ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
      }),
    hold: () => api.hold(isSend),
    cut: () => api.cut(isSend),
    heal: () => api.heal(),
    afterLostAnswer: 'once',
    close: () => api.close(),
  };
}

function signed(body: string, secret = SECRET, at = new Date()): WebhookRequest {
  return {
    method: 'POST',
    url: new URL('http://gateway/webhooks/http'),
    headers: new Headers({
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
    }),
    body: Buffer.from(body),
  };
}
