import { afterEach, describe, expect, it } from 'vitest';
import { ANN, BOB, BOT, eventsOf, ROOM, startMatrix } from './scene.ts';

const text = (body: string) => ({ msgtype: 'm.text', body });

describe('matrix: invitations', () => {
  let scene: Awaited<ReturnType<typeof startMatrix>>;
  afterEach(() => scene.fake.close());

  /** A room that the bot is invited to. */
  function invited(inviter = ANN) {
    const room = scene.fake.room(ROOM, { [inviter]: null });
    room.invited.add(BOT);
    return room;
  }
  const joined = () => scene.fake.room(ROOM).joined.has(BOT);

  it.each([
    [undefined, 'invite', true],
    [undefined, 'invite-from-afar', false],
    ['any', 'invite-from-afar', true],
    ['none', 'invite', false],
    ['elsewhere.example', 'invite-from-afar', true],
    ['elsewhere.example', 'invite', false],
    ['@eve:elsewhere.example, example.org', 'invite-from-afar', true],
    ['@bob:example.org', 'invite', false],
  ])('MATRIX_ACCEPT_INVITES=%s, %s: %s', async (acceptInvites, name, expected) => {
    scene = await startMatrix({ acceptInvites });
    invited();
    await scene.fixture(name);
    expect(joined()).toBe(expected);
  });

  it('those of others are not ours', async () => {
    scene = await startMatrix();
    invited();
    const [event] = eventsOf('invite');
    await scene.take({ ...event, state_key: BOB });
    expect(joined()).toBe(false);
  });

  it('read what was said between the invitation and the joining, in order, and nothing from before', async () => {
    scene = await startMatrix();
    const room = invited();
    Object.assign(room.add(ANN, text('Long ago')), { origin_server_ts: 1 });
    const invite = room.add(ANN, { membership: 'invite' }, 'm.room.member', BOT);
    const first = room.add(ANN, text('Hello?'));
    room.add(ANN, text('Are you there?'));
    const taken = await scene.take(invite);
    expect(taken.map(({ message }) => message.text)).toEqual(['Hello?', 'Are you there?']);
    expect(taken[0]).toMatchObject({
      conversation: ROOM,
      message: { id: first.event_id, sender: { id: ANN } },
    });
    expect(await scene.take(invite)).toEqual(taken);
  });

  it('to rooms that cannot be joined hold nothing up', async () => {
    scene = await startMatrix();
    expect(await scene.fixture('invite')).toEqual([]);
    invited().invited.clear();
    expect(await scene.fixture('invite')).toEqual([]);
  });

  it('to rooms whose homeserver does not answer hold nothing up', { timeout: 20_000 }, async () => {
    scene = await startMatrix();
    invited();
    scene.fake.api.hold(({ path }) => path.includes('/join/'));
    expect(await scene.fixture('invite')).toEqual([]);
    scene.fake.api.refuse(({ path }) => path.includes('/join/'), { status: 502 }, 100);
    for (const _ of [1, 2, 3]) await expect(scene.fixture('invite')).rejects.toThrow('answered 502');
    expect(await scene.fixture('invite')).toEqual([]);
  });

  it('come again when the homeserver cannot be reached', async () => {
    scene = await startMatrix();
    invited();
    scene.fake.api.refuse(({ path }) => path.includes('/join/'), {
      status: 429,
      body: { errcode: 'M_LIMIT_EXCEEDED' },
    });
    await expect(scene.fixture('invite')).rejects.toThrow('429');
    await scene.fixture('invite');
    expect(joined()).toBe(true);
  });
});
