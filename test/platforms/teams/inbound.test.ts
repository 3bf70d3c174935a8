import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import { workflowIdOf } from '../../../contract/conversation-id.ts';
import type { Platform } from '../../../platforms/platform.ts';
import { SERVICE_URL, startTeamsRig, TENANT, type TeamsRig } from '../../fakes/teams/rig.ts';

const FIXTURES = new URL('../../fixtures/teams/', import.meta.url);
const ANN = { id: '1efb1a36-c26e-0000-0000-000000000007', name: 'Ann Lee' };
const PERSONAL = 'a:1hgTV9dFakePersonalConversation';
const GROUP = '19:5a3b1c@thread.v2';
const THREAD = '19:d441d38c655c47a085215b2726e76927@thread.tacv2;messageid=1767224924615';
const ID = '1767224924615';
const UNADDRESSED = { group: true, unaddressed: true };

/** What each recorded activity is read as; undefined: it says nothing. */
const EXPECTED: Record<string, { conversation: string; message: object } | undefined> = {
  'personal-text': {
    conversation: PERSONAL,
    message: {
      id: ID,
      messageId: ID,
      text: 'Hello',
      sender: ANN,
      sentAt: Date.parse('2026-11-23T10:00:00Z'),
      returnAddress: { serviceUrl: SERVICE_URL },
    },
  },
  'personal-file': {
    conversation: PERSONAL,
    message: {
      text: 'Sum up',
      attachments: [
        {
          kind: 'file',
          mediaType: 'application/pdf',
          name: 'plan.pdf',
          ref: 'link:https://contoso-my.sharepoint.com/personal/ann/_layouts/15/download.aspx?UniqueId=1150d938&tempauth=REDACTED',
        },
      ],
    },
  },
  'personal-image': {
    conversation: PERSONAL,
    message: {
      text: '',
      attachments: [{ kind: 'image', ref: `inline:${SERVICE_URL}v3/attachments/0-weu-d1/views/original` }],
    },
  },
  'personal-image-elsewhere': { conversation: PERSONAL, message: { text: 'Look\n[image]' } },
  'personal-card': { conversation: PERSONAL, message: { text: '[card]' } },
  'personal-quote': {
    conversation: PERSONAL,
    message: { text: 'Is this right?', quote: 'The demo is on Monday.' },
  },
  'personal-quote-entity': {
    conversation: PERSONAL,
    message: { text: '/status', quote: 'The demo is on Monday.' },
  },
  'group-mention': { conversation: GROUP, message: { text: 'what time is it?' } },
  'group-mention-only': { conversation: GROUP, message: { text: '@Holdfast' } },
  'group-quote-mention': { conversation: GROUP, message: { text: 'right, @Bob?', quote: 'On Monday.' } },
  'group-chatter': { conversation: GROUP, message: { sender: ANN, ...UNADDRESSED } },
  'channel-mention': { conversation: THREAD, message: { text: 'ask @Bob to come' } },
  'channel-thread-reply': { conversation: THREAD, message: { id: '1767224937245', text: 'and tomorrow?' } },
  'channel-chatter': { conversation: THREAD, message: { text: 'Hi', ...UNADDRESSED } },
  'personal-edited': {
    conversation: PERSONAL,
    message: { id: `edit:${ID}:2026-11-23T10:01:00.000Z`, messageId: ID, text: 'Hello again', edited: true },
  },
  'personal-deleted': {
    conversation: PERSONAL,
    message: { id: `delete:${ID}:2026-11-23T10:02:00.000Z`, messageId: ID, text: '', deleted: true },
  },
  'personal-undeleted': {
    conversation: PERSONAL,
    message: { id: `edit:${ID}:2026-11-23T10:03:00.000Z`, messageId: ID, text: 'Hello', edited: true },
  },
  'channel-button': {
    conversation: THREAD,
    message: { id: '1767224940000', text: '/approve 1', sender: ANN },
  },
  'channel-button-unshown': {
    conversation: THREAD,
    message: {
      id: `press:1767224930000:2026-11-23T10:00:00.000Z:${ANN.id}`,
      text: '/approve 1',
      sender: ANN,
    },
  },
  'other-value': undefined,
  'other-bot': undefined,
  'own-message': undefined,
  'conversation-update': undefined,
  reaction: undefined,
  'installation-update': undefined,
  invoke: undefined,
  typing: undefined,
};

