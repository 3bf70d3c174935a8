import type { Config } from '../config/config.ts';
import type { SenderAccess } from '../contract/access.ts';
import type { ConversationId } from '../contract/conversation-id.ts';
import type { InboundMessage } from '../contract/message.ts';
import type { Written } from '../contract/schema.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import type { ConversationState } from '../contract/state.ts';
import { fairnessKey } from './fairness-key.ts';
import { resetNow } from './reset.ts';

/** Where a message came from: a platform that verified its sender, or a caller of the HTTP API, who is the operator. */
export interface Arrival {
  id: ConversationId;
  message: InboundMessage;
  operator?: true;
  /** The agent that is to answer, whatever the routes say. */
  agent?: string;
  /** What the conversation has already, if it begins with this message. */
  begins?: ConversationState & Written;
}

/** What the config says of a message; it is stored with it, so that a replay sees what the turn saw. */
export type ResolveSettings = (arrival: Arrival) => ConversationSettings;

export function createResolveSettings({
  routes,
  conversation,
  reset,
  access: { policy, people, limits },
  queues,
  tenant,
}: Pick<Config, 'routes' | 'conversation' | 'reset' | 'access' | 'queues' | 'tenant'>): ResolveSettings {
  const known = new Map<string, SenderAccess>(
    Object.entries(people).flatMap(([person, { role = 'user', identities, shareConversation }]) => {
      const access: SenderAccess = { role, person, ...(shareConversation ? { shares: true } : {}) };
      return identities.map((identity): [string, SenderAccess] => [identity, access]);
    }),
  );
  const hasLimits = Object.keys(limits).length > 0;
  const stranger = ({ message }: Arrival): SenderAccess => {
    if (policy === 'open') return { role: 'user' };
    // Only who can be told apart can be paired.
    return { role: 'user', unknown: policy === 'pairing' && message.sender ? 'pair' : 'refuse' };
  };
  const accessOf = (arrival: Arrival): SenderAccess => {
    if (arrival.operator) return { role: 'owner' };
    const { id, message } = arrival;
    const person = message.sender && known.get(`${id.platform}:${message.sender.id}`);
    const access = person ?? stranger(arrival);
    return hasLimits && access.role !== 'owner' ? { ...access, limits } : access;
  };
  return (arrival) => {
    const { platform, conversation: place } = arrival.id;
    const { sender } = arrival.message;
    const route = routes.find(
      (candidate) =>
        (candidate.platform ?? platform) === platform && (candidate.conversation ?? place) === place,
    );
    const agent = arrival.agent ?? route?.agent;
    return {
      ...conversation,
      access: accessOf(arrival),
      ...resetNow(reset),
      ...(agent === undefined ? {} : { agent }),
      ...(queues === 'split' ? { queues } : {}),
      ...(tenant
        ? { tenant: fairnessKey(tenant({ ...arrival.id, ...(sender === undefined ? {} : { sender }) })) }
        : {}),
    };
  };
}
