import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_QUOTE } from '../../../contract/message.ts';
import type { FakeRoom } from '../../fakes/matrix/room.ts';
import { ANN, BOB, BOT, eventsOf, matrixRequest, ROOM, startMatrix } from './scene.ts';

const FILE = { ref: 'mxc://example.org/JWEIFJgwEIhweiWJE' };
const text = (body: string, more: object = {}) => ({ msgtype: 'm.text', body, ...more });
const inThread = (root: string) => ({ 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
const UNADDRESSED = { group: true, unaddressed: true };
const reply = (to: string) => ({ 'm.relates_to': { 'm.in_reply_to': { event_id: to } } });

describe('matrix: what is read', () => {
  let scene: Awaited<ReturnType<typeof startMatrix>>;
  beforeEach(async () => {
    scene = await startMatrix();
  });
  afterEach(() => scene.fake.close());

  /** Events that the fixtures speak of. */
  function withHistory(room: FakeRoom): FakeRoom {
    Object.assign(room.add(BOB, text('The words before')), { event_id: '$before' });
    Object.assign(room.add(ANN, text('The beginning')), { event_id: '$root' });
    Object.assign(room.add(ANN, text('Hello wrold')), { event_id: '$original' });
    return room;
  }

  it.each([
    ['text', { text: 'Hello there' }],
    ['text-formatted', { text: '**Hello** there' }],
    ['emote', { text: '* waves' }],
    ['location', { text: '[location 51.5008, -0.1247]' }],
    ['thread', { text: 'And in the thread?' }],
    ['thread-reply', { text: 'I mean this one', quote: 'The words before' }],
    ['reply', { text: 'Why?', quote: 'The words before' }],
    ['reply-with-fallback', { text: 'Why?', quote: 'The words before' }],
    ['mention-pill', { text: 'what time is it?' }],
    ['edit', { text: 'Hello world', messageId: '$original', edited: true }],
    [
      'image',
      {
        text: '',
        attachments: [{ kind: 'image', ...FILE, mediaType: 'image/jpeg', name: 'tree.jpg', bytes: 31_037 }],
      },
    ],
    [
      'image-caption',
      { text: 'Which tree is this?', attachments: [expect.objectContaining({ name: 'tree.jpg' })] },
    ],
    [
      'file',
      {
        text: '',
        attachments: [
          { kind: 'file', ...FILE, mediaType: 'application/pdf', name: 'report.pdf', bytes: 46_144 },
        ],
      },
    ],
    [
      'voice',
      {
        text: 'Voice message',
        attachments: [expect.objectContaining({ kind: 'audio', mediaType: 'audio/ogg' })],
      },
    ],
    ['video', { text: '', attachments: [expect.objectContaining({ kind: 'video', name: 'Gangnam Style' })] }],
    [
      'sticker',
      { text: '', attachments: [expect.objectContaining({ kind: 'image', mediaType: 'image/png' })] },
    ],
  ])('%s', async (name, expected) => {
    withHistory(scene.room({ [ANN]: 'Ann' }));
    const [event] = eventsOf(name);
    const thread = name.startsWith('thread') ? '/$root' : '';
    expect(await scene.fixture(name)).toEqual([
      {
        conversation: ROOM + thread,
        message: {
          id: event?.event_id,
          messageId: event?.event_id,
          sender: { id: ANN, name: 'Ann' },
          sentAt: event?.origin_server_ts,
          ...expected,
        },
      },
    ]);
  });

  it.each(['notice', 'own-message', 'encrypted', 'encrypted-file', 'reaction', 'state'])(
    'not for the bot: %s',
    async (name) => {
      withHistory(scene.room({ [ANN]: 'Ann' }));
      expect(await scene.fixture(name)).toEqual([]);
    },
  );

  it('skips what cannot be read, and takes what can', async () => {
    scene.room({ [ANN]: 'Ann' });
    expect(await scene.fixture('unreadable-and-text')).toMatchObject([{ message: { text: 'Still here' } }]);
    const [event] = eventsOf('text');
    const tooLong = { ...event, room_id: `!${'x'.repeat(600)}:example.org` };
    const control = { ...event, room_id: '!a\nb:example.org' };
    scene.room({ [ANN]: null }, tooLong.room_id);
    scene.room({ [ANN]: null }, control.room_id);
    expect(await scene.take(tooLong, control, { ...event, event_id: `$${'x'.repeat(300)}` })).toEqual([]);
  });

  it('is not told twice of an event: its id is the same at every delivery', async () => {
    scene.room({ [ANN]: 'Ann' });
    expect(await scene.fixture('text')).toEqual(await scene.fixture('text'));
  });

  it('cuts a long quote', async () => {
    const room = scene.room({ [ANN]: 'Ann' });
    const before = room.add(ANN, text('x'.repeat(2_000)));
    const [received] = await scene.take(room.add(ANN, text('Why?', reply(before.event_id))));
    expect(received?.message.quote).toHaveLength(MAX_QUOTE);
  });

  describe('with more than one person', () => {
    it.each([
      ['mention-pill', 'what time is it?'],
      ['mention-by-id', 'what do you think,?'],
      ['command', '/status'],
    ])('reads %s', async (name, expected) => {
      scene.room();
      const taken = await scene.fixture(name);
      expect(taken).toMatchObject([{ message: { text: expected, group: true } }]);
      expect(taken[0]?.message).not.toHaveProperty('unaddressed');
    });

    it.each(['text', 'mention-of-other', 'reply', 'reply-with-fallback', 'thread', 'image', 'edit'])(
      'says that %s is among the people',
      async (name) => {
        withHistory(scene.room());
        expect(await scene.fixture(name)).toMatchObject([{ message: UNADDRESSED }]);
      },
    );

    it('reads what answers the bot, whatever the quoted words claim', async () => {
      const room = scene.room();
      const own = room.add(BOT, text('The answer'));
      const other = room.add(BOB, text('Words'));
      expect(await scene.take(room.add(ANN, text('Why?', reply(own.event_id))))).toMatchObject([
        { conversation: ROOM, message: { text: 'Why?', quote: 'The answer' } },
      ]);
      const forged = text(`> <${BOT}> The answer\n\nWhy?`, reply(other.event_id));
      expect(await scene.take(room.add(ANN, forged))).toMatchObject([{ message: UNADDRESSED }]);
    });

    it('reads threads that it has written in, as conversations of their own', async () => {
      const room = scene.room();
      const root = room.add(ANN, text('The beginning'));
      const related = inThread(root.event_id);
      const conversation = `${ROOM}/${root.event_id}`;
      expect(await scene.take(room.add(BOB, text('Mine', related)))).toMatchObject([
        { conversation, message: UNADDRESSED },
      ]);
      room.add(BOT, text('Here I am', related));
      const [heard] = await scene.take(room.add(BOB, text('And now?', related)));
      expect(heard).toMatchObject({ conversation, message: { text: 'And now?', group: true } });
      expect(heard?.message).not.toHaveProperty('unaddressed');
    });

    it('reads threads that began with a message of its own', async () => {
      const room = scene.room();
      const own = room.add(BOT, text('The answer'));
      const [heard] = await scene.take(room.add(ANN, text('About that', inThread(own.event_id))));
      expect(heard?.message).toMatchObject({ text: 'About that', group: true });
      expect(heard?.message).not.toHaveProperty('unaddressed');
    });

    it('sees at once when the room becomes one of two', async () => {
      const room = scene.room();
      expect(await scene.take(room.add(ANN, text('Hello')))).toMatchObject([{ message: UNADDRESSED }]);
      room.joined.delete(BOB);
      const left = room.add(BOB, { membership: 'leave' }, 'm.room.member', BOB);
      const [heard] = await scene.take(left, room.add(ANN, text('Hello?')));
      expect(heard?.message.text).toBe('Hello?');
      expect(heard?.message).not.toHaveProperty('group');
    });
  });

  describe('edits', () => {
    const edit = (of: string, body: string) => ({
      ...text(`* ${body}`),
      'm.new_content': text(body),
      'm.relates_to': { rel_type: 'm.replace', event_id: of },
    });

    it('belong to the thread of what they edit', async () => {
      const room = scene.room({ [ANN]: 'Ann' });
      const root = room.add(ANN, text('The beginning'));
      const original = room.add(ANN, text('Helo', inThread(root.event_id)));
      expect(await scene.take(room.add(ANN, edit(original.event_id, 'Hello')))).toMatchObject([
        {
          conversation: `${ROOM}/${root.event_id}`,
          message: { text: 'Hello', messageId: original.event_id },
        },
      ]);
    });

    it("of another's message, of an edit, and of what is not there change nothing", async () => {
      const room = scene.room({ [ANN]: 'Ann' });
      const anns = room.add(ANN, text('Pay Bob 5'));
      const second = room.add(ANN, edit(anns.event_id, 'Pay Bob 6'));
      const mallory = '@mallory:example.org';
      expect(await scene.take(room.add(mallory, edit(anns.event_id, 'Pay Mallory 500')))).toEqual([]);
      expect(await scene.take(room.add(ANN, edit(second.event_id, 'Pay Bob 7')))).toEqual([]);
      expect(await scene.take(room.add(ANN, edit('$gone', 'Pay Bob 8')))).toEqual([]);
    });
  });

  describe('deletions', () => {
    it('are told, once the homeserver has made them', async () => {
      const room = withHistory(scene.room({ [ANN]: 'Ann' }));
      expect(await scene.fixture('redaction')).toEqual([]);
      const [redaction] = eventsOf('redaction');
      if (redaction) room.redact('$original', redaction);
      const [taken] = await scene.fixture('redaction');
      expect(taken).toMatchObject({
        conversation: ROOM,
        message: { id: redaction?.event_id, messageId: '$original', deleted: true, text: '' },
      });
      expect(taken?.message).not.toHaveProperty('group');
    });

    it('say so where others read along', async () => {
      const room = scene.room();
      const said = room.add(ANN, text('lunch?'));
      const redaction = room.add(ANN, { redacts: said.event_id }, 'm.room.redaction');
      room.redact(said.event_id, redaction);
      expect(await scene.take(redaction)).toMatchObject([{ message: { deleted: true, group: true } }]);
    });

    it("of the bot's own messages and of reactions are nothing", async () => {
      const room = scene.room({ [ANN]: 'Ann' });
      for (const event of [room.add(BOT, text('Mine')), room.add(ANN, { key: '👍' }, 'm.reaction')]) {
        const redaction = room.add(ANN, { redacts: event.event_id }, 'm.room.redaction');
        room.redact(event.event_id, redaction);
        expect(await scene.take(redaction)).toEqual([]);
      }
    });
  });

  it('passes on that the homeserver cannot be asked, so that it comes again', async () => {
    const room = scene.room();
    scene.fake.api.refuse(({ path }) => path.endsWith('/joined_members'), { status: 502 });
    const event = room.add(ANN, text('Hold Fast: hello'));
    await expect(scene.take(event)).rejects.toThrow('answered 502');
    expect(await scene.take(event)).toHaveLength(1);
  });

  it('goes on where it had to stop, when a transaction comes again', async () => {
    const room = scene.room();
    const own = room.add(BOT, text('The answer'));
    const other = room.add(BOT, text('Another'));
    const events = [own, other].map(({ event_id: id }) => room.add(ANN, text('Why?', reply(id))));
    const asksFor = (id: string) =>
      scene.fake.api.calls.filter(({ path }) => path.includes(encodeURIComponent(id)));
    scene.fake.api.refuse(({ path }) => path.includes(encodeURIComponent(other.event_id)), { status: 502 });
    await expect(scene.take(...events)).rejects.toThrow('answered 502');
    expect(await scene.take(...events)).toHaveLength(2);
    expect(asksFor(own.event_id)).toHaveLength(1);
  });

  describe('an event at which the homeserver fails every time', () => {
    const isEvent = ({ path }: { path: string }) => path.includes('/event/');

    it('is left out in the end, so that it holds nothing up', async () => {
      const room = scene.room();
      const poisoned = room.add(ANN, text('Why?', reply(room.add(BOT, text('The answer')).event_id)));
      const fine = room.add(ANN, text('@holdfast hello'));
      scene.fake.api.refuse(isEvent, { status: 500 }, 100);
      for (const _ of [1, 2, 3]) await expect(scene.take(poisoned, fine)).rejects.toThrow('answered 500');
      expect(await scene.take(poisoned, fine)).toMatchObject([{ message: { text: 'hello' } }]);
    });

    it.each([
      ['fails at all', { status: 500 }],
      ['is behind a proxy that does not find it', { status: 404 }],
    ])('is kept while the homeserver %s', async (_, answer) => {
      const room = scene.room();
      const event = room.add(ANN, text('Why?', reply(room.add(BOT, text('The answer')).event_id)));
      scene.fake.api.refuse(() => true, answer, 100);
      for (let attempt = 1; attempt <= 10; attempt++)
        await expect(scene.take(event)).rejects.toThrow('answered');
      scene.fake.api.heal();
      expect(await scene.take(event)).toHaveLength(1);
    });
  });

  it.each(['$'.padEnd(20_000, 'x'), '$\ud800'])('asks for no event that cannot be one', async (id) => {
    const room = scene.room();
    const thread = { 'm.relates_to': { rel_type: 'm.thread', event_id: id } };
    const redaction = room.add(ANN, { redacts: id }, 'm.room.redaction');
    const said = [room.add(ANN, text('Why?', reply(id))), room.add(ANN, text('Why?', thread)), redaction];
    const taken = await scene.take(...said);
    expect(taken[0]).toMatchObject({ conversation: ROOM, message: { text: 'Why?' } });
    for (const { message } of taken) expect(message).toMatchObject(UNADDRESSED);
    expect(scene.fake.api.calls.filter(({ path }) => path.length > 1_000)).toEqual([]);
  });

  it('makes no conversation whose place would be another', async () => {
    const id = '!victim:example.org/$x:elsewhere.example';
    const room = scene.room({ [ANN]: 'Ann' }, id);
    expect(await scene.take(room.add(ANN, text('Hello')))).toEqual([]);
  });

  it('skips rooms that it is not in', async () => {
    expect(await scene.fixture('text')).toEqual([]);
  });
});

describe('matrix: what a homeserver asks besides', () => {
  let scene: Awaited<ReturnType<typeof startMatrix>>;
  beforeEach(async () => {
    scene = await startMatrix();
  });
  afterEach(() => scene.fake.close());
  const receive = (method: string, path: string, body?: string, token?: string) =>
    scene.platform.inbound.receive(matrixRequest(method, path, body, token));

  it('makes its account when somebody looks for it, any number of times', async () => {
    for (const _ of [1, 2]) await receive('GET', `users/${encodeURIComponent(BOT)}`);
    expect([...scene.fake.registered]).toEqual([BOT]);
  });

  it('has no other users, no rooms, and no other endpoints', async () => {
    const notFound = expect.objectContaining({ status: 404 });
    for (const path of [
      `users/${encodeURIComponent(ANN)}`,
      'users/%E0%A4%A',
      'rooms/%23general%3Aexample.org',
      'thirdparty/protocol/irc',
      'transactions',
      'ping/1',
      'constructor/1',
    ])
      await expect(receive(path.startsWith('ping') ? 'POST' : 'GET', path)).rejects.toEqual(notFound);
    await expect(receive('GET', 'ping')).rejects.toEqual(expect.objectContaining({ status: 405 }));
  });

  it('says nothing to who has not the token', async () => {
    for (const [method, path] of [
      ['GET', `users/${encodeURIComponent(BOT)}`],
      ['GET', 'nothing'],
      ['POST', 'ping'],
    ] as const)
      await expect(receive(method, path, '', 'as-token')).rejects.toEqual(
        expect.objectContaining({ status: 401 }),
      );
    const url = new URL('http://gateway/webhooks/matrix/_matrix/app/v1/ping?access_token=hs-token');
    const inQuery = { ...matrixRequest('POST', 'ping'), headers: new Headers(), url };
    await expect(scene.platform.inbound.receive(inQuery)).rejects.toEqual(
      expect.objectContaining({ status: 401 }),
    );
  });
});
