import { describe, expect, it } from 'vitest';
import type { TenantOf } from '../../config/config.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { createResolveSettings } from '../../gateway/settings.ts';

const config: Parameters<typeof createResolveSettings>[0] = {
  routes: [
    { agent: 'coder', platform: 'slack', conversation: 'C1' },
    { agent: 'desk', platform: 'slack' },
  ],
  conversation: DEFAULT_SETTINGS,
  reset: 'none',
  queues: 'one',
  access: {
    policy: 'open',
    groups: {},
    limits: {},
    people: {
      ada: { role: 'approver', identities: ['telegram:42', 'slack:U1'] },
      ben: { identities: ['telegram:43'] },
    },
  },
};
const resolve = createResolveSettings(config);
const settings = (platform: string, conversation: string, sender?: string) =>
  resolve({
    id: { platform, conversation },
    message: { id: '1', text: 'hi', ...(sender === undefined ? {} : { sender: { id: sender } }) },
  });

describe('what the config says of a message', () => {
  it('is its tenant, by a key that Temporal takes', () => {
    const tenantOf = (tenant: TenantOf) =>
      createResolveSettings({ ...config, tenant })({
        id: { platform: 'slack', conversation: 'C1' },
        message: { id: '1', text: 'hi', sender: { id: 'U1' } },
      }).tenant;
    expect(
      tenantOf(({ platform, conversation, sender }) => `${platform}-${conversation}-${sender?.id}`),
    ).toBe('slack-C1-U1');
    const long = tenantOf(() => 'ü'.repeat(40));
    expect(Buffer.byteLength(long ?? '')).toBe(43);
    expect(tenantOf(() => `${'ü'.repeat(40)}!`)).not.toBe(long);
    expect(settings('slack', 'C1')).not.toHaveProperty('tenant');
    expect(() => tenantOf((() => 7) as unknown as TenantOf)).toThrow('must return a string');
  });

  it('is the first route that fits', () => {
    expect(settings('slack', 'C1').agent).toBe('coder');
    expect(settings('slack', 'C2').agent).toBe('desk');
    expect(settings('telegram', 'C1')).not.toHaveProperty('agent');
  });

  it('is the role of an identity, at its own platform only', () => {
    expect(settings('telegram', '1', '42').access).toEqual({ role: 'approver', person: 'ada' });
    expect(settings('slack', '1', 'U1').access).toEqual({ role: 'approver', person: 'ada' });
    expect(settings('telegram', '1', '43').access).toEqual({ role: 'user', person: 'ben' });
    for (const [platform, sender] of [
      ['discord', '42'],
      ['telegram', 'U1'],
      ['telegram', undefined],
    ] as const)
      expect(settings(platform, '1', sender).access).toEqual({ role: 'user' });
  });

  it('lets callers of the HTTP API do what an owner may', () => {
    const id = { platform: 'telegram', conversation: '1' };
    expect(resolve({ id, message: { id: '1', text: 'hi' }, operator: true }).access).toEqual({
      role: 'owner',
    });
  });

  it('says where its work is put, if that is not one queue', () => {
    const arrival = { id: { platform: 'telegram', conversation: '1' }, message: { id: '1', text: 'hi' } };
    expect(createResolveSettings({ ...config, queues: 'split' })(arrival).queues).toBe('split');
    expect(resolve(arrival)).not.toHaveProperty('queues');
  });
});
