import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import type { Platform } from '../../../platforms/platform.ts';
import { type GoogleChatRig, startGoogleChatRig } from '../../fakes/google-chat/rig.ts';

const FIXTURES = new URL('../../fixtures/google-chat/', import.meta.url);
const ANN = { id: '117994873354375860089', name: 'Ann Lee' };
const DM = '9fFI8yAAAAE';
const THREAD = 'AAQAO1heGsE/qNpOJCyvVvw';
const ID = 'qNpOJCyvVvw.qNpOJCyvVvw';
const SENT_AT = Date.parse('2026-11-23T10:00:00Z');
const FILE = { ref: 'ClxzcGFjZXMvOWZGSTh5QUFBQUU=' };
const PRESS = {
  conversation: THREAD,
  message: {
    id: `button:qNpOJCyvVvw.NJEqkfFVLhU:2026-11-23T10:00:00.000000Z:${ANN.id}`,
    text: '/approve 1',
    sender: ANN,
    sentAt: SENT_AT,
  },
};

/** What each recorded event is read as; undefined: it says nothing. */
const EXPECTED: Record<string, { conversation: string; message: object } | undefined> = {
  'dm-text': {
    conversation: DM,
    message: { id: ID, messageId: ID, text: 'Hello', sender: ANN, sentAt: SENT_AT },
  },
  'dm-slash-command': { conversation: DM, message: { text: '/status now' } },
  'dm-image': {
    conversation: DM,
    message: {
      text: 'What is this?',
      attachments: [{ kind: 'image', mediaType: 'image/png', name: 'cat.png', ...FILE }],
    },
  },
  'dm-voice': {
    conversation: DM,
    message: {
      text: '',
      attachments: [{ kind: 'audio', mediaType: 'audio/mp4', name: 'voice.m4a', ...FILE }],
    },
  },
  'dm-drive-file': { conversation: DM, message: { text: 'Sum up\n[Drive file: Plan]' } },
  'dm-gif': { conversation: DM, message: { text: '[GIF: https://media.tenor.com/x.gif]' } },
  'space-mention': { conversation: THREAD, message: { text: 'what time is it?', sender: ANN } },
  'space-mention-only': { conversation: THREAD, message: { text: '@Holdfast' } },
  'space-thread-quote': {
    conversation: THREAD,
    message: { text: 'is this right?', quote: 'The demo is on Monday.' },
  },
  'group-chat-mention': { conversation: 'AAQAgroup12', message: { text: 'hi' } },
  'space-other-bot': undefined,
  'added-to-space': undefined,
  'added-by-mention': { conversation: THREAD, message: { id: ID, text: 'hello' } },
  'removed-from-space': undefined,
  'card-clicked': PRESS,
  'card-clicked-listed': PRESS,
  'card-clicked-of-other-card': undefined,
  'quick-command': { conversation: DM, message: { text: '[command 3]', sender: ANN } },
  'addon-dm-text': { conversation: DM, message: { id: ID, text: 'Hello', sender: ANN } },
  'addon-space-mention': { conversation: THREAD, message: { text: 'Hey' } },
  'addon-slash-command': { conversation: DM, message: { id: ID, text: '/status now' } },
  'addon-button': PRESS,
  'addon-added-to-space': undefined,
  'unknown-kind': undefined,
};

describe('google-chat: inbound', () => {
  let rig: GoogleChatRig;
  let platform: Platform | undefined;
  beforeAll(async () => {
    rig = await startGoogleChatRig();
    platform = (await createPlatforms(readEnvironment(rig.env))).get('google-chat');
  });
  afterAll(() => rig.close());

  const fixture = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');
  const receive = async (body: string) => platform?.inbound.receive(await rig.sign(body));

  it.for(Object.entries(EXPECTED))('reads the recorded event %s', async ([name, expected]) => {
    const received = await receive(fixture(name));
    if (!expected) return expect(received?.messages).toEqual([]);
    expect(received?.messages).toEqual([{ ...expected, message: expect.objectContaining(expected.message) }]);
    const { group, unaddressed } = received?.messages[0]?.message ?? {};
    expect(group).toBe(expected.conversation === DM ? undefined : true);
    // Google does not tell apps what people say among themselves.
    expect(unaddressed).toBeUndefined();
  });

  it('has an expectation for every recorded event', () => {
    const names = readdirSync(FIXTURES).map((file) => file.replace('.json', ''));
    expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it('takes a space that does not say what it is for one of many', async () => {
    const event = JSON.parse(fixture('dm-text'));
    for (const space of [event.space, event.message.space]) {
      delete space.type;
      delete space.spaceType;
    }
    expect((await receive(JSON.stringify(event)))?.messages[0]?.message.group).toBe(true);
  });

  it('reads nothing of another bot, wherever it is told that it is one', async () => {
    const asUser = JSON.parse(fixture('space-mention'));
    asUser.user.type = 'BOT';
    const asSender = JSON.parse(fixture('space-mention'));
    asSender.message.sender.type = 'BOT';
    for (const event of [asUser, asSender])
      expect((await receive(JSON.stringify(event)))?.messages).toEqual([]);
  });

  it('answers with nothing: Google would show it', async () => {
    const response = (await receive(fixture('dm-text')))?.respond?.();
    expect(response?.status).toBe(200);
    expect(await response?.json()).toEqual({});
  });

  it('takes a reference that is too long for a note', async () => {
    const event = JSON.parse(fixture('dm-image'));
    event.message.attachment[0].attachmentDataRef.resourceName = 'x'.repeat(2049);
    const [received] = (await receive(JSON.stringify(event)))?.messages ?? [];
    expect(received?.message).toMatchObject({ text: 'What is this?\n[file: cat.png]' });
    expect(received?.message.attachments).toBeUndefined();
  });

  it('fetches only what its reference can name', async () => {
    const { signal } = new AbortController();
    for (const ref of ['../spaces', 'a//b', 'a/./b'])
      await expect(
        platform?.inbound.fetchAttachment?.({ kind: 'file', ref }, { maxBytes: 10, signal }),
      ).rejects.toMatchObject({ name: 'AttachmentUnavailable' });
  });
});
