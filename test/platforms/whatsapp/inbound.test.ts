import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../../contract/message.ts';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import { createWhatsApp } from '../../../platforms/whatsapp/whatsapp.ts';

const FIXTURES = new URL('../../fixtures/whatsapp/', import.meta.url);
const SECRET = 'app-secret-1';
const ANN = '16505551234';
const USER_ID = 'US.13491208655302741918';
const GROUP = 'Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD';
const SENT_AT = 1_749_416_383_000;

const { inbound } = createWhatsApp({
  accessToken: 'token',
  appSecret: SECRET,
  verifyToken: 'verify-token-1',
  phoneNumberId: '106540352242922',
  apiBaseUrl: 'http://127.0.0.1:1',
});

type Expected = { conversation: string; message: object }[];
const fromAnn = (message: object): Expected => [{ conversation: ANN, message }];
const inGroup = (message: object): Expected => [
  { conversation: GROUP, message: { group: true, ...message } },
];
const amongPeople = (message: object) => inGroup({ unaddressed: true, ...message });
const attachment = (kind: string, ref: string, mediaType: string, more = {}) => ({
  attachments: [{ kind, ref, mediaType, ...more }],
});

/** What each recorded request is read as; none: it says nothing. */
const EXPECTED: Record<string, Expected> = {
  text: fromAnn({
    id: 'wamid.TEXT',
    messageId: 'wamid.TEXT',
    text: 'Does it come in another color?',
    sender: { id: ANN, name: 'Sheena Nelson' },
    sentAt: SENT_AT,
  }),
  reply: fromAnn({ text: 'And in blue?' }),
  'image-caption': fromAnn({
    text: 'Taj Mahal',
    ...attachment('image', '1003383421387256', 'image/jpeg'),
  }),
  voice: fromAnn({ text: '', ...attachment('audio', '1908647269898587', 'audio/ogg') }),
  video: fromAnn({ text: '', ...attachment('video', '1908647269898588', 'video/mp4') }),
  document: fromAnn({
    text: 'Please sum up',
    ...attachment('file', '1376223850470843', 'application/pdf', { name: 'offer.pdf' }),
  }),
  sticker: fromAnn({ text: '', ...attachment('image', '1003383421387257', 'image/webp') }),
  'sticker-animated': fromAnn({ text: '[sticker]' }),
  location: fromAnn({ text: '[location 40.7826, -73.9592, Museum, 1071 5th Ave, New York]' }),
  contacts: fromAnn({ text: '[contact Barbara Johnson +1 650-555-0199]' }),
  reaction: [],
  'template-button': fromAnn({ text: '/stop' }),
  'button-reply': fromAnn({
    id: 'wamid.PRESS',
    text: '/approve 7',
    sender: { id: ANN, name: 'Sheena Nelson' },
  }),
  'list-reply': fromAnn({ text: 'express' }),
  'system-number-changed': [],
  unsupported: fromAnn({ text: '[a message that WhatsApp does not pass on]' }),
  order: fromAnn({ text: '[order]' }),
  edit: fromAnn({
    id: 'wamid.EDIT',
    messageId: 'wamid.TEXT',
    text: 'Does it come in blue?',
    edited: true,
    sentAt: SENT_AT + 117_000,
  }),
  revoke: fromAnn({ id: 'wamid.REVOKE', messageId: 'wamid.TEXT', text: '', deleted: true }),
  'hidden-number': [
    { conversation: USER_ID, message: { text: 'Hello', sender: { id: USER_ID, name: 'Ann' } } },
  ],
  // The same conversation whether WhatsApp tells the number or not.
  'number-and-user-id': [
    {
      conversation: USER_ID,
      message: {
        text: 'Hello again',
        sender: { id: USER_ID, name: 'Sheena Nelson' },
        returnAddress: { phoneNumber: ANN },
      },
    },
  ],
  'group-chatter': amongPeople({ sender: { id: ANN, name: 'Sheena Nelson' } }),
  'group-mention': inGroup({ text: 'what time is it?', sender: { id: ANN, name: 'Sheena Nelson' } }),
  'group-command': inGroup({ text: '/status' }),
  'group-reply-to-us': inGroup({ text: 'And tomorrow?' }),
  'group-reply-to-other': amongPeople({ text: 'Yes' }),
  status: [],
  'other-number': [],
  'other-field': [],
  batch: ['one', 'two', 'three'].flatMap((text) => fromAnn({ text })),
};

const signed = (body: string, header = 'x-hub-signature-256', prefix = 'sha256='): WebhookRequest => ({
  method: 'POST',
  url: new URL('http://gateway/webhooks/whatsapp'),
  headers: new Headers({ [header]: prefix + createHmac('sha256', SECRET).update(body).digest('hex') }),
  body: Buffer.from(body),
});

describe('whatsapp: recorded webhook requests', () => {
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
        expect(message.quote).toBeUndefined();
      }
    });
});

describe('whatsapp: what became of our messages', () => {
  it('tells the operator of those that Meta took and could not deliver', async () => {
    const body = readFileSync(new URL('status.json', FIXTURES), 'utf8');
    const { messages, warnings } = await inbound.receive(signed(body));
    expect(messages).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/^WhatsApp could not deliver wamid\.OURS: \(131047\) .*24 hours ago/),
    ]);
    const read = await inbound.receive(signed(body.replace('"failed"', '"read"')));
    expect(read.warnings).toEqual([]);
  });
});

describe('whatsapp: what is not as documented', () => {
  it('holds up nothing that came with it', async () => {
    const recorded = readFileSync(new URL('text.json', FIXTURES), 'utf8');
    const body = JSON.parse(recorded) as {
      entry: { changes: { value: { contacts?: unknown; messages: object[] } }[] }[];
    };
    const value = body.entry[0]?.changes[0]?.value;
    const odd = (type: string, content: unknown) => ({
      from: ANN,
      id: `wamid.${type}`,
      timestamp: '1749416384',
      type,
      [type]: content,
    });
    value?.messages.push(
      odd('image', { id: 7 }),
      odd('location', { latitude: 'north' }),
      odd('contacts', {}),
      odd('text', null),
      odd('edit', {}),
      odd('revoke', {}),
    );
    if (value) value.contacts = [7];
    const { messages } = await inbound.receive(signed(JSON.stringify(body)));
    expect(messages.map(({ message }) => message.text)).toEqual([
      'Does it come in another color?',
      '[image]',
      '[location]',
      '[contacts]',
      '[text]',
    ]);
  });
});

describe('whatsapp: the signature and the handshake', () => {
  it('takes only the sha256 signature, with its prefix', async () => {
    for (const request of [signed('{}', 'x-hub-signature'), signed('{}', 'x-hub-signature-256', '')])
      await expect(inbound.receive(request)).rejects.toMatchObject({ status: 401, code: 'bad_signature' });
  });

  it('answers the challenge as text, and only a subscription', async () => {
    const ask = (mode: string) => ({
      ...signed(''),
      method: 'GET',
      url: new URL(
        `http://gateway/webhooks/whatsapp?hub.mode=${mode}&hub.challenge=%3Cb%3E7&hub.verify_token=verify-token-1`,
      ),
    });
    const response = (await inbound.receive(ask('subscribe'))).respond?.();
    expect(response?.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response?.text()).toBe('<b>7');
    await expect(inbound.receive(ask('unsubscribe'))).rejects.toMatchObject({ status: 401 });
  });
});
