import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../../contract/message.ts';
import { createLine } from '../../../platforms/line/line.ts';
import type { WebhookRequest } from '../../../platforms/platform.ts';

const FIXTURES = new URL('../../fixtures/line/', import.meta.url);
const SECRET = 'channel-secret-1';
const ANN = 'U4af49806290000000000000000000000';
const GROUP = 'Cca56f94637c000000000000000000000';
const ROOM = 'Ra8dbf4673c4000000000000000000000';
const SENT_AT = 1_692_251_666_727;

const { inbound } = createLine({
  channelAccessToken: 'token',
  channelSecret: SECRET,
  apiBaseUrl: 'http://127.0.0.1:1',
  dataApiBaseUrl: 'http://127.0.0.1:1',
});

type Expected = { conversation: string; message: object }[];
const fromAnn = (message: object): Expected => [{ conversation: ANN, message }];
const inGroup = (message: object): Expected => [
  { conversation: GROUP, message: { group: true, ...message } },
];
const amongPeople = (message: object) => inGroup({ unaddressed: true, ...message });
const hello = fromAnn({
  id: '01FZ74A0TDDPYRVKNK77XKC3ZR',
  messageId: '444573844083572737',
  text: 'Hello',
  sender: { id: ANN },
  sentAt: SENT_AT,
  returnAddress: { replyToken: '38ef843bde154d9b91c21320ffd17a0f', at: String(SENT_AT) },
});

/** What each recorded request is read as; none: it says nothing. */
const EXPECTED: Record<string, Expected> = {
  verify: [],
  text: hello,
  'text-redelivered': hello,
  'text-quote': fromAnn({ text: 'Why?' }),
  image: fromAnn({ text: '', attachments: [{ kind: 'image', ref: '354718705033693859' }] }),
  'image-external': fromAnn({ text: '[image https://example.com/original.jpg]' }),
  audio: fromAnn({ text: '', attachments: [{ kind: 'audio', ref: '325708' }] }),
  video: fromAnn({ text: '', attachments: [{ kind: 'video', ref: '325709' }] }),
  file: fromAnn({ attachments: [{ kind: 'file', ref: '325710', name: 'offer.pdf', bytes: 2138 }] }),
  sticker: fromAnn({ text: '[sticker: cony, sally]' }),
  location: fromAnn({ text: '[location 35.67966, 139.73669, my location, 1-3 Kioicho, Tokyo]' }),
  postback: fromAnn({ text: '/approve 7', sender: { id: ANN } }),
  follow: fromAnn({ text: '/start' }),
  unfollow: [],
  unsend: fromAnn({ messageId: '444573844083572737', text: '', deleted: true }),
  join: [],
  leave: [],
  'group-chatter': amongPeople({ sender: { id: ANN } }),
  'group-mention': inGroup({ text: 'what time is it, @Ann?', sender: { id: ANN } }),
  'group-mention-all': amongPeople({ text: '@All lunch?' }),
  'group-command': inGroup({ text: '/status' }),
  'group-postback': inGroup({ text: 'yes', sender: { id: ANN } }),
  'group-edited': inGroup({
    id: '01FZ74A0TDDPYRVKNK77XKC3ZS',
    messageId: '444573844083572737',
    text: 'what day is it?',
    edited: true,
  }),
  'room-mention': [{ conversation: ROOM, message: { text: 'Hey', group: true } }],
  standby: [],
  beacon: [],
  batch: [...fromAnn({ text: 'one' }), ...fromAnn({ text: 'two' })],
};

const signed = (body: string, encoding: 'base64' | 'hex' = 'base64'): WebhookRequest => ({
  method: 'POST',
  url: new URL('http://gateway/webhooks/line'),
  headers: new Headers({ 'x-line-signature': createHmac('sha256', SECRET).update(body).digest(encoding) }),
  body: Buffer.from(body),
});

describe('line: recorded webhook requests', () => {
  it('has an expectation for each', () => {
    const recorded = readdirSync(FIXTURES).map((file) => file.replace('.json', ''));
    expect(recorded.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  for (const [name, expected] of Object.entries(EXPECTED))
    it(`reads ${name}`, async () => {
      const body = readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');
      const { messages } = await inbound.receive(signed(body));
      expect(messages).toMatchObject(expected);
      expect(messages).toHaveLength(expected.length);
      for (const [index, { message }] of messages.entries()) {
        const { group, unaddressed } = (expected[index]?.message ?? {}) as Partial<InboundMessage>;
        expect([message.group, message.unaddressed]).toEqual([group, unaddressed]);
      }
    });

  it('leaves out what cannot be read, and holds up nothing that came with it', async () => {
    const body = JSON.parse(readFileSync(new URL('text.json', FIXTURES), 'utf8')) as { events: object[] };
    const odd = (event: object) => ({ ...body.events[0], message: undefined, ...event });
    body.events.push(
      odd({ message: { id: '1', type: 'location', latitude: 'north' } }),
      odd({ type: 'postback', postback: {} }),
      odd({ type: 'unsend', unsend: null }),
    );
    expect((await inbound.receive(signed(JSON.stringify(body)))).messages).toMatchObject(hello);
  });

  it('takes the signature in base64 only', async () => {
    await expect(inbound.receive(signed('{"events":[]}', 'hex'))).rejects.toMatchObject({ status: 401 });
  });
});
