import { get, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Scene, startScene } from '../support/scene.ts';

const SECRET = `whsec_${Buffer.from('a secret of the bad-input tests.').toString('base64')}`;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Bad input gets a clear answer, and nothing is stored. */
describe('bad input', () => {
  let scene: Scene;
  let url: string;

  beforeAll(async () => {
    scene = await startScene({ env: { HTTP_WEBHOOK_SECRET: SECRET } });
    url = scene.stack.url();
  });
  afterAll(() => scene?.stop());

  function signed(body: string, at = new Date(), secret = SECRET): Record<string, string> {
    return {
      ...JSON_TYPE,
      'webhook-id': 'm1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('m1', at, body),
    };
  }
  const good = JSON.stringify({ conversation: 'bad', id: 'm1', text: 'hello' });
  const other = `whsec_${Buffer.from('another secret altogether, wrong').toString('base64')}`;
  const without = (field: string) => JSON.stringify({ ...JSON.parse(good), [field]: undefined });
  const telegram = (secret: string) => ({ ...JSON_TYPE, 'x-telegram-bot-api-secret-token': secret });
  const at = (path: string) => `${url}${path}`;

  it.each<[string, () => [string, RequestInit], number, string, RegExp]>([
    [
      'telegram, wrong secret',
      () => [at('/webhooks/telegram'), { body: '{"update_id":1}', headers: telegram('no') }],
      401,
      'bad_secret',
      /./,
    ],
    [
      'telegram, no secret',
      () => [at('/webhooks/telegram'), { body: '{"update_id":1}', headers: JSON_TYPE }],
      401,
      'bad_secret',
      /./,
    ],
    [
      'telegram, no JSON',
      () => [at('/webhooks/telegram'), { body: '{', headers: telegram('secret-of-the-tests') }],
      400,
      'invalid_json',
      /./,
    ],
    [
      'telegram, no update id',
      () => [at('/webhooks/telegram'), { body: '{}', headers: telegram('secret-of-the-tests') }],
      400,
      'invalid_message',
      /update_id/,
    ],
    [
      'http, wrong signature',
      () => [at('/webhooks/http'), { body: good, headers: signed(good, new Date(), other) }],
      401,
      'bad_signature',
      /./,
    ],
    [
      'http, another body',
      () => [at('/webhooks/http'), { body: good.replace('hello', 'hi'), headers: signed(good) }],
      401,
      'bad_signature',
      /./,
    ],
    [
      'http, no signature',
      () => [at('/webhooks/http'), { body: good, headers: JSON_TYPE }],
      401,
      'bad_signature',
      /./,
    ],
    [
      'http, stale timestamp',
      () => [at('/webhooks/http'), { body: good, headers: signed(good, new Date(Date.now() - 3_600_000)) }],
      401,
      'stale_timestamp',
      /./,
    ],
    [
      'http, no JSON',
      () => [at('/webhooks/http'), { body: '{"a"', headers: signed('{"a"') }],
      400,
      'invalid_json',
      /./,
    ],
    [
      'http, no conversation',
      () => [
        at('/webhooks/http'),
        { body: without('conversation'), headers: signed(without('conversation')) },
      ],
      400,
      'invalid_message',
      /conversation/,
    ],
    [
      'http, no id',
      () => [at('/webhooks/http'), { body: without('id'), headers: signed(without('id')) }],
      400,
      'invalid_message',
      /id/,
    ],
    [
      'http, no text',
      () => [at('/webhooks/http'), { body: without('text'), headers: signed(without('text')) }],
      400,
      'invalid_message',
      /text/,
    ],
    [
      'unknown platform',
      () => [at('/webhooks/myspace'), { body: good, headers: JSON_TYPE }],
      404,
      'unknown_platform',
      /./,
    ],
    [
      'api, unknown platform',
      () => [at('/v1/conversations/myspace%2F1/messages'), { body: '{"text":"a"}', headers: JSON_TYPE }],
      404,
      'unknown_platform',
      /./,
    ],
    [
      'api, no JSON',
      () => [at('/v1/conversations/bad/messages'), { body: '{', headers: JSON_TYPE }],
      400,
      'invalid_json',
      /./,
    ],
    [
      'api, no text',
      () => [at('/v1/conversations/bad/messages'), { body: '{}', headers: JSON_TYPE }],
      400,
      'invalid_request',
      /text/,
    ],
    [
      'api, empty text',
      () => [at('/v1/conversations/bad/messages'), { body: '{"text":" "}', headers: JSON_TYPE }],
      400,
      'invalid_request',
      /text: must not be empty/,
    ],
    [
      'api, unknown field',
      () => [at('/v1/conversations/bad/messages'), { body: '{"text":"a","x":1}', headers: JSON_TYPE }],
      400,
      'invalid_request',
      /x/,
    ],
    [
      'api, text over 64 KB',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: JSON.stringify({ text: 'x'.repeat(300_000) }), headers: JSON_TYPE },
      ],
      413,
      'text_too_long',
      /text/,
    ],
    [
      'api, not JSON by type',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { 'content-type': 'text/plain' } },
      ],
      415,
      'unsupported_media_type',
      /./,
    ],
    [
      'api, control characters in the id',
      () => [at('/v1/conversations/bad%00id/messages'), { body: '{"text":"a"}', headers: JSON_TYPE }],
      400,
      'invalid_conversation',
      /control/,
    ],
    [
      'api, id too long',
      () => [
        at(`/v1/conversations/${'x'.repeat(600)}/messages`),
        { body: '{"text":"a"}', headers: JSON_TYPE },
      ],
      400,
      'invalid_conversation',
      /500 bytes/,
    ],
    [
      'api, a page elsewhere',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { ...JSON_TYPE, origin: 'https://example.com' } },
      ],
      403,
      'loopback_only',
      /./,
    ],
    [
      'api, a page of another program of this machine',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { ...JSON_TYPE, origin: 'http://127.0.0.1:3000' } },
      ],
      403,
      'loopback_only',
      /./,
    ],
    [
      'api, a page in a sandbox',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { ...JSON_TYPE, origin: 'null' } },
      ],
      403,
      'loopback_only',
      /./,
    ],
    ...['cross-site', 'same-site'].map(
      (site): [string, () => [string, RequestInit], number, string, RegExp] => [
        `api, asked ${site}`,
        () => [
          at('/v1/conversations/bad/messages'),
          { body: '{"text":"a"}', headers: { ...JSON_TYPE, 'sec-fetch-site': site } },
        ],
        403,
        'loopback_only',
        /./,
      ],
    ),
    [
      'api, through a proxy (x-forwarded-for)',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { ...JSON_TYPE, 'x-forwarded-for': '8.8.8.8' } },
      ],
      403,
      'loopback_only',
      /./,
    ],
    [
      'api, through a proxy (x-real-ip)',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { ...JSON_TYPE, 'x-real-ip': '8.8.8.8' } },
      ],
      403,
      'loopback_only',
      /./,
    ],
    [
      'api, through a proxy (via)',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { ...JSON_TYPE, via: '1.1 proxy' } },
      ],
      403,
      'loopback_only',
      /./,
    ],
    [
      'api, through a proxy (forwarded)',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { ...JSON_TYPE, forwarded: 'for=8.8.8.8' } },
      ],
      403,
      'loopback_only',
      /./,
    ],
    [
      'api, through a proxy (x-forwarded-proto)',
      () => [
        at('/v1/conversations/bad/messages'),
        { body: '{"text":"a"}', headers: { ...JSON_TYPE, 'x-forwarded-proto': 'https' } },
      ],
      403,
      'loopback_only',
      /./,
    ],
    ['nothing there', () => [at('/nothing'), { body: '{}' }], 404, 'not_found', /./],
  ])('%s', async (_, requestOf, status, code, message) => {
    const [path, init] = requestOf();
    const response = await fetch(path, { method: 'POST', ...init });
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(JSON.stringify(error)).not.toContain('whsec_');
  });

  it('is a request by another name of this machine: a page elsewhere may have its own name resolve to it', async () => {
    const { port } = new URL(url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/v1/conversations',
        headers: { host: 'evil.example' },
      };
      get(options, (response) => resolve(response.resume().statusCode)).on('error', reject);
    });
    expect(status).toBe(403);
  });

  // Refused by its announced length: a client that goes on writing meanwhile would see the connection cut, or the answer.
  it.each([
    ['/webhooks/http', 8 * 1024 * 1024],
    ['/v1/conversations/bad/messages', 1024 * 1024],
  ])('is a body that is too large for %s', async (path, most) => {
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = { ...JSON_TYPE, 'content-length': most + 1 };
      const sending = request(at(path), { method: 'POST', headers }, (response) => {
        expect(response.statusCode).toBe(413);
        text(response)
          .then(resolve, reject)
          .finally(() => sending.destroy());
      });
      sending.on('error', reject);
      sending.write('{');
    });
    expect(JSON.parse(answer)).toEqual({
      error: { code: 'too_large', message: `the body must be at most ${most} bytes` },
    });
  });

  it('is a body that is too large and does not say so', async () => {
    const most = 1024 * 1024;
    const body = new Blob(['{'.repeat(most + 1)]).stream();
    const init = { method: 'POST', headers: JSON_TYPE, body, duplex: 'half' } as const;
    const response = await fetch(at('/v1/conversations/bad/messages'), init);
    expect(response.status).toBe(413);
  });

  it('is not to take back a message where the bot was never spoken to; but nothing begins by it', async () => {
    const body = JSON.stringify({ conversation: 'never', id: 'm2', deletes: 'm1' });
    const response = await fetch(at('/webhooks/http'), { method: 'POST', body, headers: signed(body) });
    expect(response.status).toBe(200);
  });

  it('stores nothing of all that', async () => {
    expect((await fetch(`${url}/v1/conversations/bad`)).status).toBe(404);
    const listed = (await (await fetch(`${url}/v1/conversations`)).json()) as { conversations: unknown[] };
    expect(listed.conversations).toEqual([]);
  });

  it.each([
    'ünï çødé 日本語 🤖',
    'a b+c%d&e=f?g#h',
    '../../etc/passwd',
    `quote"'\`<script>`,
    'http/with/many/slashes',
  ])('round-trips the odd conversation id %s', async (id) => {
    const workflowId = id.startsWith('http/') ? id : `web/${id}`;
    const response = await scene.stack.say(workflowId, 'hello');
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ conversation: workflowId });
    await scene.stack.replies(workflowId, 1);
    expect((await scene.stack.read(workflowId)).conversation).toBe(workflowId);
  });
});
