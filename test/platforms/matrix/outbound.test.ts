import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AttachmentUnavailable, DeliveryRefused } from '../../../platforms/platform.ts';
import { FakeApi } from '../../fakes/fake-api.ts';
import { ANN, BOT, ROOM, startMatrix } from './scene.ts';

const text = (body: string) => ({ msgtype: 'm.text', body });
const PICTURE = { name: 'a.png', mediaType: 'image/png', bytes: Buffer.from('bytes') };

describe('matrix: what is sent', () => {
  let scene: Awaited<ReturnType<typeof startMatrix>>;
  let outbound: Required<typeof scene.platform.outbound>;
  beforeEach(async () => {
    scene = await startMatrix();
    outbound = scene.platform.outbound as typeof outbound;
  });
  afterEach(() => scene.fake.close());

  const contents = () =>
    scene
      .room()
      .events.filter(({ sender }) => sender === BOT)
      .map(({ content }) => content);
  const bodies = () =>
    scene
      .room()
      .messagesOf(BOT)
      .map(({ body }) => body);

  it('is markdown as text and as HTML, and pings nobody', async () => {
    scene.room({ [ANN]: 'Ann' });
    await outbound.post(scene.context({ inReplyTo: '$asked' }), 'Hello, **Ann**');
    await outbound.post(scene.context({ key: 'run.t2.0' }), 'Just words');
    expect(contents()).toEqual([
      {
        msgtype: 'm.text',
        body: 'Hello, **Ann**',
        format: 'org.matrix.custom.html',
        formatted_body: '<p>Hello, <strong>Ann</strong></p>',
        'm.mentions': {},
        'holdfast.delivery': expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      { ...text('Just words'), 'm.mentions': {}, 'holdfast.delivery': expect.any(String) },
    ]);
  });

  it('answers the message where there are several people, and stays in its thread', async () => {
    const room = scene.room();
    const asked = room.add(ANN, text('Hi'));
    await outbound.post(scene.context({ inReplyTo: asked.event_id }), 'In the room');
    await outbound.post(
      scene.context({ conversation: `${ROOM}/${asked.event_id}`, inReplyTo: '$later' }),
      'In the thread',
    );
    expect(contents().map((content) => content['m.relates_to'])).toEqual([
      { 'm.in_reply_to': { event_id: asked.event_id } },
      {
        rel_type: 'm.thread',
        event_id: asked.event_id,
        is_falling_back: true,
        'm.in_reply_to': { event_id: '$later' },
      },
    ]);
  });

  it('is one message for one delivery, and two conversations of a room do not share them', async () => {
    const root = scene.room().add(ANN, text('Hi'));
    const first = await outbound.post(scene.context(), 'Hello');
    expect(await outbound.post(scene.context(), 'Hello')).toEqual(first);
    await outbound.post(scene.context({ conversation: `${ROOM}/${root.event_id}` }), 'Hello');
    expect(bodies()).toEqual(['Hello', 'Hello']);
  });

  it('is found by its delivery when the homeserver has forgotten the transaction', async () => {
    scene.room();
    const receipt = await outbound.post(scene.context(), 'Hel');
    await outbound.post(scene.context({ key: 'run.t0.0' }), 'Another reply');
    scene.fake.restart();
    expect(await outbound.find(scene.context({ inDoubt: true }), 'Hello there')).toEqual(receipt);
    expect(bodies()).toEqual(['Hello there', 'Another reply']);
    const before = scene.fake.api.calls.length;
    expect(await outbound.find(scene.context({ inDoubt: true }), 'Hello there')).toEqual(receipt);
    // It shows the text already.
    expect(scene.fake.api.calls.slice(before).map(({ method }) => method)).toEqual(['GET']);
  });

  it('is found by its edits when many came after it', async () => {
    scene.room();
    const receipt = await outbound.post(scene.context(), '0');
    for (let word = 1; word <= 210; word++) await outbound.edit(scene.context(), receipt, String(word));
    scene.fake.restart();
    expect(await outbound.find(scene.context({ inDoubt: true }), '210')).toEqual(receipt);
    expect(bodies()).toEqual(['210']);
  });

  it('shows the whole where another attempt of the delivery won: it is looked at again', async () => {
    scene.room();
    await outbound.post(scene.context(), 'Hel');
    // The first look comes too early to see it.
    scene.fake.api.refuse(({ path }) => path.endsWith('/messages'), { status: 200, body: { chunk: [] } });
    await outbound.find(scene.context({ inDoubt: true }), 'Hello there');
    expect(bodies()).toEqual(['Hello there']);
  });

  it('can be edited back to what it showed before', async () => {
    scene.room();
    const receipt = await outbound.post(scene.context(), 'one');
    for (const word of ['two', 'three', 'two']) await outbound.edit(scene.context(), receipt, word);
    expect(bodies()).toEqual(['two']);
  });

  it('is a file once, also when the homeserver has forgotten the transaction', async () => {
    scene.room({ [ANN]: 'Ann' });
    const receipt = await outbound.sendFile(scene.context(), PICTURE);
    scene.fake.restart();
    expect(await outbound.sendFile(scene.context({ inDoubt: true }), PICTURE)).toEqual(receipt);
    await outbound.sendFile(scene.context({ key: 'f2' }), {
      ...PICTURE,
      name: 'a.csv',
      mediaType: 'text/csv',
    });
    expect(contents()).toMatchObject([
      { msgtype: 'm.image', body: 'a.png', filename: 'a.png', info: { mimetype: 'image/png', size: 5 } },
      { msgtype: 'm.file', body: 'a.csv' },
    ]);
  });

  it.each([
    ['ampersands', '&'.repeat(40_000)],
    ['Chinese', '每一个进程都可能在任何时刻被杀死。'.repeat(2_000)],
    ['bold words', '**w** '.repeat(8_000)],
    ['quotes', '"\\'.repeat(20_000)],
  ])('fits into an event with its HTML and again into an edit: %s', async (_, long) => {
    scene.room();
    for (let from: number | null = 0; from !== null; ) {
      const part = outbound.split(long, from);
      const context = scene.context({ key: `run.t1.${from}` });
      const receipt = await outbound.post(context, 'x');
      await outbound.edit(context, receipt, part.text);
      from = part.next;
    }
    const sends = scene.fake.api.calls.filter(({ path }) => path.includes('/send/'));
    expect(sends.every(({ status }) => status === 200)).toBe(true);
    expect(bodies().length).toBeLessThan(15);
  });

  it('leaves the HTML out where it would make the event too large', async () => {
    scene.room();
    const huge = `**${'&'.repeat(12_500)}**`;
    const receipt = await outbound.post(scene.context(), huge);
    await outbound.edit(scene.context(), receipt, `${huge}!`);
    const statuses = scene.fake.api.calls.filter(scene.fake.isSend).map(({ status }) => status);
    expect(statuses).toEqual([413, 200, 413, 200]);
    expect(bodies()).toEqual([`${huge}!`]);
  });

  it('is slowed down as the homeserver asks, old and new', async () => {
    scene.room();
    const body = { errcode: 'M_LIMIT_EXCEEDED', error: 'Too Many Requests', retry_after_ms: 2_500 };
    scene.fake.api.refuse(scene.fake.isSend, { status: 429, body });
    await expect(outbound.post(scene.context(), 'x')).rejects.toMatchObject({ retryAfterMs: 2_500 });
    scene.fake.api.refuse(scene.fake.isSend, { status: 429, body, headers: { 'retry-after': '9' } });
    await expect(outbound.post(scene.context(), 'x')).rejects.toMatchObject({ retryAfterMs: 9_000 });
  });

  it('says what is wrong in plain words, and never the token', async () => {
    await expect(outbound.post(scene.context(), 'x')).rejects.toThrow(
      /M_FORBIDDEN.*the bot is not in the room/,
    );
    await expect(outbound.post(scene.context({ conversation: 'general' }), 'x')).rejects.toThrow(
      DeliveryRefused,
    );
    const stranger = await startMatrix({ asToken: 'wrong-token', homeserverUrl: scene.fake.api.url });
    const refused = stranger.platform.outbound.post(stranger.context(), 'x');
    await expect(refused).rejects.toThrow('MATRIX_AS_TOKEN is not the as_token of the registration');
    await expect(refused).rejects.not.toThrow('wrong-token');
    await stranger.fake.close();
  });

  it('shows that it is typing, and never minds', async () => {
    scene.room();
    await outbound.typing(scene.context());
    expect([...scene.fake.typing]).toEqual([ROOM]);
    await outbound.typing(scene.context({ conversation: '!gone:example.org' }));
  });
});

describe('matrix: files', () => {
  const options = { maxBytes: 1_000, signal: new AbortController().signal };

  it('come without a token from homeservers that know no other way', async () => {
    const { fake, platform } = await startMatrix({}, { versions: ['r0.6.1', 'v1.10'] });
    const ref = fake.store(PICTURE.bytes, 'image/png');
    const file = await platform.inbound.fetchAttachment?.({ kind: 'image', ref }, options);
    expect(file).toEqual({ bytes: PICTURE.bytes, mediaType: 'image/png' });
    expect(fake.api.calls.at(-1)?.path).toMatch(/^\/_matrix\/media\/v3\/download\//);
    expect(fake.api.calls.at(-1)?.headers.authorization).toBeUndefined();
    await fake.close();
  });

  it('come from where the homeserver keeps them, which never sees the token; from there, nowhere else', async () => {
    const { fake, platform } = await startMatrix();
    const store = await FakeApi.start(({ path }) =>
      path === '/moved'
        ? { status: 308, headers: { location: '/a.png' } }
        : { status: 200, body: PICTURE.bytes, headers: { 'content-type': 'image/png' } },
    );
    const fetched = (location: string) => {
      fake.api.refuse(({ path }) => path.includes('/download/'), { status: 307, headers: { location } });
      return platform.inbound.fetchAttachment?.({ kind: 'image', ref: 'mxc://fake.test/abc' }, options);
    };
    expect(await fetched(`${store.url}/a.png`)).toEqual({ bytes: PICTURE.bytes, mediaType: 'image/png' });
    expect(store.calls[0]?.headers.authorization).toBeUndefined();
    await expect(fetched(`${store.url}/moved`)).rejects.toThrow(AttachmentUnavailable);
    await expect(fetched('data:image/png,abc')).rejects.toThrow(AttachmentUnavailable);
    await Promise.all([fake.close(), store.close()]);
  });

  it('come from the homeserver only: a reference names no other place', async () => {
    const { fake, platform } = await startMatrix();
    for (const ref of [
      'https://example.org/a.png',
      'mxc://example.org/../../x',
      'mxc://a?b/c',
      'mxc://a',
      'mxc://../config',
    ])
      await expect(platform.inbound.fetchAttachment?.({ kind: 'image', ref }, options)).rejects.toThrow(
        AttachmentUnavailable,
      );
    expect(fake.api.calls).toEqual([]);
    await fake.close();
  });

  it('that are gone are unavailable for good', async () => {
    const { fake, platform } = await startMatrix();
    const gone = platform.inbound.fetchAttachment?.({ kind: 'image', ref: 'mxc://fake.test/gone' }, options);
    await expect(gone).rejects.toThrow(AttachmentUnavailable);
    await fake.close();
  });
});
