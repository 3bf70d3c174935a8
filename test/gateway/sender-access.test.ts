import { describe, expect, it } from 'vitest';
import type { Config } from '../../config/config.ts';
import type { InboundMessage } from '../../contract/message.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { type Arrival, createResolveSettings } from '../../gateway/settings.ts';
import { shared } from '../../gateway/shared-conversation.ts';

const OPEN: Config['access'] = { policy: 'open', people: {}, groups: {}, limits: {} };
const limits = { turnsPerDay: 5 };
const people: Config['access']['people'] = {
  ada: { role: 'approver', identities: ['telegram:1', 'slack:U1'], shareConversation: true },
  boss: { role: 'owner', identities: ['telegram:9'] },
};

function access(config: Partial<Config['access']>, origin: Partial<Arrival> & { sender?: string }) {
  const { sender, ...rest } = origin;
  const resolve = createResolveSettings({
    routes: [],
    conversation: DEFAULT_SETTINGS,
    reset: 'none',
    queues: 'one',
    access: { ...OPEN, people, ...config },
  });
  const message: InboundMessage = { id: 'm', text: 'x', ...(sender ? { sender: { id: sender } } : {}) };
  return resolve({ id: { platform: 'telegram', conversation: '7' }, message, ...rest }).access;
}

describe('what the gateway knows of a sender', () => {
  it('is who the config says they are', () => {
    expect(access({}, { sender: '1' })).toEqual({ role: 'approver', person: 'ada', shares: true });
    expect(access({}, { sender: '2' })).toEqual({ role: 'user' });
    expect(access({}, {})).toEqual({ role: 'user' });
  });

  it('is nothing of strangers: they are refused, or may be paired if they can be told apart', () => {
    expect(access({ policy: 'listed' }, { sender: '2' })).toEqual({ role: 'user', unknown: 'refuse' });
    expect(access({ policy: 'listed' }, { sender: '9' })).toEqual({ role: 'owner', person: 'boss' });
    expect(access({ policy: 'pairing' }, { sender: '2' })).toEqual({ role: 'user', unknown: 'pair' });
    expect(access({ policy: 'pairing' }, {})).toEqual({ role: 'user', unknown: 'refuse' });
    expect(access({ policy: 'listed' }, { operator: true })).toEqual({ role: 'owner' });
  });

  it('is nobody’s of the list if the platform does not tell who it is, whatever the list says', () => {
    const nobody = { boss: { role: 'owner' as const, identities: ['telegram:undefined'] } };
    expect(access({ people: nobody }, {})).toEqual({ role: 'user' });
  });

  it('limits all but owners', () => {
    expect(access({ limits }, { sender: '1' })).toMatchObject({ person: 'ada', limits });
    expect(access({ limits, policy: 'pairing' }, { sender: '2' })).toMatchObject({ unknown: 'pair', limits });
    expect(access({ limits }, { sender: '9' })).not.toHaveProperty('limits');
    expect(access({ limits }, { operator: true })).not.toHaveProperty('limits');
  });
});

describe('where a message goes', () => {
  const origin = { id: { platform: 'telegram', conversation: '7' }, message: { id: '5', text: 'x' } };
  const ada = { role: 'user', person: 'ada', shares: true } as const;

  it('is the conversation of a person who shares it', () => {
    expect(shared(origin, ada)).toEqual({
      id: { platform: 'person', conversation: 'ada' },
      message: { id: 'telegram/7 5', text: 'x', place: origin.id },
    });
  });

  it('is where it was written for others, and in groups', () => {
    expect(shared(origin, { role: 'user', person: 'bob' })).toBe(origin);
    expect(shared(origin, undefined)).toBe(origin);
    const inGroup = { ...origin, message: { ...origin.message, group: true as const } };
    expect(shared(inGroup, ada)).toBe(inGroup);
  });
});