describe('teams: inbound', () => {
  let rig: TeamsRig;
  let platform: Platform | undefined;
  const create = async (env: Record<string, string> = {}) =>
    (await createPlatforms(readEnvironment({ ...rig.env, ...env }))).get('teams');
  beforeAll(async () => {
    rig = await startTeamsRig();
    platform = await create();
  });
  afterAll(() => rig.close());

  const fixture = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');
  const receive = async (body: string, from = platform) => from?.inbound.receive(await rig.sign(body));

  it.for(Object.entries(EXPECTED))('reads the recorded activity %s', async ([name, expected]) => {
    const received = await receive(fixture(name));
    if (!expected) return expect(received?.messages).toEqual([]);
    expect(received?.messages).toEqual([{ ...expected, message: expect.objectContaining(expected.message) }]);
    expect(() => workflowIdOf({ platform: 'teams', conversation: expected.conversation })).not.toThrow();
    const { group, unaddressed } = received?.messages[0]?.message ?? {};
    expect(group).toBe(expected.conversation === PERSONAL ? undefined : true);
    if (!('unaddressed' in expected.message)) expect(unaddressed).toBeUndefined();
    if (!('attachments' in expected.message))
      expect(received?.messages[0]?.message).not.toHaveProperty('attachments');
  });

  it('has an expectation for every recorded activity', () => {
    const names = readdirSync(FIXTURES).map((file) => file.replace('.json', ''));
    expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it('takes null for what is not there', async () => {
    const activity = JSON.parse(fixture('personal-image'));
    Object.assign(activity, { textFormat: null, replyToId: null, channelData: { tenant: null } });
    Object.assign(activity.from, { aadObjectId: null, role: null });
    Object.assign(activity.conversation, { isGroup: null, tenantId: null });
    Object.assign(activity.attachments[0], { name: null, content: null });
    activity.entities = [{ type: 'clientInfo', mentioned: null }];
    const [received] = (await receive(JSON.stringify(activity)))?.messages ?? [];
    expect(received?.message).toMatchObject({ sender: { id: activity.from.id, name: 'Ann Lee' } });
    expect(received?.message.attachments).toHaveLength(1);
    expect(received?.message.attachments?.[0]).not.toHaveProperty('name');
  });

  it('answers with an empty 200', async () => {
    const response = (await receive(fixture('personal-text')))?.respond?.();
    expect([response?.status, await response?.text()]).toEqual([200, '']);
  });

  it('an app of one tenant reads nothing of others', async () => {
    const own = await create({ TEAMS_TENANT_ID: TENANT });
    expect((await receive(fixture('personal-text'), own))?.messages).toHaveLength(1);
    for (const tenant of ['another', undefined]) {
      const activity = JSON.parse(fixture('personal-text'));
      activity.channelData.tenant = tenant && { id: tenant };
      activity.conversation.tenantId = tenant;
      expect((await receive(JSON.stringify(activity), own))?.messages).toEqual([]);
    }
  });

  describe('files', () => {
    const file = { name: 'a.pdf', mediaType: 'application/pdf', bytes: Buffer.from('pdf') };
    const fetched = (ref: string, from = platform, maxBytes = 100) =>
      from?.inbound.fetchAttachment?.(
        { kind: 'file', ref },
        { maxBytes, signal: new AbortController().signal },
      );

    it('reads a linked file without our token, and a picture of the service with it', async () => {
      const linked = await fetched(`link:${rig.fake.api.url}${rig.fake.link(file)}`);
      expect(Buffer.from(linked?.bytes ?? []).toString()).toBe('pdf');
      const kept = rig.fake.keep(file);
      const inline = await fetched(`inline:${SERVICE_URL}${kept.slice(1)}`);
      expect(inline?.mediaType).toBe('application/pdf');
      const request = rig.fake.api.calls.find(({ path }) => path === kept);
      expect(request?.headers.authorization).toMatch(/^Bearer eyJ/);
    });

    it('gets another token when the service refuses the one that it has', async () => {
      const ref = `inline:${SERVICE_URL}${rig.fake.keep(file).slice(1)}`;
      await fetched(ref);
      rig.fake.revoke();
      expect(Buffer.from((await fetched(ref))?.bytes ?? []).toString()).toBe('pdf');
    });

    it('goes nowhere else', async () => {
      for (const ref of [
        'link:http://127.0.0.1:9/x',
        'link:http://contoso.sharepoint.com/x',
        'link:https://sharepoint.com.evil.example/x',
        'link:https://evilsharepoint.com/x',
        'https://smba.trafficmanager.net/x',
      ])
        await expect(fetched(ref)).rejects.toMatchObject({ name: 'AttachmentUnavailable' });
    });

    it('takes a reference that is too long for a note', async () => {
      const activity = JSON.parse(fixture('personal-file'));
      activity.attachments[0].content.downloadUrl = `https://a.sharepoint.com/${'x'.repeat(2048)}`;
      const [received] = (await receive(JSON.stringify(activity)))?.messages ?? [];
      expect(received?.message).not.toHaveProperty('attachments');
      expect(received?.message.text).toBe('Sum up\n[file: plan.pdf]');
    });
  });
});
