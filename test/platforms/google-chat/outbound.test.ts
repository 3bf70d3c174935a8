import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import { renderMarkdown } from '../../../platforms/google-chat/format.ts';
import { DeliveryRefused, type Outbound, type OutboundContext } from '../../../platforms/platform.ts';
import { type GoogleChatRig, startGoogleChatRig, WEBHOOK } from '../../fakes/google-chat/rig.ts';

const SPACE = 'spaces/AAQA1';

describe('google-chat: outbound', () => {
  let rig: GoogleChatRig;
  let outbound: Required<Outbound>;
  const create = async (env: Record<string, string> = {}) => {
    const platforms = await createPlatforms(readEnvironment({ ...rig.env, ...env }));
    return platforms.get('google-chat')?.outbound as Required<Outbound>;
  };
  beforeEach(async () => {
    rig = await startGoogleChatRig();
    outbound = await create();
    await rig.say(1, 'Hi');
  });
  afterEach(() => rig.close());

  const to = (more: Partial<OutboundContext> = {}): OutboundContext => ({
    conversation: rig.conversation(1),
    key: 'run-1.t1.0',
    knownMessageIds: [],
    signal: new AbortController().signal,
    ...more,
  });
  const calls = (method: string) =>
    rig.fake.api.calls.filter((call) => call.method === method && call.path.includes('/messages'));

  it('answers in the thread, with ids that are made of the key', async () => {
    await outbound.post(to(), '**Hello**');
    const [call] = calls('POST');
    const thread = `${SPACE}/threads/${rig.conversation(1).split('/')[1]}`;
    expect(JSON.parse(call?.body.toString() ?? '')).toEqual({
      text: '**Hello**',
      markupSyntax: 'MARKUP_SYNTAX_MARKDOWN',
      thread: { name: thread },
    });
    expect(Object.fromEntries(call?.query ?? [])).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
      messageId: expect.stringMatching(/^client-[0-9a-f]{40}$/),
      messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
    });
    expect(rig.fake.shown(SPACE)).toMatchObject([{ thread }]);
  });

  it('names no thread in direct messages', async () => {
    await outbound.post(to({ conversation: 'AAQA1' }), 'Hello');
    const [call] = calls('POST');
    expect(JSON.parse(call?.body.toString() ?? '')).not.toHaveProperty('thread');
    expect(call?.query.has('messageReplyOption')).toBe(false);
  });

  it('begins a new thread where the old one is gone', async () => {
    await outbound.post(to({ conversation: 'AAQA1/gone' }), 'Hello');
    expect(rig.fake.shown(SPACE)).toMatchObject([{ text: 'Hello' }]);
  });

  it('repeats no message when the key is repeated, even after Google has forgotten the request', async () => {
    const first = await outbound.post(to(), 'Hel');
    expect(await outbound.post(to(), 'Hello')).toEqual(first);
    rig.fake.forgetRequests();
    expect(await outbound.post(to(), 'Hello')).toEqual(first);
    expect(rig.shown(1)).toEqual(['Hel']);
    expect(await outbound.find(to(), 'Hello there')).toEqual(first);
    expect(rig.shown(1)).toEqual(['Hello there']);
  });

  it('finds what was sent with one write: Google takes one in a second', async () => {
    const first = await outbound.post(to(), 'Hel');
    rig.fake.api.calls.splice(0);
    expect(await outbound.find(to(), 'Hello there')).toEqual(first);
    expect(calls('PATCH')).toHaveLength(1);
    expect(calls('POST')).toEqual([]);
    expect(rig.shown(1)).toEqual(['Hello there']);
  });

  it('finds nothing, sends, and is refused the second write: the next attempt needs only that', async () => {
    const isPatch = ({ method }: { method: string }) => method === 'PATCH';
    rig.fake.api.refuse(isPatch, { status: 404, body: { error: { message: 'gone', status: 'NOT_FOUND' } } });
    rig.fake.api.refuse(isPatch, { status: 429 });
    await expect(outbound.find(to(), 'Hello')).rejects.toMatchObject({ name: 'RateLimited' });
    expect(await outbound.find(to(), 'Hello')).toEqual({ messageId: expect.stringMatching(/./) });
    expect(rig.shown(1)).toEqual(['Hello']);
    expect(calls('POST')).toHaveLength(1);
  });

  it('tries again what was only in the way of another write', async () => {
    rig.fake.api.refuse(({ method, path }) => method === 'POST' && path.endsWith('/messages'), {
      status: 409,
      body: { error: { code: 409, message: 'Try again', status: 'ABORTED' } },
    });
    await expect(outbound.post(to(), 'Hello')).rejects.toMatchObject({ name: 'Error' });
  });

  it('uses other ids in another conversation', async () => {
    await rig.say(2, 'Hi');
    await outbound.post(to(), 'one');
    await outbound.post(to({ conversation: rig.conversation(2) }), 'two');
    expect([rig.shown(1), rig.shown(2)]).toEqual([['one'], ['two']]);
  });

  it('edits as markdown, and takes buttons away that are not given again', async () => {
    const receipt = await outbound.post(to(), 'Shall I?', [{ label: 'Yes', value: 'yes' }]);
    expect(rig.buttons?.(1)).toEqual(['Yes']);
    await outbound.edit(to(), receipt, '**Done**');
    expect(rig.buttons?.(1)).toEqual([]);
    expect(rig.fake.shown(SPACE)).toMatchObject([
      { text: '**Done**', markupSyntax: 'MARKUP_SYNTAX_MARKDOWN' },
    ]);
  });

  it('names the URL that a press calls, where it is known', async () => {
    const button = [{ label: 'Yes', value: 'yes' }];
    await outbound.post(to(), 'Shall I?', button);
    const known = await create({ GOOGLE_CHAT_AUDIENCE: WEBHOOK });
    await known.post(to({ key: 'other' }), 'Shall I?', button);
    const functions = rig.fake.shown(SPACE).map(({ buttons }) => buttons[0]?.onClick.action.function);
    expect(functions).toEqual(['press', WEBHOOK]);
  });

  it('gets one token for all, keeps it, and another when it is refused', async () => {
    await Promise.all([0, 1, 2].map((part) => outbound.post(to({ key: `k${part}` }), 'Hello')));
    expect(rig.fake.oauth.tokens).toHaveLength(1);
    rig.fake.oauth.revoke();
    await outbound.post(to({ key: 'k3' }), 'Hello');
    expect(rig.fake.oauth.tokens).toHaveLength(2);
  });

  it('explains refusals', async () => {
    const refusal = (sending: Promise<unknown>) =>
      sending.then(
        () => undefined,
        (error: unknown) => error as Error,
      );
    const stranger = await refusal(outbound.post(to({ conversation: 'AAQA9' }), 'Hello'));
    expect(stranger).toBeInstanceOf(DeliveryRefused);
    expect(stranger?.message).toBe(
      'Google Chat: messages.create: answered 403 PERMISSION_DENIED This Chat app is not a member of this space. (the app is not, or no longer, in this space)',
    );
    const gone = await refusal(outbound.edit(to(), { messageId: 'gone' }, 'Hello'));
    expect(gone).toBeInstanceOf(DeliveryRefused);
    expect(await refusal(outbound.post(to({ conversation: 'a/b/c' }), 'Hello'))).toBeInstanceOf(
      DeliveryRefused,
    );

    rig.fake.api.refuse(({ path }) => path === '/token', {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
    });
    const other = await create();
    const wrongKey = await refusal(other.post(to(), 'Hello'));
    expect(wrongKey).toBeInstanceOf(DeliveryRefused);
    expect(wrongKey?.message).toContain('GOOGLE_CHAT_CREDENTIALS (Invalid JWT Signature.)');
  });

  it('tries again later when no token is to be had', async () => {
    rig.fake.api.refuse(({ path }) => path === '/token', { status: 503 });
    await expect(outbound.post(to(), 'Hello')).rejects.toMatchObject({ name: 'Error' });
    await outbound.post(to(), 'Hello');
    expect(rig.shown(1)).toEqual(['Hello']);
  });

  it('a caller that stops waiting for the token does not stop the others', async () => {
    rig.fake.api.hold(({ path }) => path === '/token');
    const stop = new AbortController();
    const stopped = outbound.post(to({ signal: stop.signal, key: 'k1' }), 'stopped');
    const other = outbound.post(to({ key: 'k2' }), 'Hello');
    stop.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
    rig.heal();
    await other;
    expect(rig.shown(1)).toEqual(['Hello']);
  });

  it('fits every part into what Google takes, in bytes', async () => {
    const text = '每一个进程都可能在任何时刻被杀死。'.repeat(3000);
    let parts = 0;
    for (let from: number | null = 0; from !== null; parts++) {
      const part = outbound.split(text, from);
      await outbound.post(to({ key: `k${from}` }), part.text);
      from = part.next;
    }
    expect(parts).toBeGreaterThan(4);
  });
});

