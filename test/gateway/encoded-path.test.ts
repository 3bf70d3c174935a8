import { expect, it } from 'vitest';
import { encodedPath } from '../../gateway/lambda/encoded-path.ts';

it.each([
  [
    'as a function URL tells it',
    '/v1/conversations/telegram%2F-1%2F42/events',
    '/v1/conversations/telegram%2F-1%2F42/events',
  ],
  ['decoded', '/v1/conversations/telegram/-1/42/events', '/v1/conversations/telegram%2F-1%2F42/events'],
  [
    'decoded, of the conversation itself',
    '/v1/conversations/slack/C1/1.2',
    '/v1/conversations/slack%2FC1%2F1.2',
  ],
  [
    'decoded, with what ends a path',
    '/v1/conversations/matrix/#a?b/messages',
    '/v1/conversations/matrix%2F%23a%3Fb/messages',
  ],
  [
    'of a platform',
    '/webhooks/matrix/_matrix/app/v1/rooms/#a:b',
    '/webhooks/matrix/_matrix/app/v1/rooms/%23a:b',
  ],
  ['without an id', '/v1/conversations', '/v1/conversations'],
])('a path %s', (_, given, encoded) => {
  expect(encodedPath(given)).toBe(encoded);
});
