import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import { DeliveryRefused, type Outbound, type OutboundContext } from '../../../platforms/platform.ts';
import { renderXml } from '../../../platforms/teams/format.ts';
import { createTeams } from '../../../platforms/teams/teams.ts';
import { startTeamsRig, TENANT, type TeamsRig } from '../../fakes/teams/rig.ts';

describe('teams: outbound', () => {
  let rig: TeamsRig;
  let outbound: Required<Outbound>;
  const create = async (env: Record<string, string> = {}) =>
    (await createPlatforms(readEnvironment({ ...rig.env, ...env }))).get('teams')
      ?.outbound as Required<Outbound>;
  beforeEach(async () => {
    rig = await startTeamsRig();
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
  const activities = () =>
    rig.fake.api.calls
      .filter(({ path }) => path.includes('/activities'))
      .map(({ body }) => JSON.parse(body.toString()));
  const failureOf = (sending: Promise<unknown>) =>
    sending.then(
      () => undefined,
      (error: unknown) => error as Error,
    );

  it('sends markdown as XML', async () => {
    await outbound.post(to(), '**Hello** <you>');
    expect(activities()).toEqual([
      { type: 'message', text: '<strong>Hello</strong> &lt;you&gt;', textFormat: 'xml' },
    ]);
    expect(rig.shown(1)).toEqual(['Hello <you>']);
  });

  it('sends the text as it is when Teams does not like its markup, once', async () => {
    const isSend = ({ method, path }: { method: string; path: string }) =>
      method === 'POST' && path.endsWith('/activities');
    const syntax = { status: 400, body: { error: { code: 'BadSyntax', message: 'Bad markup' } } };
    rig.fake.api.refuse(isSend, syntax);
    await outbound.post(to(), '**Hello**');
    expect(rig.shown(1)).toEqual(['**Hello**']);
    rig.fake.api.refuse(isSend, syntax, 2);
    expect(await failureOf(outbound.post(to(), '**Hello**'))).toBeInstanceOf(DeliveryRefused);
  });

  it('edits the whole message: buttons that are not given again are gone', async () => {
    const receipt = await outbound.post(to(), 'Shall I?', [{ label: 'Yes', value: 'yes' }]);
    expect(rig.buttons?.(1)).toEqual(['Yes']);
    await outbound.edit(to(), receipt, 'Done');
    expect(rig.buttons?.(1)).toEqual([]);
    expect(rig.shown(1)).toEqual(['Done']);
  });

  it('shows that it is typing, and never minds', async () => {
    await outbound.typing(to());
    expect(rig.fake.typed).toBe(1);
    rig.fail(429, 3);
    await outbound.typing(to());
  });

  it('shows pictures only, and says so of other files', async () => {
    const bytes = Buffer.from('x');
    for (const file of [
      { name: 'a.pdf', mediaType: 'application/pdf', bytes },
      { name: 'a.png', mediaType: 'image/png', bytes: Buffer.alloc(1024 * 1024 + 1) },
    ])
      expect(await failureOf(outbound.sendFile(to(), file))).toBeInstanceOf(DeliveryRefused);
    await outbound.sendFile(to(), { name: 'a.png', mediaType: 'image/png', bytes });
    expect(rig.files?.(1)).toEqual([{ name: 'a.png', mediaType: 'image/png', bytes }]);
  });

  it('fits every part into what Teams takes, with its markup', async () => {
    const text = Array.from({ length: 12_000 }, (_, n) => `**${n}** & <${n}>`).join('\n');
    let parts = 0;
    for (let from: number | null = 0; from !== null; parts++) {
      const part = outbound.split(text, from);
      await outbound.post(to(), part.text);
      from = part.next;
    }
    expect(parts).toBeGreaterThan(4);
    expect(rig.shown(1).join('\n').match(/<\d+>/g)).toHaveLength(12_000);
  });

  it('gets one token for all, keeps it, and another when it is refused', async () => {
    await Promise.all([0, 1, 2].map(() => outbound.post(to(), 'Hello')));
    expect(rig.fake.tokens).toHaveLength(1);
    rig.fake.revoke();
    await outbound.post(to(), 'Hello');
    expect(rig.fake.tokens).toHaveLength(2);
  });

  it('gets the token of a single-tenant app from its own directory', async () => {
    await rig.close();
    rig = await startTeamsRig(TENANT);
    await rig.say(1, 'Hi');
    await (await create()).post(to(), 'Hello');
    const login = rig.fake.api.calls.find(({ path }) => path.endsWith('/token'));
    expect(login?.path).toBe(`/${TENANT}/oauth2/v2.0/token`);
  });

  it('explains refusals', async () => {
    const stranger = await failureOf(outbound.post(to({ conversation: 'a:stranger' }), 'Hello'));
    expect(stranger).toBeInstanceOf(DeliveryRefused);
    expect(stranger?.message).toContain('BotNotInConversationRoster');
    expect(stranger?.message).toContain('the app is not, or no longer, in this conversation');
    expect(await failureOf(outbound.edit(to(), { messageId: '1' }, 'x'))).toBeInstanceOf(DeliveryRefused);

    const wrong = await create({ TEAMS_APP_PASSWORD: 'wrong-password' });
    const login = await failureOf(wrong.post(to(), 'Hello'));
    expect(login).toBeInstanceOf(DeliveryRefused);
    expect(login?.message).toContain('TEAMS_APP_PASSWORD or TEAMS_TENANT_ID (AADSTS7000215)');
    expect(login?.message).not.toContain('wrong-password');
  });

  it('tries again what Teams says is worth it', async () => {
    for (const status of [412, 502, 504]) {
      rig.fail(status);
      const error = await failureOf(outbound.post(to(), 'Hello'));
      expect(error?.name).toBe('Error');
    }
    for (const refusal of [{ status: 503 }, { status: 400, body: { error: 'temporarily_unavailable' } }]) {
      rig.fake.api.refuse(({ path }) => path.endsWith('/token'), refusal);
      const error = await failureOf((await create()).post(to(), 'Hello'));
      expect(error?.name).toBe('Error');
    }
  });

  it('answers where the message says, over TLS only', async () => {
    const { TEAMS_API_BASE_URL: _, ...env } = rig.env;
    const direct = (await createPlatforms(readEnvironment(env))).get('teams')?.outbound;
    const plain = direct?.post(to({ returnAddress: { serviceUrl: rig.fake.api.url } }), 'Hello');
    expect(await failureOf(plain as Promise<unknown>)).toBeInstanceOf(DeliveryRefused);
    expect(rig.fake.tokens).toEqual([]);
  });

  it('is made without asking anyone', () => {
    const options = {
      appId: 'a',
      appPassword: 'b',
      loginBaseUrl: 'x',
      openIdMetadataUrl: 'https://x.example',
    };
    expect(createTeams(options).name).toBe('teams');
  });
});

describe('teams: markup', () => {
  it.for([
    ['plain & <b>bold?</b>', 'plain &amp; &lt;b&gt;bold?&lt;/b&gt;'],
    ['**b** *i* ~~s~~ `a<b`', '<strong>b</strong> <em>i</em> <strike>s</strike> <code>a&lt;b</code>'],
    ['# Title\ntext', '<strong>Title</strong><br/><br/>text'],
    ['one\ntwo\n\nthree', 'one<br/>two<br/><br/>three'],
    ['- a\n  - b', '• a<br/>&nbsp;&nbsp;&nbsp;• b'],
    ['x\n\n```ts\nif (a < b) {\n  c;\n}\n```\n\ny', 'x<pre>if (a &lt; b) {\n  c;\n}</pre>y'],
    ['> quote\n>\n> more', '<blockquote>quote<br/><br/>more</blockquote>'],
    ['[a & b](https://e.com/?a=1&b=2)', '<a href="https://e.com/?a=1&amp;b=2">a &amp; b</a>'],
    ['[click](javascript:alert(1))', 'click (javascript:alert(1))'],
    ['<at>Ann</at>', '&lt;at&gt;Ann&lt;/at&gt;'],
    ['| a | b |\n|---|--:|\n| x | 1 |', '<pre>a | b\n--+--\nx | 1</pre>'],
  ] as const)('%s', ([markdown, expected]) => {
    expect(renderXml(markdown)).toBe(expected);
  });
});
