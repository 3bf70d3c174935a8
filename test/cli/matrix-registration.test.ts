import { expect, test } from 'vitest';
import { matrixRegistration } from '../../cli/matrix-registration.ts';

const ENV = { MATRIX_USER_ID: '@hold.fast:example.org', MATRIX_AS_TOKEN: 'as"1', MATRIX_HS_TOKEN: 'hs' };

test('the registration file has the tokens, the address and only the bot', () => {
  expect(matrixRegistration('https://bot.example.org/', ENV)).toBe(
    String.raw`id: holdfast
url: "https://bot.example.org/webhooks/matrix"
as_token: "as\"1"
hs_token: "hs"
sender_localpart: "hold.fast"
rate_limited: false
namespaces:
  users:
    - exclusive: true
      regex: "^@hold\\.fast:example\\.org$"
  aliases: []
  rooms: []`,
  );
  expect(matrixRegistration('http://10.0.0.7:8080/bots/webhooks/matrix', ENV)).toContain(
    'url: "http://10.0.0.7:8080/bots/webhooks/matrix"',
  );
});

test.each([
  ['bot.example.org', ENV, 'The URL must be'],
  ['https://x', { ...ENV, MATRIX_USER_ID: '' }, 'MATRIX_USER_ID'],
  ['https://x', { ...ENV, MATRIX_AS_TOKEN: '' }, 'MATRIX_AS_TOKEN: is not set'],
  ['https://x', { ...ENV, MATRIX_HS_TOKEN: '' }, 'MATRIX_HS_TOKEN: is not set'],
  ['https://x', { ...ENV, MATRIX_HS_TOKEN: ENV.MATRIX_AS_TOKEN }, 'must not be the same'],
])('what is missing is said: %s %j', (url, env, message) => {
  expect(() => matrixRegistration(url, env)).toThrow(message);
});
