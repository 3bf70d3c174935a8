import type { Config } from '../config/config.ts';
import type { SenderAccess } from '../contract/access.ts';
import type { ConversationId } from '../contract/conversation-id.ts';
import type { InboundMessage } from '../contract/message.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import { resetNow } from './reset.ts';

/** Where a message came from: a platform that verified its sender, or a caller of the HTTP API, who is the operator. */
export interface Origin {
  id: ConversationId;
  message: InboundMessage;
  operator?: true;
}

/** What the config says of a message; it is stored with it, so that a replay sees what the turn saw. */
export type ResolveSettings = (origin: Origin) => ConversationSettings;

export function createResolveSettings({
  routes,
  conversation,
  reset,
  access: { policy, people, limits },
}: Pick<Config, 'routes' | 'conversation' | 'reset' | 'access'>): ResolveSettings {
  const known = new Map<string, SenderAccess>(
    Object.entries(people).flatMap(([person, { role = 'user', identities, shareConversation }]) => {
      const access: SenderAccess = { role, person, ...(shareConversation ? { shares: true } : {}) };
      return identities.map((identity): [string, SenderAccess] => [identity, access]);
    }),
  );
  const hasLimits = Object.keys(limits).length > 0;
  const stranger = ({ message }: Origin): SenderAccess => {
    if (policy === 'open') return { role: 'user' };
    // Only who can be told apart can be paired.
    return { role: 'user', unknown: policy === 'pairing' && message.sender ? 'pair' : 'refuse' };
  };
  const accessOf = (origin: Origin): SenderAccess => {
    if (origin.operator) return { role: 'owner' };
    const { id, message } = origin;
    const access = known.get(`${id.platform}:${message.sender?.id}`) ?? stranger(origin);
    return hasLimits && access.role !== 'owner' ? { ...access, limits } : access;
  };
  return (origin) => {
    const { platform, conversation: place } = origin.id;
    const route = routes.find(
      (candidate) =>
        (candidate.platform ?? platform) === platform && (candidate.conversation ?? place) === place,
    );
    return {
      ...conversation,
      access: accessOf(origin),
      ...resetNow(reset),
      ...(route ? { agent: route.agent } : {}),
    };
  };
}
