import type { WebhookRequest } from '../../../platforms/platform.ts';
import type { Rig } from '../rig.ts';
import { FakeTelegram, type Said } from './telegram.ts';

const TOKEN = '123456:AAH-secret_token';
const SECRET = 'webhook_secret-1';
/** Private chats, one for each place. */
const chatOf = (place: number) => 7000 + place;
const GROUP = -1001234567890;
/** The methods that show something. */
const SENDS = ['sendMessage', 'sendPhoto', 'sendDocument'];

export async function startTelegramRig(): Promise<Rig> {
  const fake = await FakeTelegram.start({ token: TOKEN, webhookSecret: SECRET });
  const requestOf = async ({ update }: Said) => request(JSON.stringify(update));
  const shown = (place: number) => fake.messages(chatOf(place), 'bot');
  return {
    name: 'telegram',
    env: { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_WEBHOOK_SECRET: SECRET, TELEGRAM_API_BASE_URL: fake.url },
    secrets: [TOKEN, SECRET],
    say: (place, text) => requestOf(fake.say(chatOf(place), text)),
    conversation: (place) => String(chatOf(place)),
    group: {
      toBot: (text) => requestOf(fake.say(GROUP, `@HoldfastBot ${text}`)),
      toOthers: (text) => requestOf(fake.say(GROUP, text)),
      calls: () => fake.calls.length,
    },
    sign: async (body) => request(body),
    forge: async (original) => request(Buffer.from(original.body).toString(), 'webhook_secret-2'),
    signsBody: false,
    wrongMethods: ['GET', 'PUT', 'DELETE'],
    malformed: ['', '{', 'text'].map((body) => ({ body, code: 'invalid_json' })),
    invalid: [
      { body: '{}', names: 'update_id' },
      { body: '{"update_id":1,"message":{"message_id":5,"date":1}}', names: 'message.chat' },
      {
        body: '{"update_id":1,"message":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"},"text":7}}',
        names: 'message.text',
      },
    ],
    shown: (place) =>
      shown(place)
        .filter(({ file }) => !file)
        .map(({ text }) => text),
    buttons: (place) => shown(place).at(-1)?.buttons ?? [],
    press: (place, label) => requestOf(fake.press(chatOf(place), label)),
    sendFile: (place, text, file) => requestOf(fake.sendFile(chatOf(place), text, file)),
    files: (place) => shown(place).flatMap(({ file }) => file ?? []),
    fail(status, retryAfter) {
      if (retryAfter === undefined) fake.fail('sendMessage', { status });
      else fake.flood('sendMessage', retryAfter);
    },
    hold: () => SENDS.forEach((method) => void fake.hold(method)),
    cut: () => SENDS.forEach((method) => fake.cutAfterActing(method)),
    heal: () => fake.heal(),
    afterLostAnswer: 'once',
    close: () => fake.close(),
  };
}

function request(body: string, secret = SECRET): WebhookRequest {
  return {
    method: 'POST',
    url: new URL('http://gateway/webhooks/telegram'),
    headers: new Headers({ 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret }),
    body: Buffer.from(body),
  };
}