describe('google-chat: markdown', () => {
  it.for([
    ['**bold** *italic* ~~gone~~ `a*b`', '**bold** *italic* ~~gone~~ `a*b`'],
    ['# Title **x**', '**Title x**'],
    ['one\ntwo\n\nthree', 'one  \ntwo\n\nthree'],
    ['- a\n  - b\n- c', '- a\n  - b\n- c'],
    ['![cat](https://e.com/c.png)', '[cat](https://e.com/c.png)'],
    ['> quote', '> quote'],
    ['```ts\nlet a = 1;\nlet b;\n```', '```ts\nlet a = 1;\nlet b;\n```'],
    ['above\n\n---\n\nbelow', 'above\n\n———\n\n\n\nbelow'],
    ['a <b>hi</b>', 'a \\<b\\>hi\\</b\\>'],
    ['<div>\nhi\n</div>', '\\<div\\>\nhi\n\\</div\\>'],
    ['- <users/all> hi', '- \\<users/all> hi'],
    ['| a | b |\n|---|--:|\n| `x` | 1 |', '```\na | b\n--+--\nx | 1\n```'],
  ] as const)('%s', ([markdown, expected]) => {
    expect(renderMarkdown(markdown)).toBe(expected);
  });
});

describe('google-chat: credentials', () => {
  it.for([
    ['not JSON', '/etc/key.json', 'must be the JSON text'],
    ['another kind', '{"type":"authorized_user"}', 'type must be "service_account"'],
    ['no key', '{"type":"service_account","client_email":"a@b"}', 'private_key is missing'],
    [
      'a broken key',
      '{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN secret"}',
      'private_key must be an RSA private key',
    ],
  ] as const)('says what is wrong: %s', async ([, json, reason]) => {
    const env = { GOOGLE_CHAT_CREDENTIALS: json, GOOGLE_CHAT_AUDIENCE: '1' };
    const error = await createPlatforms(readEnvironment(env)).catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).toContain(`GOOGLE_CHAT_CREDENTIALS: ${reason}`);
    expect((error as Error).message).not.toContain('BEGIN secret');
  });
});
