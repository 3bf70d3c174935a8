import assert from 'node:assert/strict';
import { PLAIN, renderDialect } from '../../../platforms/text/dialect.ts';
import type { ApiAnswer, ApiRequest } from '../fake-api.ts';
import type { Rig } from '../rig.ts';
import { eventOf, FORM, pressOf, signed, signedBy } from './requests.ts';
import { FakeSlack } from './slack.ts';
import type { FakeMessage } from './workspace.ts';

const TOKEN = 'xoxb-0000-secret-token';
const SIGNING_SECRET = 'signing-secret-8f742231b10e';
const SENDS = new Set(['/api/chat.postMessage', '/api/files.completeUploadExternal']);

const CHANNEL = 'C0GENERAL1';

/** Slack, with a chat with the bot for every place. */
export async function startSlackRig(): Promise<Rig> {
  const fake = await FakeSlack.start(TOKEN);
  const channel = (place: number) => `D0${String(place).padStart(8, '0')}`;
  const isSend = ({ path }: ApiRequest) => SENDS.has(path);
  const say = (place: number, text: string, secondsAgo = 0) => {
    const event = eventOf(channel(place), fake.say(channel(place), text));
    return signed(SIGNING_SECRET, JSON.stringify(event), { secondsAgo });
  };
  const sayInChannel = async (text: string, mention: boolean) =>
    signed(SIGNING_SECRET, JSON.stringify(eventOf(CHANNEL, fake.say(CHANNEL, text), mention)));
  const message = { type: 'message', channel: 'D01', user: 'U0ANN', ts: '1.000001', text: 'Hi' };
  const invalid = (event: object) => JSON.stringify({ type: 'event_callback', event });

  return {
    name: 'slack',
    env: { SLACK_BOT_TOKEN: TOKEN, SLACK_SIGNING_SECRET: SIGNING_SECRET, SLACK_API_BASE_URL: fake.url },
    secrets: [TOKEN, SIGNING_SECRET],

    say: async (place, text) => say(place, text),
    conversation: channel,
    group: {
      toBot: (text) => sayInChannel(text, true),
      toOthers: (text) => sayInChannel(text, false),
      calls: () => fake.api.calls.length,
    },
    sign: async (body) => signed(SIGNING_SECRET, body),
    forge: async (request) => signedBy('another-secret', request),
    signsBody: true,
    sayLongAgo: async (place, text) => say(place, text, 6 * 60),
    handshakes: [
      {
        request: signed(
          SIGNING_SECRET,
          JSON.stringify({ token: 'verification-token', challenge: '3eZbrw1aB1', type: 'url_verification' }),
        ),
        answer(status, body) {
          assert.deepEqual([status, JSON.parse(body)], [200, { challenge: '3eZbrw1aB1' }]);
        },
      },
    ],
    wrongMethods: ['GET', 'PUT', 'DELETE'],
    malformed: [
      { body: '{', code: 'invalid_json' },
      { body: 'payload', code: 'invalid_json' },
    ],
    invalid: [
      { body: '{}', names: 'type' },
      { body: JSON.stringify({ type: 'event_callback' }), names: 'event' },
      { body: invalid({ ...message, channel: undefined }), names: 'event.channel' },
      { body: invalid({ ...message, text: 7 }), names: 'event.text' },
    ],

    shown: (place) =>
      fake
        .sent(channel(place))
        .filter(({ files }) => !files)
        .map(shown),
    buttons: (place) => buttonsOf(fake.sent(channel(place)).at(-1)).map(({ text }) => text.text),
    async press(place, label) {
      const latest = fake.sent(channel(place)).at(-1);
      const value = buttonsOf(latest).find(({ text }) => text.text === label)?.value;
      if (!latest || value === undefined) throw new Error(`no button "${label}"`);
      const form = pressOf(channel(place), latest, value, fake.workspace.nextTs());
      return signed(SIGNING_SECRET, form, { contentType: FORM });
    },
    async sendFile(place, text, file) {
      const event = eventOf(channel(place), fake.say(channel(place), text, { files: [file] }));
      return signed(SIGNING_SECRET, JSON.stringify(event));
    },
    files: (place) => fake.sent(channel(place)).flatMap(({ files }) => files ?? []),

    fail: (status, retryAfter) => fake.api.refuse(isSend, refusal(status, retryAfter)),
    hold: () => fake.api.hold(isSend),
    cut: () => fake.api.cut(isSend),
    heal: () => fake.api.heal(),
    afterLostAnswer: 'once',
    close: () => fake.api.close(),
  };
}

/** How Slack says it: what is wrong with a call comes with status 200. */
function refusal(status: number, retryAfter?: number): ApiAnswer {
  const named: Record<number, string> = {
    400: 'invalid_arguments',
    403: 'not_in_channel',
    404: 'channel_not_found',
  };
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (status === 429) return { status, body: { ok: false, error: 'ratelimited' }, headers };
  if (status === 500) return { status: 200, body: { ok: false, error: 'internal_error' } };
  if (status > 500) return { status, body: '<html>bad gateway</html>' };
  return { status: 200, body: { ok: false, error: named[status] ?? 'fatal_error' } };
}

/** What people see of a message, without markup. */
function shown({ blocks, text }: FakeMessage): string {
  if (!blocks) return text;
  return blocks
    .map((block) => {
      if (typeof block.text === 'string') return renderDialect(block.text, PLAIN);
      return block.text?.text ?? '';
    })
    .join('');
}

function buttonsOf(message: FakeMessage | undefined) {
  return message?.blocks?.flatMap(({ elements = [] }) => elements) ?? [];
}
