import { expect, it } from 'vitest';
import type { Conversations } from '../../gateway/conversations.ts';
import type { Arrival } from '../../gateway/settings.ts';
import { createWebhooks } from '../../gateway/webhooks.ts';
import type { Platform } from '../../platforms/platform.ts';

it('a webhook of whose messages nothing is wanted is answered as the platform wants it then', async () => {
  const wanted = new Set(['one']);
  let texts = ['two', 'one'];
  const inbound = {
    receive: async () => ({
      messages: texts.map((text) => ({ conversation: 'c', message: { id: text, text } })),
      respond: () => new Response('taken'),
      respondUnwanted: () => new Response('not here'),
    }),
  };
  const app = createWebhooks({
    conversations: {
      store: async ({ message }: Arrival) => wanted.has(message.text),
    } as unknown as Conversations,
    platforms: new Map([['stub', { name: 'stub', inbound } as unknown as Platform]]),
    missingSecrets: () => undefined,
    log: { warn() {}, debug() {} },
  });
  const post = async () => (await app.request('/stub', { method: 'POST', body: 'x' })).text();
  expect(await post()).toBe('taken');
  texts = ['two', 'three'];
  expect(await post()).toBe('not here');
});

it('a webhook is acknowledged after all its messages are stored, in their order, and the operator reads its warnings', async () => {
  const events: string[] = [];
  const platform = {
    name: 'stub',
    inbound: {
      receive: async () => ({
        messages: ['one', 'two'].map((text) => ({ conversation: 'c', message: { id: text, text } })),
        warnings: ['a reply could not be delivered'],
        respond: () => {
          events.push('acknowledged');
          return new Response('ok');
        },
      }),
    },
  };
  const app = createWebhooks({
    conversations: {
      async store({ message: { text } }: Arrival) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        events.push(`stored ${text}`);
      },
    } as unknown as Conversations,
    platforms: new Map([['stub', platform as unknown as Platform]]),
    missingSecrets: () => undefined,
    log: {
      warn: (details: object, message: string) => events.push(`${JSON.stringify(details)} ${message}`),
      debug() {},
    } as never,
  });
  expect(await (await app.request('/stub', { method: 'POST', body: 'x' })).text()).toBe('ok');
  expect(events).toEqual([
    'stored one',
    'stored two',
    '{"platform":"stub"} a reply could not be delivered',
    'acknowledged',
  ]);
});
