import type { InboundMessage } from './message.ts';
import type { ConversationSettings } from './settings.ts';

/** On whose behalf something is done later or in the background: what it runs under, and where what comes of it goes. */
export interface Origin extends Pick<InboundMessage, 'sender' | 'group' | 'returnAddress'> {
  settings: ConversationSettings;
}
