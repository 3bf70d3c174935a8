import { generateKeyPairSync } from 'node:crypto';
import type { ApiRequest } from '../fake-api.ts';
import type { Rig } from '../rig.ts';
import { FakeDiscord } from './discord.ts';

const LONG_AGO_MS = 60 * 60_000;

/** Sends: an ordinary message, or the deferred answer made to show something. */
const isSend = ({ method, path }: ApiRequest) =>
  (method === 'POST' && path.endsWith('/messages')) || (method === 'PATCH' && path.includes('/webhooks/'));

export async function startDiscordRig(): Promise<Rig> {
  const fake = await FakeDiscord.start();
  const channelOf = (place: number) => fake.direct(`50000000000000000${place}`);
  const ping = JSON.stringify({ type: 1, id: '600000000000000001', token: 'x', version: 1 });
  const signed = (body: object, at?: number) =>
    fake.sign(JSON.stringify(body), at === undefined ? {} : { at });
  return {
    name: 'discord',
    env: fake.env,
    secrets: [fake.token],
    say: async (place, text) => signed(fake.command(channelOf(place), 'ask', { text })),
    conversation: (place) => channelOf(place).id,
    // Other messages than commands come by the listener.
    group: {
      toBot: async (text) => signed(fake.command(fake.channel('500000000000000100'), 'ask', { text })),
      calls: () => fake.api.calls.length,
    },
    sign: async (body) => fake.sign(body),
    forge: async ({ body }) =>
      fake.sign(Buffer.from(body).toString(), { key: generateKeyPairSync('ed25519').privateKey }),
    signsBody: true,
    sayLongAgo: async (place, text) =>
      signed(fake.command(channelOf(place), 'ask', { text }), Date.now() - LONG_AGO_MS),
    handshakes: [
      {
        request: fake.sign(ping),
        answer(status, body) {
          if (status !== 200 || body !== '{"type":1}')
            throw new Error(`the ping was answered ${status} ${body}`);
        },
      },
    ],
    wrongMethods: ['GET', 'PUT', 'DELETE', 'PATCH'],
    malformed: [
      { body: '{', code: 'invalid_json' },
      { body: '"ask"', code: 'invalid_message' },
    ],
    invalid: [
      { body: '{}', names: 'type' },
      { body: JSON.stringify({ type: 2, token: 'x', data: { name: 'ask', type: 1 } }), names: 'id' },
      {
        body: JSON.stringify({ type: 2, id: '600000000000000001', data: { name: 'ask', type: 1 } }),
        names: 'token',
      },
    ],

    shown: (place) => fake.shown(channelOf(place)),
    buttons: (place) =>
      (fake.own(channelOf(place)).at(-1)?.components ?? []).flatMap((row) =>
        row.components.map(({ label }) => label),
      ),
    async press(place, label) {
      const channel = channelOf(place);
      const message = fake.own(channel).at(-1);
      if (!message) throw new Error('no message of the bot');
      return signed(fake.press(channel, message, label));
    },
    sendFile: async (place, text, file) => signed(fake.command(channelOf(place), 'ask', { text, file })),
    files: (place) => fake.own(channelOf(place)).flatMap(({ files }) => files),

    fail(status, retryAfter) {
      fake.api.refuse(isSend, refusal(status, retryAfter));
    },
    hold: () => fake.api.hold(isSend),
    cut: () => fake.api.cut(isSend),
    heal: () => fake.api.heal(),
    afterLostAnswer: 'once',
    close: () => fake.close(),
  };
}

function refusal(status: number, retryAfter: number | undefined) {
  if (status >= 500) return { status, body: 'upstream error' };
  if (status !== 429) return { status, body: { message: 'No.', code: status === 404 ? 10003 : 50013 } };
  return {
    status,
    body: { message: 'You are being rate limited.', retry_after: retryAfter ?? 1, global: false },
    headers: {
      'retry-after': String(retryAfter ?? 1),
      'x-ratelimit-scope': 'user',
      'x-ratelimit-reset-after': String(retryAfter ?? 1),
    },
  };
}
