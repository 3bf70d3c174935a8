import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import type { ApiAnswer, ApiRequest } from '../fake-api.ts';
import type { Rig } from '../rig.ts';
import { errorAnswer, FakeWhatsApp } from './whatsapp.ts';

const TOKEN = 'EAAJB-access-token';
const APP_SECRET = 'app-secret-1';
const VERIFY_TOKEN = 'verify-token-1';
const NUMBER_ID = '106540352242922';
/** People, one for each place, whose numbers are told. */
const personOf = (place: number) => `US.1349120865530274${place}`;
const numberOf = (place: number) => String(16505550100 + place);

const GROUP = 'Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD';

const isSend = ({ path, body }: ApiRequest) => path.endsWith('/messages') && !body.includes('"status"');

export async function startWhatsAppRig(): Promise<Rig> {
  const fake = await FakeWhatsApp.start({ token: TOKEN, phoneNumberId: NUMBER_ID });
  const { api } = fake;
  const send = async (place: number, content: object) => {
    const from = numberOf(place);
    const message = { from, from_user_id: personOf(place), id: fake.hear(from), ...content };
    return signed(JSON.stringify(webhookOf(message)));
  };
  const shown = (place: number) => fake.shown(numberOf(place));
  return {
    name: 'whatsapp',
    env: {
      WHATSAPP_ACCESS_TOKEN: TOKEN,
      WHATSAPP_APP_SECRET: APP_SECRET,
      WHATSAPP_PHONE_NUMBER_ID: NUMBER_ID,
      WHATSAPP_VERIFY_TOKEN: VERIFY_TOKEN,
      WHATSAPP_API_BASE_URL: api.url,
    },
    secrets: [TOKEN, APP_SECRET, VERIFY_TOKEN],
    say: (place, text) => send(place, { type: 'text', text: { body: text } }),
    conversation: personOf,
    group: {
      toBot: (text) => send(1, { group_id: GROUP, type: 'text', text: { body: `@15550783881 ${text}` } }),
      toOthers: (text) => send(1, { group_id: GROUP, type: 'text', text: { body: text } }),
      calls: () => api.calls.length,
    },
    sign: async (body) => signed(body),
    forge: async (request) =>
      request.method === 'GET' ? handshake('verify-token-2') : signed(request.body, 'app-secret-2'),
    signsBody: true,
    handshakes: [{ request: handshake(VERIFY_TOKEN), answer: expectChallenge }],
    wrongMethods: ['PUT', 'PATCH', 'DELETE'],
    malformed: ['', '{', 'text'].map((body) => ({ body, code: 'invalid_json' })),
    invalid: [
      { body: '[]', names: 'the body' },
      { body: '{"object":"whatsapp_business_account"}', names: 'entry' },
      {
        body: JSON.stringify(webhookOf({ from: '1', type: 'text', text: { body: 'Hi' } })),
        names: 'value.messages.0.id',
      },
      {
        body: JSON.stringify(webhookOf({ id: 'w', from: '1', type: 'text', timestamp: 'soon' })),
        names: 'messages.0.timestamp',
      },
    ],
    shown: (place) =>
      shown(place)
        .filter(({ file }) => !file)
        .map(({ text }) => withoutMarkup(text)),
    buttons: (place) =>
      shown(place)
        .at(-1)
        ?.buttons.map(({ label }) => label) ?? [],
    press(place, label) {
      const message = shown(place).at(-1);
      const button = message?.buttons.find((one) => one.label === label);
      if (!message || !button) throw new Error(`no button ${label}`);
      const context = { from: '15550783881', id: message.id };
      const reply = { id: button.value, title: button.label };
      return send(place, {
        context,
        type: 'interactive',
        interactive: { type: 'button_reply', button_reply: reply },
      });
    },
    sendFile(place, text, file) {
      const media = fake.addMedia(file);
      return file.mediaType.startsWith('image/')
        ? send(place, { type: 'image', image: { ...media, caption: text } })
        : send(place, { type: 'document', document: { ...media, caption: text, filename: file.name } });
    },
    files: (place) => shown(place).flatMap(({ file }) => file ?? []),
    fail: (status, retryAfter) => api.refuse(isSend, failure(status, retryAfter)),
    pauseUntold: true,
    hold: () => api.hold(isSend),
    cut: () => api.cut(isSend),
    heal: () => api.heal(),
    afterLostAnswer: 'again',
    close: () => api.close(),
  };
}

/** A webhook body with one message. */
function webhookOf(message: object): object {
  const from = 'from' in message ? message.from : undefined;
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: NUMBER_ID },
    contacts: [{ profile: { name: 'Ann Lee' }, wa_id: from }],
    messages: [{ timestamp: String(Math.floor(Date.now() / 1000)), ...message }],
  };
  const changes = [{ value, field: 'messages' }];
  return { object: 'whatsapp_business_account', entry: [{ id: '102290129340398', changes }] };
}

function failure(status: number, retryAfter: number | undefined): ApiAnswer {
  if (retryAfter !== undefined) return errorAnswer(429, 130429, '(#130429) Rate limit hit');
  if (status === 502) return { status, body: '<html>Bad Gateway</html>' };
  const code = { 400: 100, 403: 200, 404: 100, 500: 131000 }[status] ?? 1;
  return errorAnswer(status, code, `(#${code}) failed`);
}

function withoutMarkup(text: string): string {
  return text.replace(/```\n?/g, '').replace(/(^|\s)([*_~`])(\S[^\n]*?)\2(?=[\s.,]|$)/gm, '$1$3');
}

function signed(body: string | Uint8Array, secret = APP_SECRET): WebhookRequest {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    method: 'POST',
    url: new URL('http://gateway/webhooks/whatsapp'),
    headers: new Headers({
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${signature}`,
    }),
    body: Buffer.from(body),
  };
}

function handshake(verifyToken: string): WebhookRequest {
  const url = new URL('http://gateway/webhooks/whatsapp');
  url.search = String(
    new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.challenge': '1158201444',
      'hub.verify_token': verifyToken,
    }),
  );
  return { method: 'GET', url, headers: new Headers(), body: new Uint8Array() };
}

function expectChallenge(status: number, body: string): void {
  if (status !== 200 || body !== '1158201444') throw new Error(`answered ${status} ${body}`);
}
